"""Clients that ask for much and read little or nothing of it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.factories import Workshop
from tests.metrics.scrape import scrape

GIVEN_UP = "partsgraph_answers_given_up_total"
_PARTS = 100
_MUCH = "{ parts(first: 100) { nodes { " + " ".join(f"d{n}: description" for n in range(29)) + " } } }"


@dataclass(frozen=True, slots=True)
class Reader:
    """A connection whose kernel keeps little; `head` is that of the answer."""

    wire: socket.socket
    head: bytes
    length: int

    async def some(self, size: int = 65_536) -> bytes:
        """What comes next; nothing at the end. Raises ConnectionResetError when the server has cut it off."""
        return await asyncio.get_running_loop().sock_recv(self.wire, size)

    async def to_the_end(self, count: int = 0) -> int:
        """The length of what came, once the answer is whole, or the connection closed; `count` has come already."""
        while count < self.length and (piece := await self.some()):
            count += len(piece)
        return count


@asynccontextmanager
async def reader(port: int, asked: bytes, kept_bytes: int = 4_096) -> AsyncIterator[Reader]:
    """A client that has read the head of its answer, and no more; its kernel keeps so much, and is slow with little."""
    loop = asyncio.get_running_loop()
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, kept_bytes)
        wire.setblocking(False)
        await loop.sock_connect(wire, ("127.0.0.1", port))
        await loop.sock_sendall(wire, asked)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += await loop.sock_recv(wire, 1)
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        yield Reader(wire, head, length)


async def much_to_read(workshop: Workshop) -> bytes:
    """A request whose answer has eight megabytes: more than the kernel takes."""
    for _ in range(_PARTS):
        await workshop.part(description="é" * 1_400)
    return posted(_MUCH)


def posted(query: str, headers: Sequence[str] = ()) -> bytes:
    """A request with a document."""
    body = json.dumps({"query": query}).encode()
    more = "".join(f"{line}\r\n" for line in headers)
    head = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{more}Content-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def given_up(client: httpx.AsyncClient) -> dict[str, float]:
    """How many answers the server gave up so far, by kind."""
    return (await scrape(client)).by(GIVEN_UP, "kind")
