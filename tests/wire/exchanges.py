"""Requests that no client library would write, and what comes back."""

import asyncio
import socket
import struct
from contextlib import suppress
from pathlib import Path

from tests.waiting import patience

POST = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

TAKEN_BYTES = 10_000_000
"""What a client may still send of a request that is answered."""


async def exchange(port: int, sent: bytes, end: bytes | None = None, *, ends_itself: bool = False) -> bytes:
    """Send the bytes, and say that they are all where nobody could know; return what comes back, up to its `end`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = b""
    with suppress(ConnectionError):
        writer.write(sent)
        if ends_itself:
            writer.write_eof()
        async with asyncio.timeout(patience(60)):
            while (end is None or end not in received) and (chunk := await reader.read(65_536)):
                received += chunk
    writer.close()
    return received


def most_sent_after_an_answer() -> int:
    """More bytes than a client gets rid of that sends on after its request was answered.

    So many are taken before the connection is given up, and again after; what the kernel holds between the two is on
    top, up to the largest buffers of this machine, and a little that both have in their hands.
    """
    buffers = (Path(f"/proc/sys/net/ipv4/tcp_{name}").read_text().split()[-1] for name in ("rmem", "wmem"))
    return 2 * TAKEN_BYTES + sum(map(int, buffers)) + 1_000_000


def reset_when_closed(connection: socket.socket) -> None:
    """The other side is told that the connection was reset, not that it ended."""
    has_a_limit, seconds = 1, 0
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", has_a_limit, seconds))
