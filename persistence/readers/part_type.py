"""Part types as they are read: by name, in pages, and how many parts they have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Text, bindparam, exists, func, select

from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of, grouped
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import box_designated_types, part_types, parts
from persistence.statements import Statement


class PartTypeView(NamedTuple):
    """What kind of thing a part is."""

    id: int
    name: str
    version: int
    created_at: datetime
    updated_at: datetime


_COLUMNS = columns_of(PartTypeView, part_types)

PART_TYPE_ORDERS: Mapping[str, Order] = {
    "NAME": Order("part_type.name", (part_types.c.name_key,), (str,)),
    "CREATED_AT": Order("part_type.created_at", (part_types.c.created_at, part_types.c.id), (datetime, int)),
}

_LISTING = Listing(
    PartTypeView,
    _COLUMNS,
    part_types,
    {
        "pattern": part_types.c.name_key.like(bindparam("pattern", type_=Text())),
        "is_used": exists(select(parts.c.id).where(parts.c.type_id == part_types.c.id))
        == bindparam("is_used", type_=Boolean()),
    },
)

_BY_IDS = Statement(select(*_COLUMNS).where(part_types.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))
_BY_NAME_KEYS = Statement(
    select(part_types.c.name_key, *_COLUMNS).where(
        part_types.c.name_key == func.any(bindparam("name_keys", type_=ARRAY(Text())))
    )
)
_PART_COUNTS = Statement(
    select(parts.c.type_id, func.count())
    .where(parts.c.type_id == func.any(bindparam("type_ids", type_=ARRAY(BigInteger()))), parts.c.retired_at.is_(None))
    .group_by(parts.c.type_id)
)
_DESIGNATED = Statement(
    select(box_designated_types.c.box_id, *_COLUMNS)
    .join_from(box_designated_types, part_types, part_types.c.id == box_designated_types.c.part_type_id)
    .where(box_designated_types.c.box_id == func.any(bindparam("box_ids", type_=ARRAY(BigInteger()))))
    .order_by(box_designated_types.c.box_id, box_designated_types.c.position)
)


@dataclass(frozen=True, slots=True)
class PartTypeReader:
    """Reads part types; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[PartTypeView | None]:
        """Part types by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: PartTypeView(*record) for record in records})

    async def by_name_keys(self, name_keys: Sequence[str]) -> list[PartTypeView | None]:
        """Part types by their folded name."""
        records = await self.database.fetch(_BY_NAME_KEYS, name_keys=name_keys)
        return aligned(name_keys, {record[0]: PartTypeView(*record[1:]) for record in records})

    async def page(self, request: PageRequest) -> Page[PartTypeView]:
        """A page of all part types."""
        return await _LISTING.page(self.database, request)

    async def part_counts(self, type_ids: Sequence[int]) -> list[int]:
        """How many parts that are not retired each type has."""
        records = await self.database.fetch(_PART_COUNTS, type_ids=type_ids)
        counts = {record[0]: record[1] for record in records}
        return [counts.get(type_id, 0) for type_id in type_ids]

    async def designated(self, box_ids: Sequence[int]) -> list[tuple[PartTypeView, ...]]:
        """The part types each box is meant for, in the order given."""
        return grouped(box_ids, await self.database.fetch(_DESIGNATED, box_ids=box_ids), PartTypeView)
