"""What is still to be made from files, and what was made: the state in an attachment's row is the queue."""

from base64 import b64encode
from collections.abc import Mapping
from uuid import UUID

from asyncpg import Record
from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.attachment import PreviewState, TextState
from domain.entities.file_facts import FileKind
from domain.entities.file_reading import ClaimedFile, DocumentText, ReadingTask, Rendering
from domain.entities.ids import AttachmentId
from domain.ports.file_readings import FileReadings
from persistence.statements import Connection, Statement

# Longer than the longest reading with its download; a claim whose process died is free again after it.
_CLAIM_SECONDS = 120
_REST_SECONDS = 10
_MAX_REST_SECONDS = 3_600
_PREFIXES: Mapping[ReadingTask, str] = {ReadingTask.PREVIEWS: "preview", ReadingTask.TEXT: "text"}


def _waits(prefix: str) -> str:
    free = f"{prefix}_claimed_at < clock_timestamp() - interval '{_CLAIM_SECONDS} seconds'"
    return f"{prefix}_state = 'PENDING' AND ({prefix}_claimed_at IS NULL OR {free})"


def _is_rested(prefix: str) -> str:
    return f"({prefix}_rests_until IS NULL OR {prefix}_rests_until < clock_timestamp())"


def _claim(prefix: str, which: str) -> Statement:
    return Statement(
        text(f"""
        UPDATE attachments SET {prefix}_claimed_at = clock_timestamp()
         WHERE id = {which} AND {_waits(prefix)}
        RETURNING id, object_id, kind, media_type, size_bytes, sha256, {prefix}_put_off AS put_off
        """)
    )


def _give_back(prefix: str, also: str = "") -> Statement:
    return Statement(
        text(f"""
        UPDATE attachments SET {prefix}_claimed_at = NULL{also}
         WHERE id = CAST(:id AS bigint) AND {prefix}_state = 'PENDING'
        RETURNING true
        """)
    )


def _rest(prefix: str) -> str:
    """Doubling ends long before the numbers do."""
    pause = f"least({_MAX_REST_SECONDS}, {_REST_SECONDS} * power(2, least({prefix}_put_off, 20)))"
    until = f"clock_timestamp() + make_interval(secs => {pause})"
    return f", {prefix}_put_off = {prefix}_put_off + 1, {prefix}_rests_until = {until}"


_CLAIM = {task: _claim(prefix, "CAST(:id AS bigint)") for task, prefix in _PREFIXES.items()}
_CLAIM_NEXT = {
    task: _claim(
        prefix,
        f"(SELECT id FROM attachments WHERE {_waits(prefix)} AND {_is_rested(prefix)} "
        "ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)",
    )
    for task, prefix in _PREFIXES.items()
}
_RELEASE = {task: _give_back(prefix) for task, prefix in _PREFIXES.items()}
_LET_REST = {task: _give_back(prefix, _rest(prefix)) for task, prefix in _PREFIXES.items()}
_END_PREVIEWS = Statement(
    text("""
    UPDATE attachments
       SET preview_state = CAST(:state AS text), preview_failure = CAST(:failure AS text),
           placeholder = CAST(:placeholder AS text), width = coalesce(width, CAST(:width AS int)),
           height = coalesce(height, CAST(:height AS int))
     WHERE id = CAST(:id AS bigint) AND preview_state = 'PENDING'
    RETURNING object_id
    """)
)
_END_TEXT = Statement(
    text("""
    UPDATE attachments SET text_state = CAST(:state AS text), text_failure = CAST(:failure AS text)
     WHERE id = CAST(:id AS bigint) AND text_state = 'PENDING'
    RETURNING true
    """)
)
_ADD_TEXT = Statement(
    text("""
    INSERT INTO attachment_texts (attachment_id, text, page_count, pages_read)
    VALUES (CAST(:id AS bigint), CAST(:text AS text), CAST(:page_count AS int), CAST(:pages_read AS int))
    """)
)


class FileReadingRepository(FileReadings):
    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def claim(self, task: ReadingTask, attachment_id: AttachmentId) -> ClaimedFile | None:
        return _claimed(await _CLAIM[task].row(self._connection, id=attachment_id))

    async def claim_next(self, task: ReadingTask) -> ClaimedFile | None:
        return _claimed(await _CLAIM_NEXT[task].row(self._connection))

    async def release(self, task: ReadingTask, attachment_id: AttachmentId) -> None:
        await _RELEASE[task].value(self._connection, id=attachment_id)

    async def let_rest(self, task: ReadingTask, attachment_id: AttachmentId) -> None:
        await _LET_REST[task].value(self._connection, id=attachment_id)

    async def end_previews(
        self, attachment_id: AttachmentId, state: PreviewState, failure: str | None, rendering: Rendering | None
    ) -> UUID | None:
        object_id: UUID | None = await _END_PREVIEWS.value(
            self._connection,
            id=attachment_id,
            state=state.value,
            failure=failure,
            placeholder=b64encode(rendering.placeholder).decode() if rendering is not None else None,
            width=rendering.picture.width if rendering is not None else None,
            height=rendering.picture.height if rendering is not None else None,
        )
        return object_id

    async def end_text(
        self, attachment_id: AttachmentId, state: TextState, failure: str | None, text: DocumentText | None
    ) -> None:
        ended = await _END_TEXT.value(self._connection, id=attachment_id, state=state.value, failure=failure)
        if ended and text is not None:
            pages = {"page_count": text.page_count, "pages_read": text.pages_read}
            await _ADD_TEXT.rows(self._connection, id=attachment_id, text=text.text, **pages)


def _claimed(row: Record | None) -> ClaimedFile | None:
    if row is None:
        return None
    kind = FileKind(row["kind"])
    facts = kind, row["media_type"], row["size_bytes"], row["sha256"]
    return ClaimedFile(AttachmentId(row["id"]), row["object_id"], *facts, row["put_off"])
