"""The rows of a document that is loaded in bulk: its attachment, the text that has been read from it already, and the
words by which search finds it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.entities.attachment import PreviewState, TextState
from domain.entities.file_reading import READER_VERSION
from domain.entities.ids import AttachmentId
from domain.rules.search import RULES_VERSION, attachment_words, text_words
from persistence.bulk_rows import NewDocument
from persistence.repositories.search_rows import text_columns

# Thousands of previews would keep the readers busy for an hour. One that is asked for is drawn, though it rests.
_UNTIL_ASKED_FOR = datetime(9999, 1, 1, tzinfo=UTC)

_ATTACHMENT_COLUMNS = (
    "id", "part_id", "kind", "title", "file_name", "media_type", "size_bytes", "sha256", "object_id", "preview_state",
    "preview_rests_until", "text_state", "text_reader", "page_count", "kind_reader", "actor",
)  # fmt: skip
_TEXT_COLUMNS = ("attachment_id", "text", "page_count", "pages_read")
_SEARCH_COLUMNS = (
    "attachment_id", "part_id", "name_words", "has_text", "text_words", "text_offsets", "text_pages", "rules_version",
)  # fmt: skip


def document_rows(
    new: Sequence[tuple[AttachmentId, UUID, NewDocument]], actor: str
) -> Iterator[tuple[str, Sequence[str], Iterator[tuple[Any, ...]]]]:
    """Tables in their order with their columns and rows, for documents under the ids of attachment and object."""
    yield "attachments", _ATTACHMENT_COLUMNS, (_attachment_record(*each, actor) for each in new)
    yield "attachment_texts", _TEXT_COLUMNS, (_text_record(id_, each) for id_, _, each in new)
    yield "search_attachments", _SEARCH_COLUMNS, (_search_record(id_, each) for id_, _, each in new)


def _attachment_record(attachment_id: AttachmentId, object_id: UUID, new: NewDocument, actor: str) -> tuple[Any, ...]:
    """Its text is read, its previews are drawn when somebody asks for them."""
    file = new.file
    return (
        attachment_id, new.part_id, file.facts.kind.value, new.title, file.name, file.facts.media_type, file.size_bytes,
        file.sha256, object_id, PreviewState.PENDING.value, _UNTIL_ASKED_FOR, TextState.DONE.value, READER_VERSION,
        new.text.page_count, file.reader, actor,
    )  # fmt: skip


def _text_record(attachment_id: AttachmentId, new: NewDocument) -> tuple[Any, ...]:
    """The text of all its pages."""
    return (attachment_id, new.text.text, new.text.page_count, new.text.pages_read)


def _search_record(attachment_id: AttachmentId, new: NewDocument) -> tuple[Any, ...]:
    """The words of its names and of its text."""
    names, found = attachment_words(new.title, new.file.name), text_columns(text_words(new.text.text))
    return (attachment_id, new.part_id, names, True, found["words"], found["offsets"], found["pages"], RULES_VERSION)
