"""The rows of a document that is loaded in bulk: its attachment, and the text that has been read from it already."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.entities.attachment import PreviewState, TextState
from domain.entities.file_reading import READER_VERSION
from domain.entities.ids import AttachmentId
from persistence.bulk_rows import NewDocument

# Thousands of previews would keep the readers busy for an hour. One that is asked for is drawn, though it rests.
_UNTIL_ASKED_FOR = datetime(9999, 1, 1, tzinfo=UTC)

ATTACHMENT_COLUMNS = (
    "id", "part_id", "kind", "title", "file_name", "media_type", "size_bytes", "sha256", "object_id", "preview_state",
    "preview_rests_until", "text_state", "text_reader", "page_count", "kind_reader", "actor",
)  # fmt: skip
TEXT_COLUMNS = ("attachment_id", "text", "page_count", "pages_read")


def attachment_record(attachment_id: AttachmentId, object_id: UUID, new: NewDocument, actor: str) -> tuple[Any, ...]:
    """Its text is read, its previews are drawn when somebody asks for them."""
    file = new.file
    return (
        attachment_id, new.part_id, file.facts.kind.value, new.title, file.name, file.facts.media_type, file.size_bytes,
        file.sha256, object_id, PreviewState.PENDING.value, _UNTIL_ASKED_FOR, TextState.DONE.value, READER_VERSION,
        new.text.page_count, file.reader, actor,
    )  # fmt: skip


def text_record(attachment_id: AttachmentId, new: NewDocument) -> tuple[Any, ...]:
    """The text of all its pages."""
    return (attachment_id, new.text.text, new.text.page_count, new.text.pages_read)
