"""What is still to be made from files, and what was made: the state in an attachment's row is the queue.

What an older version of the reader made is in the queue, too, behind what nobody made yet.
"""

from base64 import b64encode
from collections.abc import Mapping
from uuid import UUID

from asyncpg import Record
from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.attachment import PreviewState, TextState
from domain.entities.file_facts import FileFacts, FileKind
from domain.entities.file_reading import READER_VERSION, ClaimedFile, DocumentText, ReadingTask, Rendering
from domain.entities.ids import AttachmentId
from domain.ports.file_readings import FileReadings
from domain.rules.previews import is_drawn
from persistence.models.attachment import older_than_readers
from persistence.repositories.search_rows import text_columns
from persistence.statements import Connection, Statement

# Longer than the longest reading with its download; a claim whose process died is free again after it.
_CLAIM_SECONDS = 120
_REST_SECONDS = 10
_MAX_REST_SECONDS = 3_600
_PREFIXES: Mapping[ReadingTask, str] = {
    ReadingTask.PREVIEWS: "preview",
    ReadingTask.TEXT: "text",
    ReadingTask.KIND: "kind",
}


def _is_due(prefix: str) -> str:
    """Whether something is still to be made."""
    older = older_than_readers(prefix)
    return older if prefix == "kind" else f"({prefix}_state = 'PENDING' OR {older})"


def _is_free(prefix: str) -> str:
    free = f"{prefix}_claimed_at < clock_timestamp() - interval '{_CLAIM_SECONDS} seconds'"
    return f"({prefix}_claimed_at IS NULL OR {free})"


def _is_rested(prefix: str) -> str:
    return f"({prefix}_rests_until IS NULL OR {prefix}_rests_until < clock_timestamp())"


def _first(prefix: str, condition: str) -> str:
    """The oldest file of which this is so, that is free and does not rest; a partial index has those."""
    return (
        f"(SELECT id FROM attachments WHERE {condition} AND {_is_free(prefix)} AND {_is_rested(prefix)} "
        "ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)"
    )


def _next(prefix: str) -> str:
    """The next file: of those that nobody read yet, else of those that an older version read."""
    older = _first(prefix, older_than_readers(prefix))
    if prefix == "kind":
        return older
    pending = _first(prefix, f"{prefix}_state = 'PENDING'")
    return f"coalesce({pending}, {older})"


def _claim(prefix: str, which: str) -> Statement:
    return Statement(
        text(f"""
        UPDATE attachments SET {prefix}_claimed_at = clock_timestamp()
         WHERE id = {which} AND {_is_due(prefix)} AND {_is_free(prefix)}
        RETURNING id, object_id, kind, media_type, size_bytes, sha256, {prefix}_put_off AS put_off
        """)
    )


def _give_back(prefix: str, also: str = "") -> Statement:
    return Statement(
        text(f"""
        UPDATE attachments SET {prefix}_claimed_at = NULL{also}
         WHERE id = CAST(:id AS bigint) AND {_is_due(prefix)}
        RETURNING true
        """)
    )


def _rest(prefix: str) -> str:
    """Doubling ends long before the numbers do."""
    pause = f"least({_MAX_REST_SECONDS}, {_REST_SECONDS} * power(2, least({prefix}_put_off, 20)))"
    until = f"clock_timestamp() + make_interval(secs => {pause})"
    return f", {prefix}_put_off = {prefix}_put_off + 1, {prefix}_rests_until = {until}"


