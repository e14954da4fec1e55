"""Edits as they are read: in pages of the object that was edited, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select

from domain.entities.edit import EditedKind
from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import edits
from persistence.statements import Statement


class EditView(NamedTuple):
    """One field of one object, before and after."""

    id: int
    actor: str
    at: datetime
    field: str
    before: str | None
    after: str | None


_COLUMNS = columns_of(EditView, edits)
EDIT_ORDER = Order("edit.id", (edits.c.id,), (int,))
_OF_OBJECT = Listing(EditView, _COLUMNS, edits, parents=(edits.c.object_kind, edits.c.object_id))
_BY_IDS = Statement(select(*_COLUMNS).where(edits.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))


@dataclass(frozen=True, slots=True)
class EditReader:
    """Reads edits; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[EditView | None]:
        """Edits by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: EditView(*record) for record in records})

    async def pages_of_objects(
        self, objects: Sequence[tuple[EditedKind, int]], request: PageRequest
    ) -> list[Page[EditView]]:
        """The same page of the edits of each object."""
        return await _OF_OBJECT.pages(self.database, objects, request)
