"""The parts of a multipart/form-data body while it arrives (RFC 7578), with bounded memory.

The library multipart takes the body apart; here it is given chunks as they come, and what it refuses becomes a refusal
of ours.
"""

import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from graph.execution.refusals import RequestRefused, refusal
from server.wire.refusals import HttpCode, closing

_MAX_HEADER_BYTES = 8 * 1024
_LONGEST_BOUNDARY = 70
# Some clients send the name as RFC 8187 has it, which RFC 7578 does not want and the library leaves aside.
_EXTENDED_NAME = re.compile(r";\s*filename\*\s*=\s*utf-8''([^;\s]*)", re.IGNORECASE)

Receive = Callable[[], Awaitable[tuple[bytes, bool]]]
"""The next chunk of the body, and whether it was the last."""


@dataclass(frozen=True, slots=True)
class PartHead:
    """The name of a part, and the file name where the part is a file."""

    name: str
    file_name: str | None


def malformed(what: str) -> RequestRefused:
    """The refusal of a body that cannot be read."""
    return closing(refusal(HttpCode.BAD_REQUEST, f"The multipart body cannot be read: {what}."))


def boundary_of(content_type: str) -> str:
    """The boundary that a Content-Type names. Raises RequestRefused."""
    _, options = parse_options_header(content_type)
    boundary: str = options.get("boundary", "")
    if not 1 <= len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii() or not boundary.isprintable():
        raise malformed("Content-Type names no valid boundary")
    return boundary


class MultipartStream:
    """The parts of a body, one after the other: `next_part`, then all of `content`, until there is none."""

    def __init__(self, receive: Receive, boundary: str) -> None:
        self._receive = receive
        self._parser = PushMultipartParser(boundary, max_header_size=_MAX_HEADER_BYTES)
        self._events: deque[MultipartSegment | bytes | bytearray | None] = deque()
        self._is_ended = False

    async def next_part(self) -> PartHead | None:
        """The head of the next part, None after the last. Raises RequestRefused."""
        while not self._events:
            if self._is_ended:
                self._end()
                return None
            await self._fill()
        segment = self._events.popleft()
        if not isinstance(segment, MultipartSegment):
            raise malformed("a part was not read to its end")
        return _head(segment)

    async def content(self) -> AsyncIterator[bytes]:
        """What the part holds, in chunks as they come. Raises RequestRefused when the body ends within it."""
        while True:
            while not self._events:
                if self._is_ended:
                    self._end()
                await self._fill()
            event = self._events.popleft()
            if event is None:
                return
            if isinstance(event, MultipartSegment):
                raise malformed("a part has no end")
            yield bytes(event)

    async def _fill(self) -> None:
        chunk, self._is_ended = await self._receive()
        if chunk:
            with _refusing():
                self._events.extend(self._parser.parse(chunk))

    def _end(self) -> None:
        """The body is over. Raises RequestRefused unless its last part has ended."""
        with _refusing():
            self._parser.close()


def _head(segment: MultipartSegment) -> PartHead:
    disposition = segment.header("Content-Disposition")
    if segment.disposition != "form-data" or disposition is None:
        raise malformed("a part has no Content-Disposition: form-data")
    if segment.name is None:
        raise malformed("a part has no name")
    extended = _EXTENDED_NAME.search(disposition)
    if extended is not None:
        return PartHead(segment.name, unquote(extended[1], errors="replace"))
    return PartHead(segment.name, segment.filename)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except MultipartError as error:
        raise malformed(str(error)[:1].lower() + str(error)[1:]) from None
