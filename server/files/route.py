"""GET and HEAD /files/{attachment}: bytes from the object store, whole or in ranges, to whoever may read them."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from domain.rules.object_keys import file_key
from graph.execution.refusals import RequestRefused, refusal
from persistence.faults import MissingObject
from persistence.object_store import ObjectStore
from persistence.readers.attachment import AttachmentView
from server.files.access import FileAccess
from server.files.headers import file_headers
from server.files.preconditions import answer_without_file
from server.files.ranges import ByteRange, wanted_ranges
from server.wire.http.answers import refusal_answer
from server.wire.refusals import HttpCode
from server.wiring import Application

METHODS = ("GET", "HEAD")


class FileRoute:
    """Answers for all files."""

    def __init__(self, application: Application, access: FileAccess) -> None:
        self._attachments = application.readers.attachments
        self._store = application.object_store
        self._access = access

    async def serve(self, request: Request) -> Response:
        """The file, or a refusal in the form of every other."""
        try:
            await self._access.check(request)
            file = await self._file(request)
            try:
                return await self._answer(request, file)
            except MissingObject:
                # Deleted since its row was read; a row without its object is a fault.
                await self._file(request)
                raise
        except RequestRefused as refused:
            return refusal_answer(refused)

    async def _file(self, request: Request) -> AttachmentView:
        file = await self._attachments.by_object_id(object_id_of(request.path_params["attachment"]))
        if file is None:
            raise _not_found()
        return file

    async def _answer(self, request: Request, file: AttachmentView) -> Response:
        assert file.object_id is not None
        assert file.size_bytes is not None
        etag = f'"{(file.sha256 or b"").hex()}"'
        headers = file_headers(file, etag, is_download="download" in request.query_params)
        status = answer_without_file(request.headers, etag)
        if status is not None:
            return Response(status_code=status, headers=headers)
        # Ranges are for GET alone (RFC 9110, section 14.2).
        wanted = _range_header(request.headers, etag) if request.method == "GET" else None
        ranges = wanted_ranges(wanted, file.size_bytes)
        if ranges == []:
            return Response(status_code=416, headers={"content-range": f"bytes */{file.size_bytes}"})
        content, media_type = _content(self._store, file), file.media_type or "application/octet-stream"
        if ranges is None or len(ranges) == 1:
            whole = ByteRange(0, file.size_bytes - 1)
            part = ranges[0] if ranges else whole
            headers |= {"content-length": str(part.length), "content-type": media_type}
            if ranges:
                headers["content-range"] = _content_range(part, file.size_bytes)
            status = 206 if ranges else 200
            sent = _Parts(content, [(b"", part)], b"")
        else:
            status, boundary = 206, secrets.token_hex(16)
            headers["content-type"] = f"multipart/byteranges; boundary={boundary}"
            sent = _Parts(content, *_framed(ranges, boundary, media_type, file.size_bytes))
            headers["content-length"] = str(sent.length)
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        return await _opened(sent, status, headers)


_Reading = AbstractAsyncContextManager[AsyncIterator[bytes]]


def _content(store: ObjectStore, file: AttachmentView) -> Callable[[ByteRange], _Reading]:
    """Opens ranges of a file. All of it is compared with its digest, a range with its length alone."""
    assert file.object_id is not None
    assert file.size_bytes is not None
    assert file.sha256 is not None
    key, size_bytes, sha256 = file_key(file.object_id), file.size_bytes, file.sha256

    def opened(part: ByteRange) -> _Reading:
        if part.length == size_bytes:
            return store.reading_whole(key, size_bytes, sha256)
        return store.reading(key, part.first, part.last)

    return opened


class _Parts:
    """Ranges of an object, each behind its own head, and what closes them."""

    def __init__(
        self, content: Callable[[ByteRange], _Reading], parts: list[tuple[bytes, ByteRange]], end: bytes
    ) -> None:
        self._content = content
        self._parts = parts
        self._end = end
        self._held = AsyncExitStack()
        self._first: AsyncIterator[bytes] | None = None
        self._begun = b""

    @property
    def length(self) -> int:
        """Bytes in all."""
        return sum(len(head) + part.length for head, part in self._parts) + len(self._end)

    async def open(self) -> None:
        """Take the first chunk: a store that is away, or gives another file, is told before the answer begins."""
        _, part = self._parts[0]
        self._first = await self._held.enter_async_context(self._content(part))
        try:
            self._begun = await anext(self._first)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Give the connection back, whether or not all was sent."""
        await self._held.aclose()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Everything in order; one connection at a time."""
        for number, (head, part) in enumerate(self._parts):
            if head:
                yield head
            if number == 0 and self._first is not None:
                yield self._begun
                async for chunk in self._first:
                    yield chunk
                await self.close()
            else:
                async with self._content(part) as content:
                    async for chunk in content:
                        yield chunk
        if self._end:
            yield self._end


class _FileResponse(StreamingResponse):
    """Streams, and gives its connection to the store back however it ends: a client that goes away frees everything."""

    def __init__(self, parts: _Parts, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(parts.chunks(), status, headers)
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._parts.close()


async def _opened(parts: _Parts, status: int, headers: Mapping[str, str]) -> Response:
    await parts.open()
    return _FileResponse(parts, status, headers)


def _framed(
    ranges: list[ByteRange], boundary: str, media_type: str, size_bytes: int
) -> tuple[list[tuple[bytes, ByteRange]], bytes]:
    """The ranges of multipart/byteranges (RFC 9110, section 14.6), each with its head, and the end."""
    framed = []
    for part in ranges:
        about = f"Content-Type: {media_type}\r\nContent-Range: {_content_range(part, size_bytes)}"
        framed.append((f"\r\n--{boundary}\r\n{about}\r\n\r\n".encode(), part))
    return framed, f"\r\n--{boundary}--\r\n".encode()


def _content_range(part: ByteRange, size_bytes: int) -> str:
    return f"bytes {part.first}-{part.last}/{size_bytes}"


def _range_header(headers: Mapping[str, str], etag: str) -> str | None:
    """The Range header, unless If-Range names another state of the file: only a strong ETag counts (section 13.1.5)."""
    condition = headers.get("if-range")
    return headers.get("range") if condition is None or condition.strip() == etag else None


def object_id_of(written: str) -> UUID:
    """The id of a file in a path. Raises RequestRefused for what is none."""
    try:
        object_id = UUID(written)
    except ValueError:
        raise _not_found() from None
    if str(object_id) != written:
        raise _not_found()
    return object_id


def _not_found() -> RequestRefused:
    return refusal(HttpCode.ROUTE_NOT_FOUND, "There is no such file.")
