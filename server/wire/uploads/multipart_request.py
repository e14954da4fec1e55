"""GraphQL requests with files: the GraphQL multipart request specification (jaydenseric, version 2).

operations   the request as JSON, with null in the place of each file
map          {"0": ["variables.input.file"]}: which part belongs in which places
0, 1, …      the files
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request

from domain.entities.attachment import UploadedFile
from graph.execution.refusals import RequestCode, RequestRefused, over_limit, refusal
from server.wire.http.body_coding import check_plain
from server.wire.http.request_body import decoded
from server.wire.refusals import HttpCode, closing
from server.wire.uploads.multipart_stream import MultipartStream, PartHead, boundary_of, malformed
from server.wire.uploads.spool_room import SpoolPart
from server.wire.uploads.spooled_file import SpooledFile

PREFLIGHT_HEADER = "GraphQL-Require-Preflight"
MEDIA_TYPE = "multipart/form-data"
_MAX_MAP_BYTES = 100_000
_MAX_FILES = 20
_MAX_DISCARDED_BYTES = 10_000_000
_DISCARD_SECONDS = 2.0
_NO_ROOM = "There is no room for files just now. Try again in a while."

_log = structlog.get_logger("partsgraph.uploads")


def is_multipart(request: Request) -> bool:
    """Tell whether the body is meant to be multipart/form-data."""
    written = request.headers.getlist("content-type")
    return len(written) == 1 and written[0].partition(";")[0].strip().lower() == MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class MultipartLimits:
    """How much may come, how slowly, and where it is kept meanwhile."""

    max_bytes: int
    max_operations_bytes: int
    max_values: int
    patience_seconds: float
    min_bytes_per_second: int
    directory: Path | None
    room: SpoolPart


class MultipartRequest:
    """Reads one request. The files live until `held` is closed."""

    def __init__(self, request: Request, limits: MultipartLimits, held: ExitStack) -> None:
        self._request = request
        self._limits = limits
        self._held = held
        self._received = 0
        self._is_ended = False
        self._is_cut_off = False
        self._started = time.perf_counter()

    async def read(self, check: Callable[[Any], Awaitable[None]]) -> Any:
        """The decoded `operations` with the files in their places. Raises RequestRefused and ClientDisconnect.

        `check` is given the operations before any file is received, and raises RequestRefused for those that may not
        run.
        """
        check_plain(self._request.headers.getlist("content-encoding"))
        if not self._request.headers.get(PREFLIGHT_HEADER):
            # Any web page may send multipart/form-data without being asked; a header of its own it may not.
            told = f"Send the header {PREFLIGHT_HEADER}: 1 with {MEDIA_TYPE}."
            raise closing(refusal(HttpCode.BAD_REQUEST, told))
        await self._refuse_declared_size()
        stream = MultipartStream(self._receive, boundary_of(self._request.headers["content-type"]))
        operations = await self._field(stream, "operations", self._limits.max_operations_bytes)
        try:
            await check(operations)
        except RequestRefused as refused:
            raise closing(refused) from None
        places = _places(await self._field(stream, "map", _MAX_MAP_BYTES))
        files: dict[str, UploadedFile] = {}
        while not self._is_cut_off and (head := await stream.next_part()) is not None:
            files[head.name] = await self._file(stream, head, places, files)
        if self._is_cut_off:
            await self._cut_off()
        for name, paths in places.items():
            if name not in files:
                raise malformed(f"the map names the part {name[:100]!r}, which did not come")
            for path in paths:
                _put(operations, path, files[name])
        return operations

    async def _field(self, stream: MultipartStream, name: str, max_bytes: int) -> Any:
        head = await stream.next_part()
        if head is None or head.name != name:
            raise malformed(f"the part {name!r} is missing; the order is operations, map, files")
        value = bytearray()
        async for chunk in stream.content():
            value += chunk
            if len(value) > max_bytes:
                raise over_limit(HttpCode.BODY_LIMIT, f"{name} bytes", len(value), max_bytes)
        return await decoded(bytes(value), f"The part {name}", self._limits.max_values)

    async def _file(
        self,
        stream: MultipartStream,
        head: PartHead,
        places: Mapping[str, list[list[str]]],
        files: Mapping[str, UploadedFile],
    ) -> UploadedFile:
        if head.file_name is None or head.name not in places or head.name in files:
            raise malformed(f"the part {head.name[:100]!r} is not a file that the map names, or comes twice")
        try:
            return await self._spooled(stream, head.file_name)
        except OSError as error:
            _log.warning("no_room_for_uploads", reason=str(error))
            raise closing(refusal(RequestCode.UNAVAILABLE, _NO_ROOM)) from error

    async def _spooled(self, stream: MultipartStream, name: str) -> UploadedFile:
        """The file; of one that is larger than its kind may be as much as shows that."""
        spooled = await asyncio.to_thread(SpooledFile, name, self._limits.directory)
        self._held.callback(spooled.close)
        async for chunk in stream.content():
            self._limits.room.take(len(chunk))
            await spooled.write(chunk)
            if spooled.is_too_large:
                self._is_cut_off = True
                break
        return await spooled.finish()

    async def _cut_off(self) -> None:
        """What comes behind a file that is too large is thrown away, or the connection is closed after the answer."""
        await self._discard()
        self._request.state.closes = not self._is_ended

    async def _refuse_declared_size(self) -> None:
        declared = self._request.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > self._limits.max_bytes:
            raise await self._too_large(int(declared))

    async def _receive(self) -> tuple[bytes, bool]:
        chunk, is_ended = await self._next_chunk()
        self._received += len(chunk)
        self._is_ended = is_ended
        if self._received > self._limits.max_bytes:
            raise await self._too_large(self._received)
        return chunk, is_ended

    async def _next_chunk(self) -> tuple[bytes, bool]:
        """The next chunk, before the time is over that the bytes so far and the patience give."""
        limits = self._limits
        allowed = limits.patience_seconds + self._received / limits.min_bytes_per_second
        try:
            async with asyncio.timeout(max(allowed - (time.perf_counter() - self._started), 0)):
                message = await self._request.receive()
        except TimeoutError:
            told = f"The body came with less than {limits.min_bytes_per_second:,} bytes a second."
            raise closing(refusal(HttpCode.BODY_TIMEOUT, told)) from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        return message.get("body", b""), not message.get("more_body", False)

    async def _too_large(self, actual: int) -> Exception:
        """The refusal, after some of what still comes was thrown away: see request_body."""
        await self._discard()
        return closing(over_limit(HttpCode.BODY_LIMIT, "body bytes", actual, self._limits.max_bytes))

    async def _discard(self) -> None:
        """Throw away what still comes, for a while: who sends all before he reads shall read the answer."""
        left = 0 if "expect" in self._request.headers else _MAX_DISCARDED_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(_DISCARD_SECONDS):
                while not self._is_ended and left > 0:
                    chunk, self._is_ended = await self._next_chunk()
                    left -= len(chunk)


def _places(value: Any) -> dict[str, list[list[str]]]:
    """The paths by the name of their part."""
    if not isinstance(value, dict) or not 1 <= len(value) <= _MAX_FILES:
        raise malformed(f"map must be an object that names 1 to {_MAX_FILES} files")
    places: dict[str, list[list[str]]] = {}
    for name, paths in value.items():
        if not isinstance(paths, list) or not 1 <= len(paths) <= _MAX_FILES:
            raise malformed("map must give each file a list of paths")
        if not all(isinstance(path, str) and path.startswith("variables.") for path in paths):
            raise malformed("each path of map must begin with variables.")
        places[name] = [path.split(".") for path in paths]
    return places


def _put(operations: Any, path: list[str], file: UploadedFile) -> None:
    """Replace the null at the path."""
    target: Any = operations
    *parents, last = path
    try:
        for name in parents:
            target = target[_step(target, name)]
        step = _step(target, last)
        if target[step] is not None:
            raise malformed("a path of map leads to something that is not null")
        target[step] = file
    except (KeyError, IndexError, TypeError, ValueError):
        raise malformed("a path of map leads nowhere in operations") from None


def _step(target: Any, name: str) -> str | int:
    if isinstance(target, dict):
        return name
    if isinstance(target, list) and name.isascii() and name.isdigit() and len(name) <= 4:
        return int(name)
    raise TypeError(name)
