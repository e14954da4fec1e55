"""What is over leaves nothing that the garbage collector alone could free: its full runs stop every thread."""

import asyncio
import functools
import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from graphql import FieldNode, build_schema
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from graph.execution.document_cache import DocumentCache
from graph.execution.limits import Limits
from graph.execution.refusals import RequestRefused
from server.process.descriptor_reserve import DescriptorReserve
from server.process.http_protocol import GraphQLShapedHttpProtocol

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
@pytest.mark.parametrize("waits", [True, False], ids=["answered", "left at once"])
async def test_a_connection_is_gone_when_it_is_closed(sent: bytes, waits: bool) -> None:
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
        writer.transport.abort()
        for _ in range(100):
            if not state.connections and not state.tasks and alive(*kinds) == before:
                return
            await asyncio.sleep(0.02)
    assert alive(*kinds) == before


def _protocol(config: uvicorn.Config, state: ServerState) -> Any:
    count: Callable[[], None] = lambda: None  # noqa: E731
    return GraphQLShapedHttpProtocol(config, state, {}, reserve=DescriptorReserve(count))
