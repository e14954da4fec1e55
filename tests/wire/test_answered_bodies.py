"""A client that drips the rest of a body keeps no connection, whatever it was refused for (RFC 9112 section 9.6).

How much of it is taken: test_leftovers.py.
"""

import asyncio
import time
from contextlib import suppress

import pytest

from tests.server_process import ServerProcess
from tests.waiting import patience
from tests.wire.conftest import GuardedServer

JSON = b"Content-Type: application/json\r\n"
FILES = b"Content-Type: multipart/form-data; boundary=x\r\nGraphQL-Require-Preflight: 1\r\n"


def head(target: bytes, length: int | None, *lines: bytes) -> bytes:
    """The head of a POST whose body has so many bytes, or comes in chunks."""
    framing = b"Transfer-Encoding: chunked" if length is None else b"Content-Length: %d" % length
    return b"POST %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n\r\n" % (target, b"".join(lines), framing)


REFUSED = {
    "another type": (head(b"/graphql", 1_000_000, b"Content-Type: text/plain\r\n"), 415),
    "no such route": (head(b"/nowhere", 1_000_000), 404),
    "a page": (head(b"/healthz", 1_000_000), 405),
    "in chunks": (head(b"/nowhere", None), 404),
    "too large": (head(b"/graphql", 900_000_000, JSON), 413),
    "accepts nothing": (head(b"/graphql", 1_000_000, JSON, b"Accept: image/png\r\n"), 406),
    "files, too many": (head(b"/graphql", 900_000_000, FILES), 413),
}


async def drip(port: int, sent: bytes, *, chunked: bool) -> tuple[bytes, float]:
    """What comes back for a request that never ends, and after how many seconds the connection is gone."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    began, received = time.monotonic(), b""

    async def go_on() -> None:
        with suppress(ConnectionError):
            while True:
                writer.write(b"1\r\nx\r\n" if chunked else b"x")
                await writer.drain()
                await asyncio.sleep(0.05)

    dripping = asyncio.create_task(go_on())
    try:
        with suppress(ConnectionError):
            async with asyncio.timeout(patience(40)):
                while piece := await reader.read(65_536):
                    received += piece
                # The server has said its last word; the connection is gone when it takes nothing any more.
                await dripping
    finally:
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
        writer.close()
    return received, time.monotonic() - began


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_dripped_body_ends_with_its_connection(server: ServerProcess, sent: bytes, status: int) -> None:
    received, seconds = await drip(server.port, sent, chunked=b"chunked" in sent)
    assert received.startswith(b"HTTP/1.1 %d " % status)
    # Two seconds to send the rest, or for what is read of a body that is too large, and two to read the answer.
    assert seconds < 10


async def test_a_stranger_cannot_drip_either(guarded_server: GuardedServer) -> None:
    received, seconds = await drip(guarded_server.process.port, head(b"/graphql", 1_000_000, JSON), chunked=False)
    assert received.startswith(b"HTTP/1.1 401 ")
    assert seconds < 10


async def test_a_connection_whose_body_ended_late_is_idle_and_not_forgotten(shared_servers: object) -> None:
    server = await shared_servers.with_settings({"PARTSGRAPH_KEEP_ALIVE_SECONDS": "1"})  # type: ignore[attr-defined]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head(b"/nowhere", 3))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"xxx")
    async with asyncio.timeout(patience(10)):
        await reader.read()
        assert await reader.read() == b""
    writer.close()
