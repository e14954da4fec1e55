"""Which parts a list shows: the conditions of lists of parts, each of which finds its parts by an index.

A condition has one value, a parameter of the statement by the same name.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.entities.reading import ReadingSign
from persistence.readers.part_order import MANUFACTURER, naturally
from persistence.readers.search import IS_FOUND
from persistence.readers.tables import (
    attachments,
    boxes,
    locations,
    part_parameters,
    part_totals,
    part_types,
    parts,
    stock,
)
from persistence.readers.views import part_claims

MOST_RANGES = 10
"""A list is chosen by so many parameters at most."""
_VALUES = (ReadingSign.EQUAL, ReadingSign.ABOUT, ReadingSign.AT_LEAST, ReadingSign.AT_MOST)
_NAMED: ColumnElement[Any] = literal_column(f"'{{{','.join(_VALUES)}}}'::text[]", ARRAY(Text()))
"""What a number of a value is; the others say how far it may be off, and count where they are all that is said."""
IS_LOW = part_totals.c.total_quantity <= parts.c.low_stock_threshold

_lies_in_box = exists(
    select(stock.c.part_id)
    .join(locations, locations.c.id == stock.c.location_id)
    .join(boxes, boxes.c.id == locations.c.box_id)
    .where(stock.c.part_id == parts.c.id, boxes.c.number == bindparam("box_number", type_=Integer()))
)
ATTACHED = select(attachments.c.part_id).where(attachments.c.part_id.is_not(None))
"""The parts with files or links."""
# What Part.reservedQuantity sums up.
_reserved = select(part_claims.c.part_id).where(part_claims.c.firm_quantity + part_claims.c.soft_quantity > 0)
_manufacturer_key = bindparam("manufacturer_key", type_=Text())


def _since(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a time is not before the given one.

    With both ends the planner takes it for one in two hundred parts, with one for a third of them.
    """
    return column.between(bindparam(name, type_=DateTime(timezone=True)), literal_column("TIMESTAMPTZ 'infinity'"))


def _in_range(name: str) -> ColumnElement[bool]:
    """Whether a parameter of a name has a number from here to there (docs/domain.md#parameter-ranges).

    The value is JSON: `name_key`, `low` and `high` (null where it is open), `unit` (null where any is meant), and
    `bare`, whether a number without unit counts. A value with one reading has it in the index, with several none.
    """
    asked = cast(bindparam(name, type_=Text()), JSONB)
    low = func.coalesce(cast(asked["low"].astext, Numeric), literal_column("'-Infinity'::numeric"))
    high = func.coalesce(cast(asked["high"].astext, Numeric), literal_column("'Infinity'::numeric"))
    unit = asked["unit"].astext
    own = part_parameters.c
    each = (
        func.unnest(own.reading_numbers, own.reading_units, own.reading_signs)
        .table_valued("number", "unit", "sign", with_ordinality="place")
        .render_derived("each")
    )
    following = cast(each.c.place, Integer) + 1
    reading: Select[Any] = (
        select(literal_column("1"))
        .select_from(each)
        .where(
            or_(each.c.sign == func.any(_NAMED), ~own.reading_signs.bool_op("&&")(_NAMED)),
            or_(unit.is_(None), each.c.unit == unit, each.c.unit.is_(None) & cast(asked["bare"].astext, Boolean)),
            or_(
                each.c.number.between(low, high),
                and_(
                    each.c.sign == literal_column(f"'{ReadingSign.AT_LEAST}'"),
                    own.reading_signs[following] == literal_column(f"'{ReadingSign.AT_MOST}'"),
                    own.reading_units[following].is_not_distinct_from(each.c.unit),
                    each.c.number <= high,
                    own.reading_numbers[following] >= low,
                ),
            ),
        )
    )
    found = select(own.part_id).where(
        own.name_key == asked["name_key"].astext,
        or_(own.number.between(low, high), own.number.is_(None)),
        exists(reading),
    )
    return parts.c.id.in_(found)


# `pattern` is folded; keys are upper-case ASCII, so it finds them whatever the locale makes of other letters.
PART_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "type_name_key": parts.c.type_id
    == select(part_types.c.id)
    .where(part_types.c.name_key == bindparam("type_name_key", type_=Text()))
    .scalar_subquery(),
    "has_type": parts.c.type_id.is_not(None) == bindparam("has_type", type_=Boolean()),
    "tag_keys": parts.c.tag_keys.bool_op("@>")(bindparam("tag_keys", type_=ARRAY(Text()))),
    "in_stock": (part_totals.c.total_quantity > 0) == bindparam("in_stock", type_=Boolean()),
    "low": parts.c.low_stock_threshold.is_not(None) & IS_LOW,
    "not_low": or_(parts.c.low_stock_threshold.is_(None), ~IS_LOW),
    "box_number": _lies_in_box,
    "pattern": or_(
        parts.c.key.like(func.upper(bindparam("pattern", type_=Text()))),
        parts.c.manufacturer_code_key.like(bindparam("pattern", type_=Text())),
    ),
    "keys": parts.c.key == func.any(bindparam("keys", type_=ARRAY(Text()))),
    "has_attachments": parts.c.id.in_(ATTACHED),
    "has_no_attachments": parts.c.id.not_in(ATTACHED),
    "is_reserved": parts.c.id.in_(_reserved),
    "is_not_reserved": parts.c.id.not_in(_reserved),
    "manufacturer_key": and_(
        naturally(_manufacturer_key) == MANUFACTURER,
        parts.c.manufacturer_key == _manufacturer_key,
    ),
    "created_since": _since(parts.c.created_at, "created_since"),
    "updated_since": _since(parts.c.updated_at, "updated_since"),
    **{f"range_{index}": _in_range(f"range_{index}") for index in range(MOST_RANGES)},
    "search": IS_FOUND,
    "retired": parts.c.retired_at.is_not(None),
    "in_use": parts.c.retired_at.is_(None),
}
