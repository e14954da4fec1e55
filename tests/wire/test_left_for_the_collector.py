"""What is over leaves nothing that the garbage collector alone could free: its full runs stop every thread."""

import asyncio
import functools
import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import orjson
import pytest
import uvicorn
from graphql import FieldNode, build_schema
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from graph.execution.document_cache import DocumentCache
from graph.execution.limits import Limits
from graph.execution.refusals import RequestRefused
from server.process.descriptor_reserve import DescriptorReserve
from server.process.http_protocol import GraphQLShapedHttpProtocol
from server.process.websocket_protocol import SturdyWebSocketProtocol
from server.wire.application import create_app
from server.wire.http.deadline import while_connected
from server.wire.live.socket import Socket
from server.wire.live.socket_messages import SUBPROTOCOL
from server.wire.live.socket_operations import SocketOperations
from tests.execution.workshop import open_workshop
from tests.server_process import ServerProcess
from tests.wire.exchanges import reset_when_closed

SCHEMA = build_schema("type Query { part: Part } type Part { key: String }")
FRAGMENTS = "{ part { ...A ...B } } fragment A on Part { a: key } fragment B on Part { a: key b: key }"


@pytest.fixture(autouse=True)
def uncollected() -> Iterator[None]:
    """The collector does not look."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def alive(*kinds: type) -> int:
    """How many objects of these classes there are."""
    return sum(isinstance(each, kinds) for each in gc.get_objects())


@pytest.mark.parametrize("text", [FRAGMENTS, "{ part { key nothing } }", "{ part { key: nothing key } }"])
async def test_the_fields_of_documents_are_gone_when_nobody_wants_them(text: str) -> None:
    before = alive(FieldNode)
    documents = DocumentCache(SCHEMA, Limits(), 1)
    with suppress(RequestRefused):
        await documents.prepare(text, None)
    await documents.prepare("{ __typename }", None)
    kept = 1
    assert alive(FieldNode) == before + kept


async def test_a_document_is_whole_as_long_as_an_operation_of_it_is_wanted() -> None:
    documents = DocumentCache(SCHEMA, Limits(), 1)
    prepared = await documents.prepare(FRAGMENTS, None)
    await documents.prepare("{ __typename }", None)
    assert prepared.node.selection_set.selections
    assert all(fragment.selection_set.selections for fragment in prepared.fragment_definitions.values())


WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(WHOLE, id="whole"),
        pytest.param(WHOLE * 3, id="one after the other"),
        pytest.param(b"GET /" + b"x" * 70_000, id="long target"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200, id="many lines"),
        pytest.param(b"nothing\r\n\r\n", id="no HTTP"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf", id="half a body"),
        pytest.param(b"GET / HT", id="half a head"),
    ],
)
@pytest.mark.parametrize("resets", [False, True], ids=["ended", "reset"])
@pytest.mark.parametrize("waits", [True, False], ids=["answered", "left at once"])
async def test_a_connection_is_gone_when_it_is_closed(sent: bytes, waits: bool, resets: bool) -> None:
    kinds = GraphQLShapedHttpProtocol, RequestResponseCycle
    before = alive(*kinds)
    state = ServerState()
    config = uvicorn.Config(PlainTextResponse("answered"), lifespan="off", log_config=None)
    protocol = functools.partial(_protocol, config, state)
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        await writer.drain()
        if waits:
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1_000), 0.1)
        if resets:
            reset_when_closed(writer.get_extra_info("socket"))
        writer.transport.abort()
        await _until_gone(state, kinds, before)
    assert alive(*kinds) == before


SOCKETS = (GraphQLShapedHttpProtocol, SturdyWebSocketProtocol, ServerProtocol, Socket, SocketOperations)
SUBSCRIPTION = {"id": "1", "type": "subscribe", "payload": {"query": "subscription { stockChanged { cursor } }"}}


@pytest.mark.parametrize("speaks", [SUBPROTOCOL, None])
@pytest.mark.parametrize(
    "messages",
    [
        pytest.param([], id="nothing"),
        pytest.param([{"type": "connection_init"}], id="begun"),
        pytest.param([{"type": "connection_init"}, SUBSCRIPTION], id="subscribed"),
        pytest.param([SUBSCRIPTION], id="closed by the server"),
    ],
)
async def test_a_socket_is_gone_when_it_is_closed(
    server: ServerProcess, messages: list[dict[str, Any]], speaks: Subprotocol | None
) -> None:
    async with open_workshop(server) as application, application.readers.live.listening():
        config = uvicorn.Config(create_app(application), ws=SturdyWebSocketProtocol, lifespan="off", log_config=None)
        state = ServerState()
        before = alive(*SOCKETS)
        loop = asyncio.get_running_loop()
        async with await loop.create_server(functools.partial(_protocol, config, state), "127.0.0.1", 0) as listening:
            address, port = listening.sockets[0].getsockname()
            given = [speaks] if speaks else None
            async with connect(f"ws://{address}:{port}/graphql", subprotocols=given, proxy=None) as socket:
                with suppress(ConnectionClosed, TimeoutError):
                    for message in messages:
                        await socket.send(orjson.dumps(message).decode())
                    await asyncio.wait_for(socket.recv(), 0.1)
            await _until_gone(state, SOCKETS, before)
        assert alive(*SOCKETS) == before


async def test_what_looked_for_a_client_is_gone_when_he_is_answered() -> None:
    looked = asyncio.Event()

    async def receive() -> Message:
        looked.set()
        await asyncio.Event().wait()
        raise AssertionError

    request = Request({"type": "http"}, receive)
    gone = weakref.ref(request)
    await while_connected(request, looked.wait())
    del request
    for _ in range(5):
        await asyncio.sleep(0)
    assert gone() is None


async def _until_gone(state: ServerState, kinds: tuple[type, ...], before: int) -> None:
    for _ in range(100):
        if not state.connections and not state.tasks and alive(*kinds) == before:
            return
        await asyncio.sleep(0.02)


def _protocol(config: uvicorn.Config, state: ServerState) -> Any:
    if not config.loaded:
        config.load()
    count: Callable[[], None] = lambda: None  # noqa: E731
    return GraphQLShapedHttpProtocol(config, state, {}, reserve=DescriptorReserve(count))
