"""GET and HEAD /files/{attachment}/preview/{size}: a preview from the object store, made first if it is not there."""

import asyncio
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.entities.attachment import PreviewState
from domain.entities.file_facts import PixelSize
from domain.entities.ids import AttachmentId
from domain.rules.previews import MEDIA_TYPE, SIZES, answering_size, preview_key
from graph.execution.refusals import RequestCode, RequestRefused, refusal
from persistence.readers.attachment import AttachmentView
from server.files.access import FileAccess
from server.files.headers import disposition, file_headers
from server.files.preconditions import answer_without_file
from server.files.route import object_id_of
from server.rendering.asked_previews import TooManyAsked
from server.wire.http.answers import refusal_answer
from server.wire.http.deadline import while_connected
from server.wire.refusals import HttpCode, with_headers
from server.wiring import Application

_PATIENCE_SECONDS = 25
_LOOK_AGAIN_SECONDS = 0.1
_RETRY_SECONDS = 5


class PreviewRoute:
    """Answers for all previews."""

    def __init__(self, application: Application, access: FileAccess) -> None:
        self._attachments = application.readers.attachments
        self._store = application.object_store
        self._reader = application.file_reader
        self._access = access

    async def serve(self, request: Request) -> Response:
        """The preview, or a refusal in the form of every other."""
        try:
            await self._access.check(request)
            asked = _size(request.path_params["size"])
            file = await while_connected(request, self._drawn(object_id_of(request.path_params["attachment"])))
            return await self._answer(request, file, asked)
        except RequestRefused as refused:
            return refusal_answer(refused)
        except ClientDisconnect:
            return Response(status_code=499)

    async def _drawn(self, object_id: UUID) -> AttachmentView:
        """The file, once its previews are there."""
        patience = asyncio.timeout(_PATIENCE_SECONDS)
        try:
            async with patience:
                while (file := await self._drawn_now(object_id)) is None:  # noqa: ASYNC110 - another process makes them
                    await asyncio.sleep(_LOOK_AGAIN_SECONDS)
                return file
        except TimeoutError:
            if not patience.expired():
                raise
            raise _later("The preview is still being made; ask again in a moment.") from None
        except TooManyAsked:
            raise _later("So many previews are being made that this one would wait for long.") from None

    async def _drawn_now(self, object_id: UUID) -> AttachmentView | None:
        """The file, if its previews are there or can be made by this process; None while another makes them."""
        while True:
            file = await self._attachments.by_object_id(object_id)
            if file is None:
                raise _not_found("There is no such file.")
            if file.preview_state == PreviewState.DONE:
                return file
            if file.preview_state != PreviewState.PENDING:
                raise _not_found(file.preview_failure or "This kind of file has no preview.")
            if not await self._reader.make_previews(AttachmentId(file.id)):
                return None

    async def _answer(self, request: Request, file: AttachmentView, asked: int) -> Response:
        assert file.object_id is not None
        assert file.width is not None
        assert file.height is not None
        size = answering_size(asked, PixelSize(file.width, file.height))
        # Drawn anew by another version of the reader it is another preview.
        etag = f'"{(file.sha256 or b"").hex()}-{size}-{file.preview_reader}"'
        headers = file_headers(file, etag, is_download=False)
        headers |= {
            "accept-ranges": "none",
            "content-disposition": disposition(f"{file.file_name or 'file'}.webp", is_inline=True),
        }
        status = answer_without_file(request.headers, etag)
        if status is not None:
            return Response(status_code=status, headers=headers)
        preview = await self._store.read(preview_key(file.object_id, size))
        if preview is None:
            raise _not_found("The preview was removed.")
        # Starlette itself sends no body to HEAD, with the length of what it would have sent.
        return Response(preview, headers=headers, media_type=MEDIA_TYPE)


def _size(written: str) -> int:
    if written not in map(str, SIZES):
        raise _not_found(f"A preview has one of these sizes: {', '.join(map(str, SIZES))}.")
    return int(written)


def _later(message: str) -> RequestRefused:
    return with_headers(refusal(RequestCode.UNAVAILABLE, message), {"retry-after": str(_RETRY_SECONDS)})


def _not_found(message: str) -> RequestRefused:
    return refusal(HttpCode.ROUTE_NOT_FOUND, message)
