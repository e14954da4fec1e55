"""The workshop in numbers, counted by one statement."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.sql.expression import Select

from persistence.database import Database
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
    operation_count: int
    changes_in_last_7_days: int
    changes_in_last_30_days: int


def _changes_since(days: int) -> Select[Any]:
    return (
        select(func.count())
        .select_from(quantity_changes.join(operations, operations.c.id == quantity_changes.c.operation_id))
        .where(operations.c.at >= func.now() - literal(timedelta(days=days)))
    )


def _counts() -> dict[str, Select[Any]]:
    count = select(func.count())
    low = part_totals.c.total_quantity <= parts.c.low_stock_threshold
    return {
        "part_count": count.select_from(parts).where(parts.c.retired_at.is_(None)),
        "retired_part_count": count.select_from(parts).where(parts.c.retired_at.is_not(None)),
        "part_type_count": count.select_from(part_types),
        "box_count": count.select_from(boxes),
        "location_count": count.select_from(locations),
        "occupied_location_count": select(func.count(stock.c.location_id.distinct())),
        "total_quantity": select(func.coalesce(func.sum(part_totals.c.total_quantity), 0)),
        "low_part_count": count.select_from(parts.join(part_totals, part_totals.c.part_id == parts.c.id)).where(
            low, parts.c.low_stock_threshold.is_not(None), parts.c.retired_at.is_(None)
        ),
        "operation_count": count.select_from(operations),
        "changes_in_last_7_days": _changes_since(7),
        "changes_in_last_30_days": _changes_since(30),
    }


def _statement() -> Statement:
    counts = _counts()
    columns: list[ColumnElement[Any]] = [
        counts[field.name].scalar_subquery().label(field.name) for field in fields(StatisticsView)
    ]
    return Statement(select(*columns))


_STATISTICS = _statement()


@dataclass(frozen=True, slots=True)
class StatisticsReader:
    """Reads the statistics."""

    database: Database

    async def read(self) -> StatisticsView:
        """All numbers as of one moment."""
        (record,) = await self.database.fetch(_STATISTICS)
        return StatisticsView(*record)
