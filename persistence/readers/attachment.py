"""Attachments as they are read: by id, by owner with the oldest first, and the cover of each owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Uuid, bindparam, func, select, text

from persistence.database import Database
from persistence.readers.lookups import aligned, columns_of, grouped
from persistence.readers.tables import attachments
from persistence.statements import Statement


class AttachmentView(NamedTuple):
    """A file or a link; exactly one of the owners is set. `object_id` is None for a link."""

    id: int
    part_id: int | None
    box_id: int | None
    project_id: int | None
    kind: str
    title: str
    version: int
    file_name: str | None
    media_type: str | None
    size_bytes: int | None
    sha256: bytes | None
    object_id: UUID | None
    url: str | None
    width: int | None
    height: int | None
    preview_state: str | None
    preview_failure: str | None
    preview_reader: int
    placeholder: str | None
    text_state: str | None
    text_failure: str | None
    page_count: int | None
    actor: str
    created_at: datetime
    updated_at: datetime


_COLUMNS = columns_of(AttachmentView, attachments)
_NAMES = ", ".join(f"attachment.{name}" for name in AttachmentView._fields)

# A page is found by the breaks between them: a text, which may be long, is taken apart once for all pages that are
# asked of it. What the first version of the reader read has no breaks, so that only a text of one page is known to be
# that page's.
_PAGES = Statement(
    text(r"""
    SELECT wanted.place, whole.pages[wanted.page] AS text
      FROM (SELECT id, array_agg(page) AS pages, array_agg(place) AS places
              FROM unnest(CAST(:ids AS bigint[]), CAST(:pages AS int[])) WITH ORDINALITY AS one (id, page, place)
             GROUP BY id) AS asked
      JOIN attachments AS attachment ON attachment.id = asked.id
      JOIN attachment_texts AS found ON found.attachment_id = asked.id
     CROSS JOIN LATERAL (SELECT string_to_array(found.text, E'\f') AS pages OFFSET 0) AS whole
     CROSS JOIN LATERAL unnest(asked.pages, asked.places) AS wanted (page, place)
     WHERE attachment.text_reader > 1 OR found.page_count = 1
    """)
)
_BY_IDS = Statement(select(*_COLUMNS).where(attachments.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))
_BY_OBJECT_ID = Statement(select(*_COLUMNS).where(attachments.c.object_id == bindparam("object_id", type_=Uuid())))


def _of_owners(column: str) -> Statement:
    return Statement(
        text(f"""
        SELECT attachment.{column}, {_NAMES} FROM attachments AS attachment
         WHERE attachment.{column} = ANY(CAST(:ids AS bigint[]))
         ORDER BY attachment.{column}, attachment.id
        """)
    )


def _covers(column: str) -> Statement:
    """What was decided counts, also when it was decided that there is none; else the oldest image."""
    return Statement(
        text(f"""
        SELECT DISTINCT ON (attachment.{column}) attachment.{column}, {_NAMES}
          FROM attachments AS attachment
          LEFT JOIN covers AS cover ON cover.{column} = attachment.{column}
         WHERE attachment.{column} = ANY(CAST(:ids AS bigint[]))
           AND CASE WHEN cover.id IS NULL THEN attachment.kind = 'IMAGE' ELSE attachment.id = cover.attachment_id END
         ORDER BY attachment.{column}, attachment.id
        """)
    )


_OF_PARTS, _OF_BOXES, _OF_PROJECTS = (_of_owners(column) for column in ("part_id", "box_id", "project_id"))
_COVERS_OF_PARTS, _COVERS_OF_BOXES, _COVERS_OF_PROJECTS = (
    _covers(column) for column in ("part_id", "box_id", "project_id")
)


@dataclass(frozen=True, slots=True)
class AttachmentReader:
    """Reads attachments; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[AttachmentView | None]:
        """Attachments by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: AttachmentView(*record) for record in records})

    async def by_object_id(self, object_id: UUID) -> AttachmentView | None:
        """The file whose objects lie under this id."""
        record = await self.database.fetch_row(_BY_OBJECT_ID, object_id=object_id)
        return AttachmentView(*record) if record is not None else None

    async def of_parts(self, part_ids: Sequence[int]) -> list[tuple[AttachmentView, ...]]:
        """The attachments of each part, the oldest first."""
        return await self._grouped(_OF_PARTS, part_ids)

    async def of_boxes(self, box_ids: Sequence[int]) -> list[tuple[AttachmentView, ...]]:
        """The attachments of each box, the oldest first."""
        return await self._grouped(_OF_BOXES, box_ids)

    async def of_projects(self, project_ids: Sequence[int]) -> list[tuple[AttachmentView, ...]]:
        """The attachments of each project, the oldest first."""
        return await self._grouped(_OF_PROJECTS, project_ids)

    async def covers_of_parts(self, part_ids: Sequence[int]) -> list[AttachmentView | None]:
        """The cover of each part."""
        return await self._covers(_COVERS_OF_PARTS, part_ids)

    async def covers_of_boxes(self, box_ids: Sequence[int]) -> list[AttachmentView | None]:
        """The cover of each box."""
        return await self._covers(_COVERS_OF_BOXES, box_ids)

    async def covers_of_projects(self, project_ids: Sequence[int]) -> list[AttachmentView | None]:
        """The cover of each project."""
        return await self._covers(_COVERS_OF_PROJECTS, project_ids)

    async def pages(self, asked: Sequence[tuple[int, int]]) -> list[str | None]:
        """The texts of pages, counted from 1, of attachments by their ids; None where there is none."""
        ids, pages = [each[0] for each in asked], [each[1] for each in asked]
        texts: list[str | None] = [None] * len(asked)
        for record in await self.database.fetch(_PAGES, ids=ids, pages=pages):
            texts[record["place"] - 1] = record["text"] or None
        return texts

    async def _grouped(self, statement: Statement, ids: Sequence[int]) -> list[tuple[AttachmentView, ...]]:
        return grouped(ids, await self.database.fetch(statement, ids=ids), AttachmentView)

    async def _covers(self, statement: Statement, ids: Sequence[int]) -> list[AttachmentView | None]:
        records = await self.database.fetch(statement, ids=ids)
        return aligned(ids, {record[0]: AttachmentView(*record[1:]) for record in records})
