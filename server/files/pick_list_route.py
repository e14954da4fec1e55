"""The route of printable pick lists: /files/pick-lists/{number}.pdf."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graph.execution.refusals import RequestRefused
from server.files.access import FileAccess
from server.process.children import Limits
from server.wire.http.answers import refusal_answer
from server.wiring import Application

PATH = "/files/pick-lists/{number:int}.pdf"
_MAX_NUMBER = 2**63 - 1
_PRINT = "server.printing.pick_list_pdf:pick_list_pdf"
_AT_ONCE = 2
_LIMITS = Limits(seconds=180, memory_bytes=2**30, cpu_seconds=30)


class PickListFile:
    """Prints a list as it is now for whoever holds its signed address, or a token that may read."""

    def __init__(self, application: Application, access: FileAccess) -> None:
        self._pick_lists = application.readers.pick_lists
        self._children = application.children
        self._access = access
        self._printing = asyncio.Semaphore(_AT_ONCE)

    async def serve(self, request: Request) -> Response:
        """200 with the PDF, 404 when there is no such list, or a refusal in the form of every other."""
        try:
            await self._access.check(request)
        except RequestRefused as refused:
            return refusal_answer(refused)
        number = request.path_params["number"]
        printed = await self._pick_lists.printed(number) if number <= _MAX_NUMBER else None
        if printed is None:
            raise HTTPException(404)
        # The library that draws, with its fonts, takes more memory than all routes together: it lives in a child.
        async with self._printing:
            content: bytes = await self._children.run(_LIMITS, _PRINT, printed)
        headers = {
            "content-disposition": f'inline; filename="pick-list-{number}.pdf"',
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        return Response(content, media_type="application/pdf", headers=headers)
