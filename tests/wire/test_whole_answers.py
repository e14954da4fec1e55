"""The pieces of an answer leave together, and nobody minds when their reader has gone."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
import uvloop

from server.wire.http.whole_answers import WholeAnswers
from tests.waiting import until

LOOPS: list[Callable[[], asyncio.AbstractEventLoop]] = [asyncio.new_event_loop, uvloop.new_event_loop]


class _Client(asyncio.Protocol):
    """Keeps what comes, piece by piece."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.is_over = asyncio.Event()

    def connection_lost(self, _: Exception | None) -> None:
        self.is_over.set()

    def data_received(self, data: bytes) -> None:
        self.received.append(data)

    async def has_received(self, number: int) -> list[bytes]:
        """What came, once it is so many pieces."""

        async def read() -> list[bytes]:
            return self.received

        pieces: list[bytes] = await until(read, lambda found: len(found) >= number)
        return list(pieces)


async def _connected() -> tuple[asyncio.Transport, _Client, asyncio.Server]:
    """The server's end of a connection, and its client."""
    loop = asyncio.get_running_loop()
    made: asyncio.Future[asyncio.Transport] = loop.create_future()

    class Protocol(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            # uvloop's are transports by what they do, not by their class.
            made.set_result(cast(asyncio.Transport, transport))

    server = await loop.create_server(Protocol, "127.0.0.1", 0)
    _, client = await loop.create_connection(_Client, *server.sockets[0].getsockname())
    return await made, client, server


@pytest.mark.parametrize("new_loop", LOOPS)
def test_a_head_leaves_with_its_body_or_alone_when_that_takes_longer(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def check() -> None:
        transport, client, server = await _connected()
        answers = WholeAnswers(transport, asyncio.get_running_loop(), transport.close)
        for pieces in (b"head", b" and body"):
            answers.write(pieces)
        assert await client.has_received(1) == [b"head and body"]
        answers.write(b"alone")
        assert await client.has_received(2) == [b"head and body", b"alone"]
        answers.close()
        server.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(check())


@pytest.mark.parametrize("new_loop", LOOPS)
def test_what_is_held_for_a_client_that_has_gone_is_dropped(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def check() -> None:
        faults: list[dict[str, Any]] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, fault: faults.append(fault))
        transport, client, server = await _connected()
        answers = WholeAnswers(transport, loop, transport.close)
        transport.abort()
        await client.is_over.wait()
        answers.write(b"head")
        # The turn of the loop at which what is held leaves.
        await asyncio.sleep(0)
        answers.write(b"head")
        answers.write(b" and body")
        answers.close()
        assert faults == []
        server.close()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(check())
