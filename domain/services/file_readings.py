"""Use cases of what is made from stored files: claim the next one, keep its previews, its text, or what it is.

Drawing and reading happen between two transactions, in a child process; here it is only said what became of it.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from domain.entities.actor import Role
from domain.entities.attachment import PreviewState, TextState
from domain.entities.file_facts import FileFacts
from domain.entities.file_reading import (
    PAGE_BREAK,
    ClaimedFile,
    DocumentText,
    PutOff,
    ReadingTask,
    Rendering,
    Unreadable,
)
from domain.entities.ids import AttachmentId
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules.previews import MEDIA_TYPE, preview_key
from domain.services.use_case import use_case


@dataclass(frozen=True, slots=True)
class FileReadingService:
    """What the server does with files by itself."""

    units_of_work: UnitsOfWork

    @use_case(Role.EDITOR)
    async def claim(
        self, uow: UnitOfWork, task: ReadingTask, attachment_id: AttachmentId | None = None
    ) -> ClaimedFile | None:
        """Claim this file, though it rests, or the oldest that waits; None when there is nothing to do or another has
        it."""
        if attachment_id is None:
            return await uow.file_readings.claim_next(task)
        return await uow.file_readings.claim(task, attachment_id)

    @use_case(Role.EDITOR)
    async def put_off(self, uow: UnitOfWork, task: ReadingTask, file: ClaimedFile, why: PutOff) -> None:
        """Give a claim back: the file still waits. After an outage it is free at once, else it rests for a while."""
        if why is PutOff.OUTAGE:
            await uow.file_readings.release(task, file.attachment_id)
        else:
            await uow.file_readings.let_rest(task, file.attachment_id)

    @use_case(Role.EDITOR, uploads=True)
    async def keep_previews(self, uow: UnitOfWork, file: ClaimedFile, made: Rendering | Unreadable) -> None:
        """Store the previews beside the file and say that they are there, or why there are none.

        Raises FileStoreError.
        """
        if isinstance(made, Unreadable):
            await uow.file_readings.end_previews(file.attachment_id, PreviewState.FAILED, made.reason, None)
            return
        object_id = await uow.file_readings.end_previews(file.attachment_id, PreviewState.DONE, None, made)
        if object_id is None:
            return
        for size, preview in made.previews.items():
            digest = sha256(preview).digest()
            uow.put_object(preview_key(object_id, size), BytesIO(preview), len(preview), digest, MEDIA_TYPE)

    @use_case(Role.EDITOR)
    async def keep_text(self, uow: UnitOfWork, file: ClaimedFile, read: DocumentText | Unreadable) -> None:
        """Keep the text of a PDF, or say that it has none, or why it cannot be read."""
        if isinstance(read, Unreadable):
            await uow.file_readings.end_text(file.attachment_id, TextState.FAILED, read.reason, None)
        elif not read.text.strip(PAGE_BREAK):
            await uow.file_readings.end_text(file.attachment_id, TextState.EMPTY, None, read)
        else:
            await uow.file_readings.end_text(file.attachment_id, TextState.DONE, None, read)

    @use_case(Role.EDITOR)
    async def keep_kind(self, uow: UnitOfWork, file: ClaimedFile, facts: FileFacts) -> None:
        """Keep what a file is that was stored as a FILE before its kind was known."""
        await uow.file_readings.end_kind(file.attachment_id, facts)
