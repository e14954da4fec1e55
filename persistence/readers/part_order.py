"""The orders of lists of parts; each follows an index, that of types one for each type."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, collate, func, literal_column, select, union_all

from persistence.readers.paging import Order, Runs
from persistence.readers.tables import part_totals, part_types, parts


def naturally(folded: ColumnElement[Any]) -> ColumnElement[str]:
    """What a folded text is ordered by: its numbers as numbers, and nothing last (docs/domain.md#natural-order)."""
    return func.natural_order(folded, type_=Text())


# Parts without a type come last; there are few types, whose names are put in order each time.
_TYPES = union_all(
    select(part_types.c.id, part_types.c.name_key.label("place")),
    select(literal_column("0"), collate(literal_column("U&'\\+10FFFF'", Text()), "C")),
).subquery("types")

MANUFACTURER = naturally(collate(parts.c.manufacturer_key, "C"))
"""Has an index."""

PART_ORDERS: Mapping[str, Order] = {
    "KEY": Order("part.key", (parts.c.key,), (str,)),
    "DESCRIPTION": Order("part.description_order", (naturally(parts.c.description_key), parts.c.id), (str, int)),
    "TYPE": Order(
        "part.type",
        (_TYPES.c.place, parts.c.key),
        (str, str),
        runs=Runs(
            _TYPES,
            parts.c.type_id,
            beside=frozenset({"in_use", "has_type", "in_stock", "not_low", "has_no_attachments", "is_not_reserved"}),
        ),
    ),
    "MANUFACTURER": Order("part.manufacturer", (MANUFACTURER, parts.c.key), (str, str)),
    "MANUFACTURER_CODE": Order(
        "part.manufacturer_code", (naturally(collate(parts.c.manufacturer_code_key, "C")), parts.c.key), (str, str)
    ),
    "CREATED_AT": Order("part.created_at", (parts.c.created_at, parts.c.id), (datetime, int)),
    "UPDATED_AT": Order("part.updated_at", (parts.c.updated_at, parts.c.id), (datetime, int)),
    "TOTAL_QUANTITY": Order(
        "part.total_quantity",
        (part_totals.c.total_quantity, part_totals.c.part_id),
        (int, int),
        requires=part_totals.c.part_id.is_not(None),
    ),
}
