"""Answers to clients of HTTP/1.0, which know no chunks: without a length, the end is the close (RFC 9112, 6.3)."""

import asyncio
from collections.abc import Callable

from server.wire.http.whole_answers import WholeAnswers

_CHUNKED = b"transfer-encoding: chunked\r\n"


class CloseDelimitedAnswers(WholeAnswers):
    """Takes uvicorn's chunks apart, which it writes after the head, each whole in one piece."""

    __slots__ = ("_is_chunked",)

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, close: Callable[[], None]
    ) -> None:
        super().__init__(transport, loop, close)
        self._is_chunked: bool | None = None

    def write(self, piece: bytes) -> None:
        """Send the head without its word of chunks, and of a chunk what is in it."""
        if self._is_chunked is None:
            self._is_chunked = _CHUNKED in piece
            super().write(piece.replace(_CHUNKED, b"", 1))
            return
        content = _content(piece) if self._is_chunked else piece
        if content:
            super().write(content)


def _content(chunk: bytes) -> bytes:
    """What is in a chunk; the last one, which may follow in the same piece, is empty."""
    size, _, rest = chunk.partition(b"\r\n")
    return rest[: int(size, 16)]
