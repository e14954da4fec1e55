"""A part as it is read, with its type: the view, and what of a row it is made of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from asyncpg import Record
from sqlalchemy import ColumnElement, FromClause

from domain.entities.ids import PartKey
from persistence.readers.lookups import columns_of
from persistence.readers.part_type import PartTypeView
from persistence.readers.tables import part_types, parts


class PartView(NamedTuple):
    """A part without its stock."""

    id: int
    key: PartKey
    version: int
    description: str
    manufacturer: str | None
    manufacturer_code: str | None
    tags: Sequence[str]
    package: str | None
    series: str | None
    dimensions: str | None
    voltage_rating: str | None
    input_voltage: str | None
    output_voltage: str | None
    mounting_type: str | None
    pin_pitch: str | None
    pin_count: int | None
    product_page: str | None
    low_stock_threshold: int | None
    merged_into_id: int | None
    retired_at: datetime | None
    created_at: datetime
    updated_at: datetime
    type: PartTypeView | None


def part_columns(table: FromClause, its_type: FromClause) -> tuple[ColumnElement[Any], ...]:
    """What a PartView is made of: a part is seldom read without its type, so they come in one statement."""
    own = (table.c[name] for name in PartView._fields if name != "type")
    return (*own, *(column.label(f"type__{column.key}") for column in columns_of(PartTypeView, its_type)))


PART_COLUMNS = part_columns(parts, part_types)
PART_WIDTH = len(PART_COLUMNS)
_OWN_WIDTH = len(PartView._fields) - 1


def part_of(values: Sequence[Any] | Record, known: dict[int, PartTypeView]) -> PartView:
    """The view of a row's PART_COLUMNS; parts of one type share the type that is `known` already."""
    type_id = values[_OWN_WIDTH]
    its_type = None
    if type_id is not None:
        its_type = known.get(type_id)
        if its_type is None:
            its_type = known[type_id] = PartTypeView._make(values[_OWN_WIDTH:])
    return PartView._make((*values[:_OWN_WIDTH], its_type))


PARTS_WITH_TYPES = parts.outerjoin(part_types, part_types.c.id == parts.c.type_id)
"""Where PART_COLUMNS are read from."""
