"""What the attackers do, each kind by a function that does it once and answers whether it came to its end.

They know no more than any client may know, and have at most the token of a VIEWER. All of it is bounded in number and
in bytes, and goes to loopback alone.
"""

import asyncio
import gzip
import json
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from graphql import get_introspection_query

from tests.attachments.multipart import TYPE, body, parts
from tests.live.frames import GOOD, TEXT, frame, handshake

_PIECE = 65_536
_WHOLE = get_introspection_query().replace("query IntrospectionQuery", "").strip()
_SCHEMA = _WHOLE[_WHOLE.index("__schema") + len("__schema") : _WHOLE.index("fragment FullType")].strip()[:-1]
_FRAGMENTS = _WHOLE[_WHOLE.index("fragment FullType") :]


@dataclass
class Attacker:
    """A client that means no good: where the server is, what token it found, what it has left lying about."""

    port: int
    token: str
    file: str
    pick_list: str
    chance: random.Random = field(default_factory=random.Random)

    @asynccontextmanager
    async def connection(
        self, kept_bytes: int = 2**16
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A connection, closed without a word at the end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=kept_bytes)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def head(self, request: str, lines: Mapping[str, str]) -> bytes:
        """The head of a request with the token."""
        headers = {"Host": "localhost", "Authorization": f"Bearer {self.token}", **lines}
        written = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{request} HTTP/1.1\r\n{written}\r\n".encode()

    def posted(self, content: bytes, **lines: str) -> bytes:
        """A request for /graphql with a body of JSON."""
        told = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        return (
            self.head("POST /graphql", told | {name.replace("_", "-"): value for name, value in lines.items()})
            + content
        )

    def asked(self, query: str, variables: object = None, **lines: str) -> bytes:
        """A request with a document."""
        return self.posted(json.dumps({"query": query, "variables": variables}).encode(), **lines)

    async def answered(self, sent: bytes) -> bool:
        """Send in pieces until the server has enough, and read what it says to its end."""
        async with self.connection() as (reader, writer), asyncio.timeout(30):
            writer.write(sent[:_PIECE])
            for begin in range(_PIECE, len(sent), _PIECE):
                if reader.at_eof() or writer.is_closing():
                    break
                writer.write(sent[begin : begin + _PIECE])
                await writer.drain()
            return await _read_answer(reader) > 0

    async def unread(self, sent: bytes, seconds: float = 3.0) -> bool:
        """Send, and read nothing."""
        async with self.connection(kept_bytes=1_024) as (_, writer):
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(sent)
            await asyncio.sleep(seconds)
        return True


