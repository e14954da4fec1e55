"""What the database can write of each kind of object: columns, by the names of the views, and what belongs to it.

Everything stands here once for all selections; `json_in_sql` puts together what one of them asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    Text,
    cast,
    column,
    exists,
    false,
    func,
    literal_column,
    select,
    true,
)

from persistence.readers.box import BoxView
from persistence.readers.listing import Listing
from persistence.readers.operation import OF_PART, OperationView
from persistence.readers.part import ParameterView, ReadingView
from persistence.readers.part_conditions import IS_LOW
from persistence.readers.part_type import PartTypeView
from persistence.readers.part_view import PARTS_WITH_TYPES, PartView
from persistence.readers.stock import STOCK_AND_BOXES
from persistence.readers.tables import (
    boxes,
    locations,
    operations,
    part_parameters,
    part_totals,
    part_types,
    parts,
    quantity_changes,
    stock,
)


@dataclass(frozen=True, slots=True)
class InnerObject:
    """An object whose tables are joined already; `presence` is NULL where there is none."""

    kind: str
    presence: ColumnElement[Any] | None = None


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Rows of `source` that belong to an object by `condition`."""

    kind: str
    source: FromClause
    condition: ColumnElement[bool]
    order: tuple[ColumnElement[Any], ...]


@dataclass(frozen=True, slots=True)
class PagesOf:
    """A listing whose parent the object is, by these columns of it."""

    kind: str
    listing: Listing[Any]
    parent: tuple[ColumnElement[Any], ...]


@dataclass(frozen=True, slots=True, eq=False)
class WritableObject:
    """One kind of object. `tables` must be in the statement's scope for its columns to mean anything."""

    tables: tuple[FromClause, ...]
    values: Mapping[str, ColumnElement[Any]]
    id: ColumnElement[Any] | None = None
    inner: Mapping[str, InnerObject] = field(default_factory=dict)
    rows: Mapping[str, RowsOf] = field(default_factory=dict)
    pages: Mapping[str, PagesOf] = field(default_factory=dict)
    may_be_null: frozenset[str] = frozenset()
    """Values that are no column of a table, which would say so itself."""


def _columns(view: type[Any], table: FromClause) -> dict[str, ColumnElement[Any]]:
    return {name: table.c[name] for name in view._fields if name in table.c}


_STOCK_AND_PARTS = stock.join(PARTS_WITH_TYPES, parts.c.id == stock.c.part_id)
_total = select(part_totals.c.total_quantity).where(part_totals.c.part_id == parts.c.id).correlate(parts)
_is_low = select(IS_LOW).where(part_totals.c.part_id == parts.c.id).correlate(parts)
_lies_there = exists(select(stock.c.part_id).where(stock.c.location_id == locations.c.id).correlate(locations))

_LOCATIONS_OF_BOX: Listing[Any] = Listing(tuple, (locations.c.id,), locations, parents=(locations.c.box_id,))


_READINGS = (
    func.unnest(part_parameters.c.reading_numbers, part_parameters.c.reading_units, part_parameters.c.reading_signs)
    .table_valued(
        column("number", Numeric()), column("unit", Text()), column("sign", Text()), with_ordinality="position"
    )
    .render_derived("reading")
)
"""The readings of one row of parameters, which stand in it as lists side by side."""


def _reference(box_number: ColumnElement[Any], number: ColumnElement[Any]) -> ColumnElement[str]:
    return cast(box_number, Text).concat(literal_column("'-'", Text())).concat(cast(number, Text))


WRITABLE_OBJECTS: Mapping[str, WritableObject] = {
    "Part": WritableObject(
        (parts, part_types),
        {
            **_columns(PartView, parts),
            "total_quantity": func.coalesce(_total.scalar_subquery(), literal_column("0")),
            "is_low": func.coalesce(_is_low.scalar_subquery(), false()),
        },
        id=parts.c.id,
        inner={"type": InnerObject("PartType", part_types.c.id)},
        rows={
            "stock": RowsOf(
                "Stock", STOCK_AND_BOXES, stock.c.part_id == parts.c.id, (boxes.c.number, stock.c.location_number)
            ),
            "parameters": RowsOf(
                "Parameter", part_parameters, part_parameters.c.part_id == parts.c.id, (part_parameters.c.position,)
            ),
        },
        pages={"history": PagesOf("QuantityChange", OF_PART, (parts.c.id,))},
    ),
    "PartType": WritableObject((part_types,), _columns(PartTypeView, part_types), id=part_types.c.id),
    "Parameter": WritableObject(
        (part_parameters,),
        _columns(ParameterView, part_parameters),
        rows={"readings": RowsOf("Reading", _READINGS, true(), (_READINGS.c.position,))},
    ),
    "Reading": WritableObject(
        (part_parameters,),
        {name: _READINGS.c[name] for name in ReadingView._fields},
        may_be_null=frozenset({"unit"}),
    ),
    "Stock": WritableObject(
        (stock,),
        {"quantity": stock.c.quantity},
        inner={"location": InnerObject("LocationOfStock"), "part": InnerObject("Part")},
    ),
    "LocationOfStock": WritableObject(
        (stock, boxes),
        {
            "number": stock.c.location_number,
            "reference": _reference(boxes.c.number, stock.c.location_number),
            "is_free": false(),
        },
        id=stock.c.location_id,
        inner={"box": InnerObject("Box")},
    ),
    "Location": WritableObject(
        (locations, boxes),
        {
            "number": locations.c.number,
            "reference": _reference(boxes.c.number, locations.c.number),
            "is_free": ~_lies_there,
        },
        id=locations.c.id,
        inner={"box": InnerObject("Box")},
        rows={"stock": RowsOf("Stock", _STOCK_AND_PARTS, stock.c.location_id == locations.c.id, (parts.c.key,))},
    ),
    "Box": WritableObject(
        (boxes,),
        _columns(BoxView, boxes),
        id=boxes.c.id,
        pages={"locations": PagesOf("Location", _LOCATIONS_OF_BOX, (boxes.c.id,))},
    ),
    "QuantityChange": WritableObject(
        (quantity_changes, operations),
        {
            **{name: quantity_changes.c[name] for name in ("delta", "quantity_after", "total_after")},
            "location_reference": _reference(quantity_changes.c.box_number, quantity_changes.c.location_number),
        },
        id=quantity_changes.c.id,
        inner={"operation": InnerObject("StockOperation")},
    ),
    "StockOperation": WritableObject((operations,), _columns(OperationView, operations), id=operations.c.id),
}
"""Each kind by the name of its type in the schema; a location that is read from its stock is a kind of its own."""
