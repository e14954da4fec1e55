"""Looks at a received file without reading it into memory, and has a child ask a reader where that does not settle it.

The look itself runs in a thread and decodes nothing. Most files are settled by it. One that it would refuse, or not
know, may still be what a reader opens: that is tried in a child with limits, before anything is kept. So no library
that decodes ever sees a stranger's file in the server.
"""

import asyncio
import mmap
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from pydantic import TypeAdapter

from domain.entities.attachment import UploadedFile
from domain.entities.file_facts import FileFacts
from domain.rules.file_formats.file_kinds import Doubt, Opened, looked_at, settled
from server.metrics.services import ExaminationMetrics
from server.process.children import ChildFailed, ChildFunction, ChildKilled, Children, Limits
from server.upkeep.temporary_files import temporary_root

LIMITS = Limits(seconds=8, memory_bytes=2**30)
"""Of one examination: no more memory than a list that is printed may take, beside which it runs."""

MOST_WAITING = 8
MOST_SECONDS = 12
"""With its turn: whoever sends a file is told before the time of the request is over, which would leave open what
became of it."""

_OPENED_WHOLE = ChildFunction("server.rendering.examination:opened_whole", TypeAdapter(Opened | None))

_log = structlog.get_logger(__name__)


class ExaminationPutOff(OSError):
    """What a file is cannot be said just now; nothing of it was kept, and it may be sent again."""


class ExaminedFiles:
    """One for a process. Readers are asked about one file after the other."""

    def __init__(self, children: Children, metrics: ExaminationMetrics) -> None:
        self._children = children
        self._metrics = metrics
        self._turn = asyncio.Lock()
        self._asking = 0

    async def facts_of(self, upload: UploadedFile) -> FileFacts:
        """Raises FileRefusedError, and ExaminationPutOff where a reader cannot be asked now."""
        look = await asyncio.to_thread(_look, upload)
        if isinstance(look, FileFacts):
            return look
        try:
            opened = await self._asked(upload, look)
        except ExaminationPutOff as error:
            self._metrics.put_off()
            _log.warning("a file could not be examined", format=look.format_name, reason=str(error))
            raise
        self._metrics.settled(look.format_name, is_opened=opened is not None)
        return settled(look, opened)

    async def _asked(self, upload: UploadedFile, doubt: Doubt) -> Opened | None:
        if self._asking > MOST_WAITING:
            raise ExaminationPutOff("So many files are being examined that this one would wait for long.")
        self._asking += 1
        try:
            async with asyncio.timeout(MOST_SECONDS), self._turn:
                return await self._in_child(upload, doubt)
        except TimeoutError:
            raise ExaminationPutOff("No reader came free in time.") from None
        finally:
            self._asking -= 1

    async def _in_child(self, upload: UploadedFile, doubt: Doubt) -> Opened | None:
        with TemporaryDirectory(dir=temporary_root()) as folder:
            path = Path(folder) / "file"
            await asyncio.to_thread(_copy, upload, path)
            try:
                opened: Opened | None = await self._children.run(LIMITS, _OPENED_WHOLE, path, doubt.media_type)
            except ChildKilled as error:
                raise ExaminationPutOff(str(error)) from error
            except ChildFailed as error:
                if self._children.has_ended:
                    raise ExaminationPutOff(str(error)) from error
                # It took more than its share, or broke the reader: that is no file that a reader opens.
                _log.warning("a file made its reader fail", how=_OPENED_WHOLE.name, fault=str(error))
                return None
        return opened


def _look(upload: UploadedFile) -> FileFacts | Doubt:
    if upload.size_bytes == 0:
        # An empty file cannot be mapped.
        return looked_at(b"")
    with mmap.mmap(upload.content.fileno(), upload.size_bytes, access=mmap.ACCESS_READ) as content:
        return looked_at(content)


def _copy(upload: UploadedFile, path: Path) -> None:
    """A child opens its file by name, and what is received has none."""
    upload.content.seek(0)
    with path.open("wb") as copy:
        shutil.copyfileobj(upload.content, copy)
