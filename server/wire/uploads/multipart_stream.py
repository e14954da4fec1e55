"""The parts of a multipart/form-data body while it arrives (RFC 7578), with bounded memory.

The library multipart takes the body apart; here it is given chunks as they come, and what it refuses becomes a refusal
of ours.
"""

import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from graph.execution.refusals import RequestRefused, refusal
from server.wire.refusals import HttpCode, closing

_MAX_HEAD_BYTES = 8 * 1024
_MAX_HEADERS = 100
# Keeps each byte of a head as it came: some clients write a file name in an encoding of their own.
_BYTES = "latin-1"
# What may come before the first part has begun: its head, and a preamble, which nobody reads.
_MAX_BYTES_BEFORE_PARTS = 2 * _MAX_HEAD_BYTES
# RFC 2046, section 5.1.1; clients write it without quotation marks whatever is in it.
_BOUNDARY = re.compile(r"""[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]""")
_PARAMETER = re.compile(r';\s*(?P<name>[\w!#$&+.^`|~*-]+)\s*=\s*(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<plain>[^;"\s]*))')
# RFC 8187: an encoding, perhaps a language, and a name in percent encoding.
_EXTENDED = re.compile(r"(?P<charset>utf-8|iso-8859-1)'[^']*'(?P<name>.+)", re.IGNORECASE)
# What browsers write for a quotation mark and line breaks in a file name (the HTML standard, "multipart/form-data").
_BROWSER_ESCAPES = {"%22": '"', "%0d": "\r", "%0a": "\n"}
_BROWSER_ESCAPE = re.compile("%22|%0d|%0a", re.IGNORECASE)

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
    found = {match["name"].lower(): match["quoted"] or match["plain"] for match in _PARAMETER.finditer(content_type)}
    boundary = found.get("boundary") or ""
    if _BOUNDARY.fullmatch(boundary) is None:
        raise malformed("Content-Type names no valid boundary")
    return boundary


class MultipartStream:
    """The parts of a body, one after the other: `next_part`, then all of `content`, until there is none."""

    def __init__(self, receive: Receive, boundary: str) -> None:
        self._receive = receive
        self._parser = PushMultipartParser(
            boundary, header_charset=_BYTES, max_header_size=_MAX_HEAD_BYTES, max_header_count=_MAX_HEADERS
        )
        self._events: deque[MultipartSegment | bytes | bytearray | None] = deque()
        self._is_ended = False
        self._has_begun = False
        self._bytes_before_parts = 0

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
        # However large the pieces are that it comes in, a preamble has its limit.
        while chunk and not self._has_begun:
            self._parse(chunk[:_MAX_HEAD_BYTES])
            self._has_begun = bool(self._events)
            self._bytes_before_parts += len(chunk[:_MAX_HEAD_BYTES])
            if self._bytes_before_parts > _MAX_BYTES_BEFORE_PARTS and not self._has_begun:
                raise malformed("no part begins")
            chunk = chunk[_MAX_HEAD_BYTES:]
        if chunk:
            self._parse(chunk)

    def _parse(self, piece: bytes) -> None:
        with _refusing():
            self._events.extend(self._parser.parse(piece))

    def _end(self) -> None:
        """The body is over. Raises RequestRefused unless its last part has ended."""
        with _refusing():
            self._parser.close()


def _head(segment: MultipartSegment) -> PartHead:
    disposition = segment.header("Content-Disposition")
    if segment.disposition != "form-data" or disposition is None:
        raise malformed("a part has no Content-Disposition: form-data")
    if sum(len(name) + len(value) for name, value in segment.headerlist) > _MAX_HEAD_BYTES:
        raise malformed("the head of a part is too long")
    # The library takes a name as browsers write it; other clients escape backslashes, or name it as RFC 8187 has it.
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(disposition.encode(_BYTES).decode(errors="replace")):
        text = re.sub(r'\\(["\\])', r"\1", match["quoted"]) if match["quoted"] is not None else match["plain"]
        found.setdefault(match["name"].lower(), text)
    if "name" not in found:
        raise malformed("a part has no name")
    return PartHead(found["name"], _file_name(found))


def _file_name(parameters: Mapping[str, str]) -> str | None:
    """The name of a file as it was written, None where the part is no file."""
    extended = _EXTENDED.fullmatch(parameters.get("filename*", ""))
    if extended is not None:
        return unquote(extended["name"], extended["charset"], errors="replace")
    file_name = parameters.get("filename")
    if file_name is None:
        return "" if "filename*" in parameters else None
    return _BROWSER_ESCAPE.sub(lambda match: _BROWSER_ESCAPES[match[0].lower()], file_name)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except MultipartError as error:
        # The first of its arguments is a sentence; others would hold what was sent.
        told = str(error.args[0]) if error.args else "it is malformed"
        raise malformed(told[:1].lower() + told[1:]) from None
