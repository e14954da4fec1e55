"""What the making of previews and texts wishes from storage; every call runs inside the unit of work's transaction."""

from typing import Protocol
from uuid import UUID

from domain.entities.attachment import PreviewState, TextState
from domain.entities.file_facts import FileFacts
from domain.entities.file_reading import ClaimedFile, DocumentText, ReadingTask, Rendering
from domain.entities.ids import AttachmentId


class FileReadings(Protocol):
    """What is still to be made from files, and what was made."""

    async def claim(self, task: ReadingTask, attachment_id: AttachmentId) -> ClaimedFile | None:
        """Claim one file for two minutes, though it rests. None when it is gone, made, or claimed by another; waits for
        a rival."""

    async def claim_next(self, task: ReadingTask) -> ClaimedFile | None:
        """Claim the oldest file that waits, does not rest and that nobody claimed; after those that nobody read yet
        come those that an older version read. None when there is none; never waits."""

    async def release(self, task: ReadingTask, attachment_id: AttachmentId) -> None:
        """Give a claim back, so that others may claim the file at once."""

    async def let_rest(self, task: ReadingTask, attachment_id: AttachmentId) -> None:
        """Give a claim back and let the file rest: 10 seconds the first time, twice as long each further time, at most
        an hour."""

    async def end_previews(
        self, attachment_id: AttachmentId, state: PreviewState, failure: str | None, rendering: Rendering | None
    ) -> UUID | None:
        """Write what became of the previews; the attachment is locked FOR NO KEY UPDATE, so it is not deleted until
        the end. Previews that are there already are not given up for a failure. The object id; None, and nothing
        written, when it is gone or another was faster."""

    async def end_text(
        self, attachment_id: AttachmentId, state: TextState, failure: str | None, text: DocumentText | None
    ) -> None:
        """Write what became of the text; nothing when the attachment is gone or another was faster. A text that is
        there already is not given up for a failure."""

    async def end_kind(self, attachment_id: AttachmentId, facts: FileFacts) -> None:
        """Write what a FILE is found to be, and that previews and text are to be made of what it is now; nothing when
        the attachment is gone or another was faster."""
