"""Requests that no client library would write, and what comes back."""

import asyncio
from contextlib import suppress

from tests.waiting import patience

POST = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


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
