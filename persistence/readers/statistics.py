"""The workshop in numbers, counted by one statement."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, func, literal, select

from persistence.database import Database
from persistence.readers.part_conditions import ATTACHED, IS_LOW
from persistence.readers.tables import (
    boxes,
    locations,
    operations,
    part_totals,
    part_types,
    parts,
    quantity_changes,
    stock,
)
from persistence.statements import Statement


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """Numbers over everything that is there."""

    part_count: int
    retired_part_count: int
    part_type_count: int
    box_count: int
    location_count: int
    occupied_location_count: int
    total_quantity: int
    low_part_count: int
    parts_without_documents_count: int
    operation_count: int
    changes_in_last_7_days: int
    changes_in_last_30_days: int


def _of_parts() -> FromClause:
    """What each part is read for, once."""
    in_use = parts.c.retired_at.is_(None)
    has_none = parts.c.id.not_in(ATTACHED)
    count = func.count()
    return (
        select(
            count.filter(in_use).label("part_count"),
            count.filter(~in_use).label("retired_part_count"),
            count.filter(in_use & IS_LOW).label("low_part_count"),
            count.filter(in_use & has_none).label("parts_without_documents_count"),
            func.coalesce(func.sum(part_totals.c.total_quantity), 0).label("total_quantity"),
        )
        .select_from(parts.join(part_totals, part_totals.c.part_id == parts.c.id))
        .subquery("of_parts")
    )


def _first_since(days: int) -> ColumnElement[int]:
    """Ids of operations follow their times, so the index of changes alone tells what came from this one on."""
    first = (
        select(operations.c.id)
        .where(operations.c.at >= func.now() - literal(timedelta(days=days)))
        .order_by(operations.c.at, operations.c.id)
        .limit(1)
    )
    return first.scalar_subquery()


def _of_changes() -> FromClause:
    seven, thirty = (quantity_changes.c.operation_id >= _first_since(days) for days in (7, 30))
    count = func.count()
    return (
        select(count.filter(seven).label("changes_in_last_7_days"), count.label("changes_in_last_30_days"))
        .where(thirty)
        .subquery("of_changes")
    )


def _statement() -> Statement:
    count = select(func.count())
    counts = {
        "part_type_count": count.select_from(part_types),
        "box_count": count.select_from(boxes),
        "location_count": count.select_from(locations),
        "occupied_location_count": select(func.count(stock.c.location_id.distinct())),
        "operation_count": count.select_from(operations),
    }
    of_parts, of_changes = _of_parts(), _of_changes()
    columns: dict[str, ColumnElement[Any]] = {**dict(of_parts.c), **dict(of_changes.c)}
    columns |= {name: each.scalar_subquery() for name, each in counts.items()}
    return Statement(select(*(columns[field.name].label(field.name) for field in fields(StatisticsView))))


_STATISTICS = _statement()


@dataclass(frozen=True, slots=True)
class StatisticsReader:
    """Reads the statistics."""

    database: Database

    async def read(self) -> StatisticsView:
        """All numbers as of one moment."""
        (record,) = await self.database.fetch(_STATISTICS)
        return StatisticsView(*record)