async def _read_answer(reader: asyncio.StreamReader) -> int:
    """The bytes of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
    left = length
    while left > 0 and (piece := await reader.read(min(left, 1_000_000))):
        left -= len(piece)
    return len(head) + length - left


async def long_heads(attacker: Attacker) -> bool:
    """Five megabytes of header lines."""
    return await attacker.answered(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"a: b\r\n" * 833_000)


async def long_targets(attacker: Attacker) -> bool:
    """A target of a megabyte."""
    return await attacker.answered(b"GET /healthz?" + b"x" * 1_000_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")


async def long_trailers(attacker: Attacker) -> bool:
    """Two megabytes of trailers behind a small body."""
    head = attacker.head("POST /graphql", {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    return await attacker.answered(head + b"19\r\n" + b'{"query":"{__typename}"}\n\r\n0\r\n' + b"a: b\r\n" * 333_000)


async def documents_of_comments(attacker: Attacker) -> bool:
    """660 kB of comments, and as many as a document may have."""
    await attacker.answered(attacker.asked("#\n" * 330_000 + "{ __typename }"))
    return await attacker.answered(
        attacker.asked("# a comment\n" * 4_900 + f"{{ a{secrets.token_hex(8)}: __typename }}")
    )


async def big_documents(attacker: Attacker) -> bool:
    """As many tokens as a document may have, and never the same: fields that are entangled, and fields that are not."""
    name = f"a{secrets.token_hex(6)}"
    fields = "key description tags totalQuantity isLow " * 240
    nested = " ".join(f"... on Part @include(if: true) {{ {fields} type {{ name }} }}" for _ in range(4))
    await attacker.answered(attacker.asked(f"query {name} {{ parts(first: 1) {{ nodes {{ {nested} }} }} }}"))
    facts = "nodes { key description tags isLow type { name } ... on Part { manufacturer package series pinCount } }"
    page = f"parts(first: 1, filter: {{ retired: false }}) {{ {facts} pageInfo {{ hasNextPage }} }}"
    return await attacker.answered(
        attacker.asked("{ " + " ".join(f"{name}{each}: {page}" for each in range(90)) + " }")
    )


async def many_documents(attacker: Attacker) -> bool:
    """A hundred small documents that nobody has seen before, on one connection."""
    async with attacker.connection() as (reader, writer), asyncio.timeout(30):
        for _ in range(100):
            writer.write(
                attacker.asked(f"{{ parts(first: 3) {{ nodes {{ a{secrets.token_hex(8)}: key description }} }} }}")
            )
            await _read_answer(reader)
            await asyncio.sleep(0.005)
    return True


async def introspections(attacker: Attacker) -> bool:
    """Twenty whole descriptions of the schema, which are refused; then four, which are not, by ever new names."""
    for number in (20, 4):
        name = secrets.token_hex(6)
        aliases = " ".join(f"a{name}{each}: __schema {_SCHEMA}" for each in range(number))
        await attacker.answered(attacker.asked(f"{{ {aliases} }} {_FRAGMENTS}"))
    return True


async def lists_in_variables(attacker: Attacker) -> bool:
    """Lists of hundreds of thousands, and the longest that are taken."""
    nodes = b"query($i:[ID!]!){nodes(ids:$i){id}}"
    kinds = b"query($i:[OperationKind!]){history(first:1,filter:{kinds:$i}){totalCount}}"
    for query, item, count in (
        (nodes, b"1", 480_000),
        (kinds, b'"MOVE"', 120_000),
        (nodes, b"{}", 320_000),
        (nodes, b"1", 100),
    ):
        listed = b",".join([item] * count)
        await attacker.answered(attacker.posted(b'{"query":"' + query + b'","variables":{"i":[' + listed + b"]}}"))
    return True


async def wide_answers(attacker: Attacker) -> bool:
    """Answers near the limit of bytes, as they are and compressed, and past it."""
    for names, coding in ((70, "identity"), (70, "gzip"), (99, "identity")):
        await attacker.answered(
            attacker.asked(_WIDE.format(aliases=_aliases(names, "description")), Accept_Encoding=coding)
        )
    return True


async def dear_answers(attacker: Attacker) -> bool:
    """As many objects and values as the cost allows, by names that are always others."""
    name = secrets.token_hex(3)
    for document in _DEAR:
        await attacker.answered(attacker.asked(document.replace("NAME", name), Accept_Encoding="gzip"))
    return True


async def answers_unread(attacker: Attacker) -> bool:
    """Twelve clients that ask for much and read nothing."""
    sent = attacker.asked(_WIDE.format(aliases=_aliases(70, "description")))
    await asyncio.gather(*(attacker.unread(sent, 12) for _ in range(6)))
    return True


async def files_unread(attacker: Attacker) -> bool:
    """The same with a file."""
    sent = attacker.head(f"GET {attacker.file}", {})
    await asyncio.gather(*(attacker.unread(sent, 12) for _ in range(6)))
    return True


async def streams_unread(attacker: Attacker) -> bool:
    """Event streams of which nothing is read, and whose events are large."""
    sent = attacker.asked(_EVENTS, Accept="text/event-stream")
    await asyncio.gather(*(attacker.unread(sent, 12) for _ in range(6)))
    return True


async def sockets_unread(attacker: Attacker) -> bool:
    """The same by WebSocket, with large answers besides."""
    wide = _WIDE.format(aliases=_aliases(30, "description"))
    asked = [("e", _EVENTS), *((str(each), wide) for each in range(5))]
    messages = [{"id": id, "type": "subscribe", "payload": {"query": query}} for id, query in asked]

    async def subscribe() -> None:
        async with attacker.connection(kept_bytes=1_024) as (reader, writer):
            writer.write(handshake(GOOD | {"Authorization": f"Bearer {attacker.token}"}))
            await reader.readuntil(b"\r\n\r\n")
            for message in ({"type": "connection_init"}, *messages):
                writer.write(frame(TEXT, json.dumps(message).encode()))
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.sleep(12)

    await asyncio.gather(*(subscribe() for _ in range(4)))
    return True


async def abandoned_printouts(attacker: Attacker) -> bool:
    """Ten printouts that nobody waits for."""
    for _ in range(10):
        async with attacker.connection() as (_, writer):
            writer.write(attacker.head(f"GET {attacker.pick_list}", {}))
            await asyncio.sleep(0.05)
    return True


async def sockets_of_strangers(attacker: Attacker) -> bool:
    """Twenty WebSockets that say nothing."""
    await asyncio.gather(*(attacker.unread(handshake(GOOD), 2) for _ in range(20)))
    return True


async def dripped_bodies(attacker: Attacker) -> bool:
    """Bodies that come by the byte, half of them of requests that were refused at once."""

    async def drip(media_type: str) -> None:
        async with attacker.connection() as (_, writer):
            writer.write(attacker.head("POST /graphql", {"Content-Type": media_type, "Content-Length": "900000"}))
            for _ in range(30):
                writer.write(b" ")
                await asyncio.sleep(0.1)

    await asyncio.gather(*(drip(media_type) for media_type in ("application/json", "text/plain") * 5))
    return True


async def gzip_bombs(attacker: Attacker) -> bool:
    """A megabyte that would be a gigabyte, and one that is just allowed."""
    await attacker.answered(attacker.posted(_BOMB, Content_Encoding="gzip"))
    return await attacker.answered(attacker.posted(_FILLED, Content_Encoding="gzip"))


async def uploads_without_rights(attacker: Attacker) -> bool:
    """A file of 20 MB from somebody who may only read."""
    sent = body(*parts("ZOAA", b"a" * 20_000_000))
    return await attacker.answered(attacker.head("POST /graphql", TYPE | {"Content-Length": str(len(sent))}) + sent)


async def connections_left(attacker: Attacker) -> bool:
    """A hundred connections of which half have begun a request."""

    async def leave(said: bytes) -> None:
        async with attacker.connection() as (_, writer):
            writer.write(said)
            await asyncio.sleep(5)

    await asyncio.gather(*(leave(b"POST /graphql HTTP/1.1\r\nHost: loc" if each % 2 else b"") for each in range(100)))
    return True


def _aliases(number: int, name: str) -> str:
    return " ".join(f"a{each}: {name}" for each in range(number))


_WIDE = "{{ parts(first: 100, orderBy: {{ field: KEY, direction: DESC }}) {{ nodes {{ {aliases} }} }} }}"
_EVENTS = f"subscription {{ stockChanged {{ change {{ part {{ {_aliases(90, 'description')} }} }} }} }}"
_BOMB = gzip.compress(bytes(1_000_000_000 // 4), compresslevel=9)
_FILLED = gzip.compress(b'{"query":"{__typename}"}'.ljust(999_000))
_STOCK = "stock { quantity location { reference box { number description } } } history(first: 5) { nodes { delta } }"
_DEAR = (
    "{ NAME: parts(first: 200) { nodes { key description tags type { name } " + _STOCK + " } } }",
    "{ parts(first: 200) { nodes { " + " ".join(f"NAME{each}: description" for each in range(90)) + " } } }",
    "{ " + " ".join(f"NAME{each}: parts(first: 100) {{ nodes {{ key description }} }}" for each in range(60)) + " }",
    "{ parts(first: 100) { nodes { " + " ".join(f"NAME{each}: tags" for each in range(90)) + " } } }",
)

ATTACKS: tuple[Callable[[Attacker], Awaitable[bool]], ...] = (
    long_heads,
    long_targets,
    long_trailers,
    documents_of_comments,
    big_documents,
    many_documents,
    introspections,
    lists_in_variables,
    wide_answers,
    dear_answers,
    answers_unread,
    files_unread,
    streams_unread,
    sockets_unread,
    abandoned_printouts,
    sockets_of_strangers,
    dripped_bodies,
    gzip_bombs,
    uploads_without_rights,
    connections_left,
)
