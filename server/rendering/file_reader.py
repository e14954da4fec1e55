"""Makes previews and texts of stored files: in the background, oldest first, and previews at once when asked for.

The row of an attachment is the queue: what is PENDING is made by whichever process claims it first, and a claim whose
process died is free again after two minutes. A file is fetched from the store into a temporary folder, read by a child
process with limits, and what came of it is kept in a transaction of its own. See
docs/decisions/files-are-read-by-their-state.md.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from domain.entities.actor import Actor, OwnName, Role
from domain.entities.file_facts import FileFacts, FileKind
from domain.entities.file_reading import ClaimedFile, DocumentText, PutOff, ReadingTask, Rendering, Unreadable
from domain.entities.ids import AttachmentId
from domain.rules.object_keys import file_key
from domain.services.file_readings import FileReadingService
from persistence.faults import OUTSIDE_FAULTS, MissingObject, StoreNotBelieved
from persistence.object_store import ObjectStore
from server.metrics.services import ReadingMetrics
from server.process.children import ChildFailed, ChildFunction, ChildKilled, Children, FunctionFailed, Limits
from server.process.shutdown import Lifecycle
from server.rendering.answers import DRAWN, READ, SAID
from server.rendering.asked_previews import AskedPreviews
from server.upkeep.temporary_files import temporary_root

# One call for each child: what a hostile file does to its child is not to reach the file that comes next.
_DRAW_IMAGE = ChildFunction("server.rendering.pictures:drawn_image", DRAWN)
_DRAW_PAGE = ChildFunction("server.rendering.documents:drawn_page", DRAWN)
_DRAW_DRAWING = ChildFunction("server.rendering.drawings:drawn_drawing", DRAWN)
_READ_TEXT = ChildFunction("server.rendering.documents:read_text_and_words", READ)
_SAY_KIND = ChildFunction("server.rendering.examination:kind_of", SAID)
LIBRARIES = (
    "server.rendering.pictures",
    "server.rendering.documents",
    "server.rendering.drawings",
    "server.rendering.examination",
    "server.rendering.packed_words",
)
"""What every child that reads a file needs."""

# A picture of 50 megapixels with an alpha channel takes about 1.2 GiB while it is decoded.
PREVIEW_LIMITS = Limits(seconds=20, memory_bytes=1_536 * 2**20, niceness=10)
TEXT_LIMITS = Limits(seconds=60, memory_bytes=768 * 2**20, niceness=10)

_LOOK_AGAIN_SECONDS = 1
_STOP_SECONDS = 5
_REST_AFTER_FAULT_SECONDS = 5
_ACTOR = Actor(OwnName.SERVER, Role.ADMIN)

_log = structlog.get_logger(__name__)


class ReaderKilled(OSError):
    """The child that read a file was killed; memory is a thing of outside, and may be there the next time."""


class FileReader:
    """One for a process. Several that ask for the previews of one file wait for the same work.

    It reads so many files at a time as it has slots; one without leaves all of them to other processes.
    """

    def __init__(
        self,
        service: FileReadingService,
        store: ObjectStore,
        children: Children,
        metrics: ReadingMetrics,
        slots: int,
    ) -> None:
        self._service = service
        self._store = store
        self._children = children
        self._metrics = metrics
        self._has_slots = slots > 0
        self._places = asyncio.Semaphore(slots)
        self._loops: list[asyncio.Task[None]] = []
        self._asked = AskedPreviews(partial(self._claim_and_read, ReadingTask.PREVIEWS))

    async def make_previews(self, attachment_id: AttachmentId) -> bool:
        """Make the previews of a file now. False when that is left to another process, or they are made already.

        Raises OUTSIDE_FAULTS (persistence.faults), TooManyAsked.
        """
        if not self._has_slots:
            return False
        return await self._asked.drawn(attachment_id)

    def start(self, lifecycle: Lifecycle) -> None:
        """Read what waits, one file for each task at a time, until the shutdown."""
        if not self._has_slots:
            return
        self._loops = [asyncio.create_task(self._read_for_ever(task)) for task in ReadingTask]
        lifecycle.join("file reader", self._stop, _STOP_SECONDS)

    async def _stop(self) -> None:
        """What is being read is given up and its children are ended; another process reads it again."""
        unfinished = [*self._loops, *self._asked.unfinished]
        for task in unfinished:
            task.cancel()
        self._children.end_all()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _read_for_ever(self, task: ReadingTask) -> None:
        while True:
            try:
                rest = 0 if await self._claim_and_read(task) else _LOOK_AGAIN_SECONDS
            except OUTSIDE_FAULTS as error:
                rest = 0
                if _why_put_off(error) is PutOff.OUTAGE:
                    _log.warning("files cannot be read now", task=task.value, error=type(error).__name__)
                    rest = _REST_AFTER_FAULT_SECONDS
            except Exception:  # noqa: BLE001 - a reader that ended would leave all files unread until the next start
                _log.exception("files cannot be read now", task=task.value)
                rest = _REST_AFTER_FAULT_SECONDS
            await asyncio.sleep(rest)

    async def _claim_and_read(
        self, task: ReadingTask, attachment_id: AttachmentId | None = None, begin: Callable[[], None] | None = None
    ) -> bool:
        """Claimed and fetched is only what can be read at once: a claim runs out, and a folder fills.

        A fault outside says nothing of the file: its claim is given back, and whoever asks for it has it read at once.
        """
        async with self._places:
            if begin is not None:
                begin()
            file = await self._service.claim(_ACTOR, task, attachment_id)
            if file is None:
                return False
            try:
                await self._read(task, file)
            except OUTSIDE_FAULTS as error:
                why = _why_put_off(error)
                if attachment_id is None and why is not PutOff.OUTAGE:
                    # Whoever asked is told, and so is the log.
                    told = {"attachment": file.attachment_id, "task": task.value, "why": why.value}
                    _log.warning("a file is read later", **told, reason=str(error))
                self._metrics.put_off(task, why)
                await self._service.put_off(_ACTOR, task, file, why)
                raise
        return True

    async def _read(self, task: ReadingTask, file: ClaimedFile) -> None:
        match task:
            case ReadingTask.PREVIEWS:
                await self._service.keep_previews(_ACTOR, file, await self._drawn(file))
            case ReadingTask.TEXT:
                read: DocumentText | Unreadable = await self._in_child(file, TEXT_LIMITS, _READ_TEXT)
                await self._service.keep_text(_ACTOR, file, read)
            case ReadingTask.KIND:
                said: FileFacts | Unreadable = await self._in_child(file, PREVIEW_LIMITS, _SAY_KIND)
                facts = FileFacts(FileKind.FILE, file.media_type) if isinstance(said, Unreadable) else said
                await self._service.keep_kind(_ACTOR, file, facts)

    async def _drawn(self, file: ClaimedFile) -> Rendering | Unreadable:
        made: Rendering | Unreadable
        match file.kind:
            case FileKind.PDF:
                made = await self._in_child(file, PREVIEW_LIMITS, _DRAW_PAGE)
            case FileKind.IMAGE:
                made = await self._in_child(file, PREVIEW_LIMITS, _DRAW_IMAGE, file.media_type)
            case FileKind.FILE:
                made = await self._in_child(file, PREVIEW_LIMITS, _DRAW_DRAWING)
        return made

    async def _in_child(self, file: ClaimedFile, limits: Limits, function: ChildFunction, *arguments: object) -> Any:
        started = time.perf_counter()
        with TemporaryDirectory(dir=temporary_root()) as folder:
            path = Path(folder) / "file"
            await self._fetch(file, path)
            # What was put off is read alone, so that a child which is killed once more had the room it was promised.
            run = self._children.run_alone if file.put_off else self._children.run
            answer = await self._answer(run, limits, function, path, *arguments)
        seconds = round(time.perf_counter() - started, 3)
        failure = answer.reason if isinstance(answer, Unreadable) else None
        _log.info("file was read", attachment=file.attachment_id, how=function.name, seconds=seconds, failure=failure)
        return answer

    async def _answer(
        self, run: Callable[..., Awaitable[Any]], limits: Limits, function: ChildFunction, *arguments: object
    ) -> Any:
        try:
            return await run(limits, function, *arguments)
        except FunctionFailed as error:
            # A library met what it has no name for.
            _log.warning("a file made its reader fail", how=function.name, fault=str(error))
            return Unreadable(limits.overstepped)
        except ChildKilled as error:
            raise ReaderKilled(str(error)) from error
        except ChildFailed as error:
            return Unreadable(str(error))

    async def _fetch(self, file: ClaimedFile, path: Path) -> None:
        with path.open("wb") as copy:
            async with self._store.reading_whole(file_key(file.object_id), file.size_bytes, file.sha256) as chunks:
                async for chunk in chunks:
                    await asyncio.to_thread(copy.write, chunk)


def _why_put_off(error: Exception) -> PutOff:
    if isinstance(error, StoreNotBelieved | MissingObject):
        return PutOff.MISMATCH
    return PutOff.KILLED if isinstance(error, ReaderKilled) else PutOff.OUTAGE
