"""Documents of search that are made anew.

What is made anew is found by what it is of. A part, a type or an attachment that a rival has locked is passed over, so
nothing here waits for an editor; who edits waits for us as long as a page takes. Of an attachment the part is kept from
being deleted too, which is locked before it (docs/domain.md#lock-order).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asyncpg import Record
from sqlalchemy import ARRAY, BigInteger, bindparam, func, null, select, text

from domain.entities.actor import Actor
from domain.entities.ids import AttachmentId
from domain.entities.part import Parameter, Part
from domain.entities.search import TextWord
from domain.ports.search import DocumentKind, SearchDocuments
from domain.rules.search import RULES_VERSION, attachment_words, name_words
from persistence.models.part import PartParameterRow, PartRow
from persistence.repositories.parameter_row import in_json, parameter_of_row
from persistence.repositories.part_row import part_of
from persistence.repositories.search_rows import WRITTEN_AGAIN, document_columns, in_turns, text_columns
from persistence.statements import Connection, Statement

MARKED = -1
"""The version of the rules of a document that is to be made anew, though nothing is known to be wrong with it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the documents of a kind are, and of what."""

    owners: str
    documents: str
    key: str
    which: str = "true"
    also: str = "false"
    locks: str = "FOR NO KEY UPDATE SKIP LOCKED"
    joins: str = ""


_PLACES: Mapping[DocumentKind, _Place] = {
    DocumentKind.PART: _Place("parts", "search_documents", "part_id"),
    DocumentKind.TYPE: _Place("part_types", "search_types", "type_id"),
    DocumentKind.ATTACHMENT: _Place(
        "attachments",
        "search_attachments",
        "attachment_id",
        which="owner.part_id IS NOT NULL",
        also="document.part_id <> owner.part_id OR document.has_text <> EXISTS ("
        "SELECT FROM attachment_texts AS found WHERE found.attachment_id = owner.id)",
        locks="FOR NO KEY UPDATE OF owner SKIP LOCKED FOR KEY SHARE OF part SKIP LOCKED",
        joins="JOIN parts AS part ON part.id = owner.part_id",
    ),
}


def _old(place: _Place) -> str:
    return f"""
      FROM {place.owners} AS owner LEFT JOIN {place.documents} AS document ON document.{place.key} = owner.id
     WHERE {place.which}
       AND (document.{place.key} IS NULL OR document.rules_version < {RULES_VERSION}
            OR document.indexed_at < owner.updated_at OR {place.also})
    """


_COUNT = {kind: Statement(text(f"SELECT count(*) {_old(place)}")) for kind, place in _PLACES.items()}
_FIRST = {
    kind: Statement(
        text(
            f"SELECT owner.id {_old(place)} AND owner.id > CAST(:after AS bigint) "
            "ORDER BY owner.id LIMIT CAST(:most AS bigint)"
        )
    )
    for kind, place in _PLACES.items()
}
_AMONG = {
    kind: Statement(text(f"SELECT owner.id {_old(place)} AND owner.id = ANY(CAST(:ids AS bigint[])) ORDER BY owner.id"))
    for kind, place in _PLACES.items()
}
_LOCK = {
    kind: Statement(
        text(
            f"SELECT owner.id FROM {place.owners} AS owner {place.joins} WHERE owner.id = ANY(CAST(:ids AS bigint[])) "
            f"ORDER BY owner.id {place.locks}"
        )
    )
    for kind, place in _PLACES.items()
}
_IDS = bindparam("ids", type_=ARRAY(BigInteger))
_PARTS = Statement(
    select(PartRow.__table__, null().label("merged_into_key")).where(PartRow.id == func.any(_IDS)).order_by(PartRow.id)
)
_PARAMETERS = Statement(
    select(PartParameterRow.__table__)
    .where(PartParameterRow.part_id == func.any(_IDS))
    .order_by(PartParameterRow.part_id, PartParameterRow.position)
)
_WRITE_PARTS = Statement(
    text(f"""
    INSERT INTO search_documents (part_id, words, fields, rules_version, indexed_at)
    SELECT parts.id, given.words, given.fields, {RULES_VERSION}, greatest(clock_timestamp(), parts.updated_at)
      FROM jsonb_to_recordset(CAST(:documents AS jsonb)) AS given (id bigint, words text[], fields smallint[])
      JOIN parts ON parts.id = given.id
     ORDER BY parts.id
    {WRITTEN_AGAIN}
    """)
)
_TYPES = Statement(text("SELECT id, name FROM part_types WHERE id = ANY(CAST(:ids AS bigint[]))"))
_WRITE_TYPES = Statement(
    text(f"""
    INSERT INTO search_types (type_id, words, rules_version, indexed_at)
    SELECT type.id, given.words, {RULES_VERSION}, greatest(clock_timestamp(), type.updated_at)
      FROM jsonb_to_recordset(CAST(:documents AS jsonb)) AS given (id bigint, words text[])
      JOIN part_types AS type ON type.id = given.id
     ORDER BY type.id
    ON CONFLICT (type_id) DO UPDATE
       SET words = excluded.words, rules_version = {RULES_VERSION}, indexed_at = excluded.indexed_at
    """)
)
_ATTACHMENTS = Statement(text("SELECT id, title, file_name FROM attachments WHERE id = ANY(CAST(:ids AS bigint[]))"))
# One that has a text stays old, and keeps the words that it has, until those of the text are there.
_WRITE_ATTACHMENTS = Statement(
    text(f"""
    INSERT INTO search_attachments AS known (attachment_id, part_id, name_words, rules_version, indexed_at)
    SELECT owner.id, owner.part_id, given.words, CASE WHEN found.attachment_id IS NULL THEN {RULES_VERSION} ELSE 0 END,
           greatest(clock_timestamp(), owner.updated_at)
      FROM jsonb_to_recordset(CAST(:documents AS jsonb)) AS given (id bigint, words text[])
      JOIN attachments AS owner ON owner.id = given.id
      LEFT JOIN attachment_texts AS found ON found.attachment_id = owner.id
     ORDER BY owner.id
    ON CONFLICT (attachment_id) DO UPDATE
       SET part_id = excluded.part_id, name_words = excluded.name_words, rules_version = excluded.rules_version,
           indexed_at = excluded.indexed_at,
           has_text = excluded.rules_version = 0 AND known.has_text,
           text_words = CASE WHEN excluded.rules_version = 0 THEN known.text_words ELSE '{{}}' END,
           text_offsets = CASE WHEN excluded.rules_version = 0 THEN known.text_offsets ELSE '{{}}' END,
           text_pages = CASE WHEN excluded.rules_version = 0 THEN known.text_pages ELSE '{{}}' END
    """)
)
_TEXTS_OF = Statement(
    text("""
    SELECT attachment_id FROM attachment_texts WHERE attachment_id = ANY(CAST(:ids AS bigint[])) ORDER BY attachment_id
    """)
)
_TEXT = Statement(text("SELECT text FROM attachment_texts WHERE attachment_id = CAST(:id AS bigint)"))
_KEEP_WORDS = Statement(
    text(f"""
    UPDATE search_attachments
       SET has_text = true, text_words = CAST(:words AS text[]), text_offsets = CAST(:offsets AS bigint[]),
           text_pages = CAST(:pages AS bigint[]), rules_version = {RULES_VERSION}
     WHERE attachment_id = CAST(:id AS bigint)
       AND EXISTS (SELECT FROM attachment_texts AS found
                    WHERE found.attachment_id = CAST(:id AS bigint)
                      AND sha256(convert_to(found.text, 'UTF8')) = CAST(:sha256 AS bytea))
    RETURNING true
    """)
)
# Who is writing a document makes it anew; triggers leave alone what is only marked.
_MARK_OLD = {
    kind: Statement(
        text(f"""
        WITH page AS (
            SELECT {place.key} AS id FROM {place.documents} WHERE {place.key} > CAST(:after AS bigint)
             ORDER BY {place.key} LIMIT CAST(:most AS bigint)
        ), free AS (
            SELECT {place.key} AS id FROM {place.documents} WHERE {place.key} IN (SELECT id FROM page)
               FOR NO KEY UPDATE SKIP LOCKED
        ), marked AS (
            UPDATE {place.documents} AS document SET rules_version = {MARKED}
              FROM free WHERE document.{place.key} = free.id
        )
        SELECT max(id) FROM page
        """)
    )
    for kind, place in _PLACES.items()
}


class SearchDocumentRepository(SearchDocuments):
    """Rows of `search_documents`, `search_types` and `search_attachments`; triggers keep what follows from them."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection

    async def count_old(self, kind: DocumentKind) -> int:
        return int(await _COUNT[kind].value(self._connection))

    async def old(self, kind: DocumentKind, after: int, limit: int) -> Sequence[int]:
        return [row["id"] for row in await _FIRST[kind].rows(self._connection, after=after, most=limit)]

    async def still_old(self, kind: DocumentKind, ids: Sequence[int]) -> Sequence[int]:
        return [row["id"] for row in await _AMONG[kind].rows(self._connection, ids=list(ids))]

    async def lock(self, kind: DocumentKind, ids: Sequence[int]) -> Sequence[int]:
        return [row["id"] for row in await _LOCK[kind].rows(self._connection, ids=list(ids))]

    async def write(self, kind: DocumentKind, ids: Sequence[int]) -> None:
        match kind:
            case DocumentKind.PART:
                rows = await in_turns(_part_document, await self._parts(ids))
                await _WRITE_PARTS.rows(self._connection, documents=in_json(rows))
            case DocumentKind.TYPE:
                found = await _TYPES.rows(self._connection, ids=list(ids))
                rows = [{"id": row["id"], "words": name_words(row["name"])} for row in found]
                await _WRITE_TYPES.rows(self._connection, documents=in_json(rows))
            case DocumentKind.ATTACHMENT:
                found = await _ATTACHMENTS.rows(self._connection, ids=list(ids))
                rows = await in_turns(_attachment_document, found)
                await _WRITE_ATTACHMENTS.rows(self._connection, documents=in_json(rows))

    async def _parts(self, ids: Sequence[int]) -> Sequence[Part]:
        rows = await _PARTS.rows(self._connection, ids=list(ids))
        of_parts: dict[int, list[Parameter]] = {row["id"]: [] for row in rows}
        for row in await _PARAMETERS.rows(self._connection, ids=list(ids)):
            of_parts[row["part_id"]].append(parameter_of_row(row))
        return [part_of(row, of_parts[row["id"]]) for row in rows]

    async def texts_of(self, attachment_ids: Sequence[AttachmentId]) -> Sequence[AttachmentId]:
        rows = await _TEXTS_OF.rows(self._connection, ids=list(attachment_ids))
        return [AttachmentId(row["attachment_id"]) for row in rows]

    async def text(self, attachment_id: AttachmentId) -> str | None:
        found: str | None = await _TEXT.value(self._connection, id=attachment_id)
        return found

    async def keep_words(self, attachment_id: AttachmentId, sha256: bytes, words: Sequence[TextWord]) -> bool:
        columns: dict[str, Any] = text_columns(words)
        return bool(await _KEEP_WORDS.value(self._connection, id=attachment_id, sha256=sha256, **columns))

    async def mark_old(self, kind: DocumentKind, after: int, limit: int) -> int | None:
        last: int | None = await _MARK_OLD[kind].value(self._connection, after=after, most=limit)
        return last


def _part_document(part: Part) -> dict[str, Any]:
    return {"id": part.id, **document_columns(part.details, part.key)}


def _attachment_document(row: Record) -> dict[str, Any]:
    return {"id": row["id"], "words": attachment_words(row["title"], row["file_name"])}
