"""Compresses answers for clients that take it, except those that would tell a secret by their length.

Who reads the length of an answer, and chooses words that stand in it, learns what else stands there: a guess that is
right makes the answer shorter (the attack BREACH). The one secret in an answer is the signature of a file's address,
so an answer with such an address goes as it is. See docs/decisions/what-is-compressed.md.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.rules.file_addresses import SIGNATURE_PARAMETER
from server.wire.http.content_coding import Coding, compressed, wanted_coding

_SECRET = f"{SIGNATURE_PARAMETER}=".encode()
_MEDIA_TYPES = frozenset(
    {
        *(b"application/json", b"application/graphql-response+json", b"text/html"),
        # Figures for Prometheus.
        *(b"text/plain", b"application/openmetrics-text"),
    }
)
# Answers with these are files, of which parts may be asked for, or compressed already.
_OF_FILES = frozenset({b"etag", b"content-encoding"})
# What takes more than a few milliseconds leaves the event loop to the other requests.
_BYTES_OFF_THE_LOOP = 50_000


class CompressedAnswers:
    """ASGI middleware for answers that come in one piece: files and event streams pass as they are.

    `from_bytes` is the size of the smallest body that is compressed; -1 for none.
    """

    def __init__(self, app: ASGIApp, from_bytes: int) -> None:
        self._app = app
        self._from_bytes = from_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        coding = wanted_coding(scope) if scope["type"] == "http" and self._from_bytes >= 0 else None
        await self._app(scope, receive, send if coding is None else _Answer(send, coding, self._from_bytes).send)


class _Answer:
    """One answer. A head that may change is held until it is known what its body is."""

    def __init__(self, send: Send, coding: Coding, from_bytes: int) -> None:
        self._send = send
        self._coding = coding
        self._from_bytes = from_bytes
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        """Send the next message of the answer."""
        if message["type"] == "http.response.start" and _is_compressible(message):
            self._head = message
            return
        if self._head is not None:
            head, self._head = self._head, None
            if self._fits(message):
                head, message = await self._compressed(head, message["body"])
            await self._send(head)
        await self._send(message)

    def _fits(self, first: Message) -> bool:
        content = first.get("body", b"")
        is_whole = not first.get("more_body", False)
        return is_whole and len(content) >= self._from_bytes and _SECRET not in content

    async def _compressed(self, head: Message, content: bytes) -> tuple[Message, Message]:
        if len(content) > _BYTES_OFF_THE_LOOP:
            smaller = await asyncio.to_thread(compressed, content, self._coding)
        else:
            smaller = compressed(content, self._coding)
        headers = [
            *((name, value) for name, value in head["headers"] if name != b"content-length"),
            (b"content-encoding", self._coding.value.encode()),
            (b"content-length", str(len(smaller)).encode()),
        ]
        return {**head, "headers": headers}, {"type": "http.response.body", "body": smaller}


def _is_compressible(head: Message) -> bool:
    headers = dict(head["headers"])
    media_type = headers.get(b"content-type", b"").partition(b";")[0]
    return media_type in _MEDIA_TYPES and headers.keys().isdisjoint(_OF_FILES)
