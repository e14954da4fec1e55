"""Boxes as they are read: by number, in pages, and how full they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, Integer, Text, bindparam, exists, func, select, true

from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import box_designated_types, boxes, locations, part_types, stock
from persistence.statements import Statement


class BoxView(NamedTuple):
    """A numbered container."""

    id: int
    number: int
    version: int
    description: str
    capacity: int
    columns: int | None
    created_at: datetime
    updated_at: datetime


class BoxUsageView(NamedTuple):
    """How full a box is; all numbers come from one statement, so occupied and free add up to the capacity."""

    capacity: int
    occupied: int
    free: int
    part_count: int
    total_quantity: int


BOX_COLUMNS = columns_of(BoxView, boxes)
BOX_ORDER = Order("box.number", (boxes.c.number,), (int,))

_stock_in_box = (
    select(stock.c.part_id)
    .join(locations, locations.c.id == stock.c.location_id)
    .where(locations.c.box_id == boxes.c.id)
)
_free_location = select(locations.c.id).where(
    locations.c.box_id == boxes.c.id,
    ~exists(select(stock.c.part_id).where(stock.c.location_id == locations.c.id)),
)
_designation = (
    select(box_designated_types.c.box_id)
    .join(part_types, part_types.c.id == box_designated_types.c.part_type_id)
    .where(
        box_designated_types.c.box_id == boxes.c.id,
        part_types.c.name_key == bindparam("designated_type_key", type_=Text()),
    )
)
BOXES = Listing(
    BoxView,
    BOX_COLUMNS,
    boxes,
    {
        "designated_type_key": exists(_designation),
        "has_free_locations": exists(_free_location) == bindparam("has_free_locations", type_=Boolean()),
        "is_empty": ~exists(_stock_in_box) == bindparam("is_empty", type_=Boolean()),
        "pattern": boxes.c.description_key.like(bindparam("pattern", type_=Text())),
    },
)

_BY_IDS = Statement(select(*BOX_COLUMNS).where(boxes.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))
_BY_NUMBERS = Statement(
    select(*BOX_COLUMNS).where(boxes.c.number == func.any(bindparam("numbers", type_=ARRAY(Integer()))))
)


def _usages() -> Statement:
    occupied = func.count(stock.c.location_id.distinct())
    used = (
        select(
            occupied.label("occupied"),
            func.count(stock.c.part_id.distinct()).label("part_count"),
            func.coalesce(func.sum(stock.c.quantity), 0).label("total_quantity"),
        )
        .join_from(locations, stock, stock.c.location_id == locations.c.id)
        .where(locations.c.box_id == boxes.c.id)
        .lateral("used")
    )
    columns = (boxes.c.capacity, used.c.occupied, (boxes.c.capacity - used.c.occupied), used.c.part_count)
    return Statement(
        select(boxes.c.id, *columns, used.c.total_quantity)
        .select_from(boxes.join(used, true()))
        .where(boxes.c.id == func.any(bindparam("box_ids", type_=ARRAY(BigInteger()))))
    )


_USAGES = _usages()


@dataclass(frozen=True, slots=True)
class BoxReader:
    """Reads boxes; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[BoxView | None]:
        """Boxes by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: BoxView(*record) for record in records})

    async def by_numbers(self, numbers: Sequence[int]) -> list[BoxView | None]:
        """Boxes by number."""
        records = await self.database.fetch(_BY_NUMBERS, numbers=numbers)
        return aligned(numbers, {record["number"]: BoxView(*record) for record in records})

    async def page(self, request: PageRequest) -> Page[BoxView]:
        """A page of all boxes."""
        return await BOXES.page(self.database, request)

    async def usages(self, box_ids: Sequence[int]) -> list[BoxUsageView | None]:
        """How full each box is; None where the box is gone."""
        records = await self.database.fetch(_USAGES, box_ids=box_ids)
        found: Mapping[int, BoxUsageView] = {record[0]: BoxUsageView(*record[1:]) for record in records}
        return aligned(box_ids, found)
