"""Stock as it is read: by part with its total, and by location."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from asyncpg import Record
from sqlalchemy import ARRAY, BigInteger, bindparam, func, select

from persistence.database import Database
from persistence.readers.box import BoxView
from persistence.readers.location import PLACE_COLUMNS, LocationView, location_of
from persistence.readers.part_type import PartTypeView
from persistence.readers.part_view import PART_COLUMNS, PART_WIDTH, PartView, part_of
from persistence.readers.tables import boxes, part_totals, part_types, parts, stock
from persistence.statements import Statement


class StockView(NamedTuple):
    """So many pieces of one part at one location; with the part where it was not read for that part."""

    part_id: int
    quantity: int
    location: LocationView
    part: PartView | None = None


class PartStock(NamedTuple):
    """What a part has, as one statement saw it: the total is the sum of the rows."""

    total_quantity: int
    is_low: bool
    rows: tuple[StockView, ...]


_PLACE = 1 + PART_WIDTH
NO_STOCK = PartStock(0, False, ())
"""What is answered for a part that was deleted since its key was read."""

STOCK_AND_BOXES = stock.join(boxes, boxes.c.id == stock.c.box_id)
"""A row of stock knows its location's number and box: no location is looked up."""

_OF_PARTS = Statement(
    select(
        part_totals.c.part_id,
        part_totals.c.total_quantity,
        func.coalesce(part_totals.c.total_quantity <= parts.c.low_stock_threshold, False),
        stock.c.quantity,
        *PLACE_COLUMNS,
    )
    .select_from(
        part_totals.join(parts, parts.c.id == part_totals.c.part_id).outerjoin(
            STOCK_AND_BOXES, stock.c.part_id == part_totals.c.part_id
        )
    )
    .where(part_totals.c.part_id == func.any(bindparam("part_ids", type_=ARRAY(BigInteger()))))
    .order_by(part_totals.c.part_id, boxes.c.number, stock.c.location_number)
)
_AT_LOCATIONS = Statement(
    select(stock.c.quantity, *(column.label(f"part__{column.key}") for column in PART_COLUMNS), *PLACE_COLUMNS)
    .select_from(
        STOCK_AND_BOXES.join(parts, parts.c.id == stock.c.part_id).outerjoin(
            part_types, part_types.c.id == parts.c.type_id
        )
    )
    .where(stock.c.location_id == func.any(bindparam("location_ids", type_=ARRAY(BigInteger()))))
    .order_by(stock.c.location_id, parts.c.key)
)


@dataclass(frozen=True, slots=True)
class StockReader:
    """Reads stock; each method runs one statement."""

    database: Database

    async def of_parts(self, part_ids: Sequence[int]) -> list[PartStock]:
        """The stock of each part by box and location, with its total and whether that is low."""
        records = await self.database.fetch(_OF_PARTS, part_ids=part_ids)
        known: dict[int, BoxView] = {}
        found = {part_id: _part_stock(list(own), known) for part_id, own in groupby(records, key=itemgetter(0))}
        return [found.get(part_id, NO_STOCK) for part_id in part_ids]

    async def at_locations(self, location_ids: Sequence[int]) -> list[tuple[StockView, ...]]:
        """What lies at each location, by part key."""
        records = await self.database.fetch(_AT_LOCATIONS, location_ids=location_ids)
        known: dict[int, BoxView] = {}
        rows: dict[int, list[StockView]] = {location_id: [] for location_id in location_ids}
        types: dict[int, PartTypeView] = {}
        found: dict[int, PartView] = {}
        for record in records:
            part_id = record[1]
            part = found.get(part_id)
            if part is None:
                part = found[part_id] = part_of(record[1:_PLACE], types)
            view = StockView(part_id, record[0], location_of(record[_PLACE:], known), part)
            rows[view.location.id].append(view)
        return [tuple(rows[location_id]) for location_id in location_ids]


def _part_stock(records: list[Record], known: dict[int, BoxView]) -> PartStock:
    """The stock of one part. A part without any stands in one row without place."""
    first = records[0]
    rows = [
        StockView(record[0], record[3], location_of(record[4:], known)) for record in records if record[3] is not None
    ]
    return PartStock(first[1], first[2], tuple(rows))
