"""The route of printable pick lists: /files/pick-lists/{number}.pdf."""

import asyncio
import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.rules.file_addresses import is_signed
from graph.execution.refusals import RequestRefused
from server.authentication import Authenticator
from server.jobs.child_process import run_in_child
from server.wire.http.answers import refusal_answer
from server.wiring import Application

PATH = "/files/pick-lists/{number:int}.pdf"
_MAX_NUMBER = 2**63 - 1
_PRINT = "server.printing.pick_list_pdf:pick_list_pdf"
_AT_ONCE = 2
_MEMORY_BYTES = 2**30
_PROCESSOR_SECONDS = 30


class PickListFile:
    """Prints a list as it is now for whoever holds its signed address, or a token that may read."""

    def __init__(self, application: Application, authenticator: Authenticator) -> None:
        self._application = application
        self._authenticator = authenticator
        self._printing = asyncio.Semaphore(_AT_ONCE)

    async def serve(self, request: Request) -> Response:
        """200 with the PDF, 401 without signature and token, 404 when there is no such list."""
        try:
            await self._refuse_strangers(request)
        except RequestRefused as refused:
            return refusal_answer(refused)
        number = request.path_params["number"]
        readers = self._application.readers.pick_lists
        printed = await readers.printed(number) if number <= _MAX_NUMBER else None
        if printed is None:
            raise HTTPException(404)
        # The library that draws, with its fonts, takes more memory than all routes together: it lives in a child.
        async with self._printing:
            content: bytes = await run_in_child(
                _PRINT, printed, memory_bytes=_MEMORY_BYTES, cpu_seconds=_PROCESSOR_SECONDS
            )
        headers = {
            "content-disposition": f'inline; filename="pick-list-{number}.pdf"',
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        return Response(content, media_type="application/pdf", headers=headers)

    async def _refuse_strangers(self, request: Request) -> None:
        expires, signature = (request.query_params.get(name, "") for name in ("expires", "signature"))
        secret = self._application.file_addresses.secret
        if not is_signed(request.url.path, expires, signature, time.time(), secret):
            await self._authenticator.authenticate(request.headers)
