"""What a start page shows of the workshop besides its numbers: full boxes, types and where they lie, recent days.

Each is one statement whose answer is bounded. Those of boxes and types read each row of stock once, the days the index
entries of their operations alone: ids of operations follow their times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from asyncpg import Record
from sqlalchemy import text

from persistence.database import Database
from persistence.readers.box import BoxUsageView, BoxView
from persistence.readers.part_type import PartTypeView
from persistence.statements import Statement

MOST_BOXES = 100
"""The fullest boxes are so many at most."""
MOST_TYPES = 500
"""The types with the most parts are so many at most."""
MOST_DAYS = 90
"""Activity is told of so many days at most."""


def _columns(view: type[Any], table: str) -> str:
    return ", ".join(f"{table}.{name} AS {table}__{name}" for name in view._fields)


_BOXES = Statement(
    text(f"""
    SELECT {_columns(BoxView, "box")}, full_one.capacity, full_one.occupied,
           full_one.capacity - full_one.occupied AS free, inside.parts, full_one.total_quantity
      FROM (SELECT boxes.id AS box_id, boxes.number, boxes.capacity, used.occupied, used.total_quantity
              FROM (SELECT box_id, count(*) AS occupied, CAST(sum(quantity) AS bigint) AS total_quantity
                      FROM (SELECT box_id, sum(quantity) AS quantity FROM stock
                             GROUP BY box_id, location_number) AS place
                     GROUP BY box_id) AS used
              JOIN boxes ON boxes.id = used.box_id
             ORDER BY CAST(used.occupied AS double precision) / boxes.capacity DESC, used.occupied DESC, boxes.number
             LIMIT {MOST_BOXES}) AS full_one
      JOIN boxes AS box ON box.id = full_one.box_id
     CROSS JOIN LATERAL (
           SELECT count(DISTINCT stock.part_id) AS parts
             FROM locations JOIN stock ON stock.location_id = locations.id
            WHERE locations.box_id = box.id
           ) AS inside
     ORDER BY CAST(full_one.occupied AS double precision) / full_one.capacity DESC, full_one.occupied DESC, box.number
    """)
)
_TYPES = Statement(
    text(f"""
    WITH counted AS (
        SELECT part.type_id, count(*) AS parts, CAST(sum(total.total_quantity) AS bigint) AS pieces
          FROM parts AS part JOIN part_totals AS total ON total.part_id = part.id
         WHERE part.retired_at IS NULL
         GROUP BY part.type_id
         ORDER BY parts DESC, part.type_id
         LIMIT {MOST_TYPES}
    ), spanned AS (
        SELECT type_id, count(*) AS boxes
          FROM (SELECT part.type_id, stock.box_id
                  FROM stock JOIN parts AS part ON part.id = stock.part_id
                 GROUP BY part.type_id, stock.box_id) AS lies
         GROUP BY type_id
    )
    SELECT {_columns(PartTypeView, "type")}, counted.parts, coalesce(spanned.boxes, 0), counted.pieces
      FROM counted
      LEFT JOIN part_types AS type ON type.id = counted.type_id
      LEFT JOIN spanned ON coalesce(spanned.type_id, 0) = coalesce(counted.type_id, 0)
     ORDER BY counted.parts DESC, counted.type_id
    """)
)
_FIRST = "(SELECT id FROM operations WHERE at >= {time} ORDER BY at, id LIMIT 1)"
_DAYS = Statement(
    text(f"""
    SELECT day.begins,
           (SELECT count(*) FROM operations WHERE at >= day.begins AND at < day.ends) AS operations,
           (SELECT count(*) FROM quantity_changes
             WHERE operation_id >= {_FIRST.format(time="day.begins")}
               AND operation_id < coalesce({_FIRST.format(time="day.ends")}, 9223372036854775807)) AS changes
      FROM (SELECT begins, begins + INTERVAL '1 day' AS ends
              FROM (SELECT date_trunc('day', now() AT TIME ZONE 'UTC' + CAST(:east AS interval)) AS today) AS here,
                   LATERAL (SELECT (today - n * INTERVAL '1 day' - CAST(:east AS interval)) AT TIME ZONE 'UTC' AS begins
                              FROM generate_series(CAST(:days AS int) - 1, 0, -1) AS n) AS each) AS day
     ORDER BY day.begins
    """)
)


class BoxUseView(NamedTuple):
    """A box and how full it is."""

    box: BoxView
    usage: BoxUsageView


class PartTypeUseView(NamedTuple):
    """The parts in use of a type, or of none, and in how many boxes they lie."""

    type: PartTypeView | None
    part_count: int
    box_count: int
    total_quantity: int


class ActivityDayView(NamedTuple):
    """What happened from a moment on for a day."""

    begins: datetime
    operation_count: int
    change_count: int


class DaysAsked(NamedTuple):
    """So many days until now, the last of which goes on, as they begin so far east of UTC."""

    days: int
    east: timedelta


@dataclass(frozen=True, slots=True)
class ActivityReader:
    """Reads what a start page shows of the one workshop there is; each method runs one statement."""

    database: Database

    async def fullest_boxes(self, _workshop: int) -> tuple[BoxUseView, ...]:
        """The boxes with the greatest share of occupied locations, those first; none that is empty."""
        width = len(BoxView._fields)
        records = await self.database.fetch(_BOXES)
        return tuple(BoxUseView(BoxView(*record[:width]), BoxUsageView(*record[width:])) for record in records)

    async def part_types(self, _workshop: int) -> tuple[PartTypeUseView, ...]:
        """The types with the most parts in use, those first; what has no type counts as one."""
        return tuple(_type_uses(await self.database.fetch(_TYPES)))

    async def days(self, of_workshop: tuple[int, DaysAsked]) -> tuple[ActivityDayView, ...]:
        """Each of the days, also those on which nothing happened; the earliest first."""
        _, asked = of_workshop
        records = await self.database.fetch(_DAYS, days=asked.days, east=asked.east)
        return tuple(ActivityDayView(*record) for record in records)


def _type_uses(records: Iterable[Record]) -> Iterable[PartTypeUseView]:
    width = len(PartTypeView._fields)
    for record in records:
        its_type = PartTypeView(*record[:width]) if record[0] is not None else None
        yield PartTypeUseView(its_type, *record[width:])
