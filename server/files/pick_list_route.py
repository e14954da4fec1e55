"""The route of printable pick lists: /files/pick-lists/{number}.pdf."""

import asyncio
import re
from zoneinfo import ZoneInfo

import structlog
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from graph.execution.refusals import RequestCode, RequestRefused, refusal
from graph.global_ids import global_id_of
from server.files.access import FileAccess
from server.printing.font_files import missing_fonts
from server.printing.pick_list_sheet import PickListSheet, sheet
from server.process.children import ChildDied, ChildFunction, ChildKilled, Limits
from server.wire.http.answers import refusal_answer
from server.wire.http.deadline import while_connected
from server.wire.refusals import HttpCode, with_headers
from server.wiring import Application

PATH = "/files/pick-lists/{number}.pdf"
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
# Our own lists are no stranger's files, and loading the library takes ten times as long as drawing: its child is kept.
_PRINT = ChildFunction("server.printing.pick_list_pdf:pick_list_pdf", TypeAdapter(bytes), calls=50)
AT_ONCE = 2
"""So many lists are printed at a time, each in a child with these limits."""
LIMITS = Limits(seconds=180, memory_bytes=2**30, cpu_seconds=30)
_MOST_WAITING = 8
_BUSY = "So many lists are being printed that this one would wait for long; ask again in a moment."
_KILLED = "The list could not be printed, as happens where memory runs out; ask again in a moment."
_TOO_LARGE = "The list is too large to be printed; make several lists of fewer lines."
_RETRY_SECONDS = 5

_log = structlog.get_logger(__name__)


class PickListFile:
    """Prints a list as it is now for whoever holds its signed address, or a token that may read."""

    def __init__(self, application: Application, access: FileAccess) -> None:
        self._pick_lists = application.readers.pick_lists
        self._children = application.children
        self._zone = ZoneInfo(application.settings.time_zone)
        self._address = application.settings.pick_list_url
        self._access = access
        self._printing = asyncio.Semaphore(AT_ONCE)
        self._asked = 0
        if missing := missing_fonts():
            _log.warning("fonts are missing: what they alone have is printed as frames", missing=missing)

    async def serve(self, request: Request) -> Response:
        """200 with the PDF, 404 when there is no such list, or a refusal in the form of every other."""
        try:
            return await self._printed(request)
        except RequestRefused as refused:
            return refusal_answer(refused)
        except ClientDisconnect:
            return Response(status_code=499)

    async def _printed(self, request: Request) -> Response:
        await self._access.check(request)
        number = request.path_params["number"]
        printed = await self._pick_lists.printed(int(number)) if _NUMBER.fullmatch(number) else None
        if printed is None:
            raise HTTPException(404)
        wanted = sheet(printed, global_id_of(printed.pick_list), self._zone, self._address)
        content = await while_connected(request, self._drawn(wanted))
        headers = {
            "content-disposition": f'inline; filename="pick-list-{number}.pdf"',
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        return Response(content, media_type="application/pdf", headers=headers)

    async def _drawn(self, wanted: PickListSheet) -> bytes:
        """The library that draws, with its fonts, takes more memory than all routes together: it lives in a child."""
        if self._asked >= AT_ONCE + _MOST_WAITING:
            raise _later(_BUSY)
        self._asked += 1
        try:
            async with self._printing:
                content: bytes = await self._children.run(LIMITS, _PRINT, wanted)
        except ChildKilled as error:
            _log.warning("a list was not printed", reason=str(error))
            raise _later(_KILLED) from error
        except ChildDied as error:
            _log.warning("a list is too large to be printed", reason=str(error))
            raise refusal(HttpCode.PRINT_LIMIT, _TOO_LARGE) from error
        finally:
            self._asked -= 1
        return content


def _later(message: str) -> RequestRefused:
    return with_headers(refusal(RequestCode.UNAVAILABLE, message), {"retry-after": str(_RETRY_SECONDS)})
