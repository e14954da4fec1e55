"""Takes a multipart/form-data body apart while it arrives (RFC 7578, RFC 2046 section 5.1), with bounded memory."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import unquote

from graph.execution.refusals import RequestCode, RequestRefused, refusal

_MAX_HEADER_BYTES = 8 * 1024
_MAX_PREAMBLE_BYTES = 1024
_BOUNDARY = re.compile(r"""[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]""")
_PARAMETER = re.compile(r';\s*(?P<name>[\w!#$&+.^`|~*-]+)\s*=\s*(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<plain>[^;"\s]*))')
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
    return refusal(RequestCode.BAD_REQUEST, f"The multipart body cannot be read: {what}.", {"connection": "close"})


def boundary_of(parameters: str) -> bytes:
    """The boundary among the parameters of a Content-Type. Raises RequestRefused."""
    found = {match["name"].lower(): match["quoted"] or match["plain"] for match in _PARAMETER.finditer(parameters)}
    boundary = found.get("boundary") or ""
    if _BOUNDARY.fullmatch(boundary) is None:
        raise malformed("Content-Type names no valid boundary")
    return boundary.encode("ascii")


class MultipartStream:
    """The parts of a body, one after the other: `next_part`, then all of `content`, until there is none."""

    def __init__(self, receive: Receive, boundary: bytes) -> None:
        self._receive = receive
        self._delimiter = b"\r\n--" + boundary
        # The first delimiter has no line break before it; with this one it looks like the others.
        self._buffer = bytearray(b"\r\n")
        self._is_ended = False
        self._has_begun = False

    async def next_part(self) -> PartHead | None:
        """The head of the next part, None after the last. Raises RequestRefused."""
        if not self._has_begun:
            self._has_begun = True
            await self._until(self._delimiter, _MAX_PREAMBLE_BYTES, "no part begins")
        while len(self._buffer) < 2:
            await self._fill("the last part has no end")
        if self._buffer.startswith(b"--"):
            await self.drain()
            return None
        padding = await self._until(b"\r\n", _MAX_PREAMBLE_BYTES, "a boundary has no end")
        if padding.strip(b" \t"):
            raise malformed("a boundary has no end")
        # A part without any header would begin with the empty line at once.
        self._buffer[:0] = b"\r\n"
        head = await self._until(b"\r\n\r\n", _MAX_HEADER_BYTES, "the head of a part is too long or has no end")
        return _head(head)

    async def content(self) -> AsyncIterator[bytes]:
        """What the part holds, in chunks as they come. Raises RequestRefused when the body ends within it."""
        keep = len(self._delimiter) - 1
        while (found := self._buffer.find(self._delimiter)) < 0:
            if len(self._buffer) > keep:
                chunk = bytes(self._buffer[:-keep])
                del self._buffer[:-keep]
                yield chunk
            await self._fill("a part has no end")
        if found:
            yield bytes(self._buffer[:found])
        del self._buffer[: found + len(self._delimiter)]

    async def drain(self) -> None:
        """Receive what is left of the body, which says nothing."""
        while not self._is_ended:
            _, self._is_ended = await self._receive()

    async def _until(self, mark: bytes, limit: int, otherwise: str) -> bytes:
        while (found := self._buffer.find(mark)) < 0:
            if len(self._buffer) > limit:
                raise malformed(otherwise)
            await self._fill(otherwise)
        if found > limit:
            raise malformed(otherwise)
        before = bytes(self._buffer[:found])
        del self._buffer[: found + len(mark)]
        return before

    async def _fill(self, otherwise: str) -> None:
        if self._is_ended:
            raise malformed(otherwise)
        chunk, self._is_ended = await self._receive()
        self._buffer += chunk


def _head(head: bytes) -> PartHead:
    try:
        lines = head.decode("utf-8").split("\r\n")
    except UnicodeDecodeError:
        raise malformed("the head of a part is not UTF-8") from None
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition" and value.strip().lower().startswith("form-data"):
            return _disposition(value)
    raise malformed("a part has no Content-Disposition: form-data")


def _disposition(value: str) -> PartHead:
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value):
        text = re.sub(r'\\(["\\])', r"\1", match["quoted"]) if match["quoted"] is not None else match["plain"]
        found.setdefault(match["name"].lower(), text)
    if "name" not in found:
        raise malformed("a part has no name")
    extended = found.get("filename*")
    if extended is not None and extended.lower().startswith("utf-8''"):
        return PartHead(found["name"], unquote(extended[len("utf-8''") :], errors="replace"))
    file_name = found.get("filename")
    if file_name is not None:
        file_name = _BROWSER_ESCAPE.sub(lambda match: _BROWSER_ESCAPES[match[0].lower()], file_name)
    return PartHead(found["name"], file_name)
