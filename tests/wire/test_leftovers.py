"""What still comes of a request that is answered already is taken for a while, and then the connection ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

import pytest
from prometheus_client import REGISTRY

from server.process.leftovers import Leftovers
from tests.server_process import ServerProcess
from tests.waiting import patience, until
from tests.wire.exchanges import POST, TAKEN_BYTES, most_sent_after_an_answer

REFUSED = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
QUESTION = b'{"query": "{ __typename }"}'
NEXT = POST + b"Content-Length: %d\r\n\r\n%s" % (len(QUESTION), QUESTION)
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def answered(server: ServerProcess, size: int) -> AsyncIterator[Connection]:
    """A connection whose request was refused with 415 before a byte of its body came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        async with asyncio.timeout(patience(60)):
            writer.write(REFUSED + b"Content-Length: %d\r\n\r\n" % size)
            assert (await reader.readuntil(b"}]}")).startswith(b"HTTP/1.1 415 ")
            yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize("size", [3, TAKEN_BYTES - len(NEXT)])
async def test_a_connection_goes_on_when_what_is_left_has_come(server: ServerProcess, size: int) -> None:
    async def goes_on() -> bool:
        async with answered(server, size) as (reader, writer):
            # The next request may come in one piece with the end of this one, and counts as well then.
            writer.write(bytes(size) + NEXT)
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                return (await reader.readuntil(b"}}")).startswith(b"HTTP/1.1 200 ")
        return False

    # On a busy machine it may not come in time.
    await until(goes_on)


@pytest.mark.parametrize("size", [TAKEN_BYTES + 1, 100 * TAKEN_BYTES])
async def test_a_connection_ends_when_more_is_left_than_is_taken(server: ServerProcess, size: int) -> None:
    sent = 0
    async with answered(server, size) as (reader, writer):
        with suppress(ConnectionError):
            while sent < size:
                piece = min(size - sent, 100_000)
                writer.write(bytes(piece))
                await writer.drain()
                sent += piece
        with suppress(ConnectionError):
            assert await reader.read() == b""
    assert sent < most_sent_after_an_answer()


@asynccontextmanager
async def leftovers() -> AsyncIterator[tuple[Leftovers, asyncio.Transport]]:
    """Those of a connection on which nothing comes."""
    ours, theirs = socket.socketpair()
    with theirs:
        _, writer = await asyncio.open_connection(sock=ours)
        transport = cast(asyncio.Transport, writer.transport)
        opened = Leftovers(transport, asyncio.get_running_loop())
        yield opened, transport
        opened.forget()
        transport.abort()


async def test_so_much_is_taken_and_not_a_byte_more() -> None:
    for size in (TAKEN_BYTES + 1, 100 * TAKEN_BYTES):
        async with leftovers() as (rest, _):
            rest.expect()
            rest.came(TAKEN_BYTES)
            assert not rest.are_dropped
            rest.came(size - TAKEN_BYTES)
            assert rest.are_dropped


async def test_a_client_that_sends_past_the_bound_is_held_up_and_not_reset() -> None:
    async with leftovers() as (rest, transport):
        rest.end()
        rest.came(TAKEN_BYTES)
        assert transport.is_reading()
        for size in (1, 100 * TAKEN_BYTES):
            rest.came(size)
            assert (transport.is_reading(), transport.is_closing()) == (False, False)


async def test_who_sends_too_much_counts_once_and_who_is_refused_otherwise_does_not() -> None:
    def ended() -> float:
        return REGISTRY.get_sample_value("partsgraph_connections_ended_total", {"reason": "rest_of_body"}) or 0

    before = ended()
    async with leftovers() as (rest, _):
        rest.end()
        rest.came(2 * TAKEN_BYTES)
    assert ended() == before
    async with leftovers() as (rest, _):
        rest.expect()
        rest.came(TAKEN_BYTES + 1)
        rest.came(1)
    assert ended() == before + 1