_CLAIM = {task: _claim(prefix, "CAST(:id AS bigint)") for task, prefix in _PREFIXES.items()}
_CLAIM_NEXT = {task: _claim(prefix, _next(prefix)) for task, prefix in _PREFIXES.items()}
_RELEASE = {task: _give_back(prefix) for task, prefix in _PREFIXES.items()}
_LET_REST = {task: _give_back(prefix, _rest(prefix)) for task, prefix in _PREFIXES.items()}
# The size that was drawn is the one by which previews are found, whatever was thought of it before.
_END_PREVIEWS = Statement(
    text(f"""
    UPDATE attachments
       SET preview_state = CAST(:state AS text), preview_failure = CAST(:failure AS text),
           placeholder = CAST(:placeholder AS text), width = coalesce(CAST(:width AS int), width),
           height = coalesce(CAST(:height AS int), height), preview_reader = {READER_VERSION},
           preview_claimed_at = NULL
     WHERE id = CAST(:id AS bigint) AND {_is_due("preview")}
       AND (preview_state <> 'DONE' OR CAST(:state AS text) <> 'FAILED')
    RETURNING object_id
    """)
)
_END_TEXT = Statement(
    text(f"""
    UPDATE attachments
       SET text_state = CAST(:state AS text), text_failure = CAST(:failure AS text),
           page_count = coalesce(CAST(:page_count AS int), page_count), text_reader = {READER_VERSION},
           text_claimed_at = NULL
     WHERE id = CAST(:id AS bigint) AND {_is_due("text")} AND (text_state <> 'DONE' OR CAST(:state AS text) <> 'FAILED')
    RETURNING true
    """)
)
_KEEP_AS_IT_IS = {
    task: Statement(
        text(f"""
        UPDATE attachments SET {prefix}_reader = {READER_VERSION}, {prefix}_claimed_at = NULL
         WHERE id = CAST(:id AS bigint) AND {older_than_readers(prefix)}
        """)
    )
    for task, prefix in _PREFIXES.items()
}
# An attachment without a document (of a box, or from before there was search) gets none: the job makes it, whole. One
# that was only marked is no longer as it was, so what follows from it is written; it is made anew all the same.
_ADD_TEXT = Statement(
    text("""
    WITH found_by AS (
        UPDATE search_attachments
           SET has_text = true, text_words = CAST(:words AS text[]), text_offsets = CAST(:offsets AS bigint[]),
               text_pages = CAST(:pages AS bigint[]), indexed_at = greatest(clock_timestamp(), indexed_at),
               rules_version = greatest(rules_version, 0)
         WHERE attachment_id = CAST(:id AS bigint)
    )
    INSERT INTO attachment_texts (attachment_id, text, page_count, pages_read)
    VALUES (CAST(:id AS bigint), CAST(:text AS text), CAST(:page_count AS int), CAST(:pages_read AS int))
    ON CONFLICT (attachment_id) DO UPDATE
       SET text = excluded.text, page_count = excluded.page_count, pages_read = excluded.pages_read
    """)
)
_REMOVE_TEXT = Statement(
    text("""
    WITH lost AS (
        UPDATE search_attachments SET has_text = false, text_words = '{}', text_offsets = '{}', text_pages = '{}'
         WHERE attachment_id = CAST(:id AS bigint) AND has_text
    )
    DELETE FROM attachment_texts WHERE attachment_id = CAST(:id AS bigint)
    """)
)
_END_KIND = Statement(
    text(f"""
    UPDATE attachments
       SET kind = CAST(:kind AS text), media_type = CAST(:media_type AS text), width = CAST(:width AS int),
           height = CAST(:height AS int), preview_state = CASE WHEN CAST(:is_drawn AS bool) THEN 'PENDING' END,
           text_state = CASE WHEN CAST(:kind AS text) = 'PDF' THEN 'PENDING' END, kind_reader = {READER_VERSION},
           kind_claimed_at = NULL
     WHERE id = CAST(:id AS bigint) AND {_is_due("kind")}
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
        if object_id is None and state is PreviewState.FAILED:
            await _KEEP_AS_IT_IS[ReadingTask.PREVIEWS].rows(self._connection, id=attachment_id)
        return object_id

    async def end_text(
        self, attachment_id: AttachmentId, state: TextState, failure: str | None, text: DocumentText | None
    ) -> None:
        page_count = text.page_count if text is not None else None
        told = {"state": state.value, "failure": failure, "page_count": page_count}
        if not await _END_TEXT.value(self._connection, id=attachment_id, **told):
            if state is TextState.FAILED:
                await _KEEP_AS_IT_IS[ReadingTask.TEXT].rows(self._connection, id=attachment_id)
        elif text is not None and state is TextState.DONE:
            pages = {"page_count": text.page_count, "pages_read": text.pages_read}
            words = text_columns(text.words)
            await _ADD_TEXT.rows(self._connection, id=attachment_id, text=text.text, **pages, **words)
        else:
            await _REMOVE_TEXT.rows(self._connection, id=attachment_id)

    async def end_kind(self, attachment_id: AttachmentId, facts: FileFacts) -> None:
        size = facts.pixel_size
        await _END_KIND.rows(
            self._connection,
            id=attachment_id,
            kind=facts.kind.value,
            media_type=facts.media_type,
            width=size.width if size is not None else None,
            height=size.height if size is not None else None,
            is_drawn=is_drawn(facts),
        )


def _claimed(row: Record | None) -> ClaimedFile | None:
    if row is None:
        return None
    kind = FileKind(row["kind"])
    facts = kind, row["media_type"], row["size_bytes"], row["sha256"]
    return ClaimedFile(AttachmentId(row["id"]), row["object_id"], *facts, row["put_off"])
