"""Locations as they are read: by their written reference, and in pages of a box."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, Boolean, ColumnElement, Integer, bindparam, exists, func, select

from domain.entities.location import LocationReference
from persistence.database import Database
from persistence.readers.box import BOX_COLUMNS, BoxView
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import boxes, locations, stock
from persistence.statements import Statement


class LocationView(NamedTuple):
    """A location that exists; locations in a box run 1..capacity."""

    id: int
    number: int
    box: BoxView

    @property
    def reference(self) -> LocationReference:
        """How it is written on labels."""
        return LocationReference(self.box.number, self.number)


_OF_ITS_BOX = tuple(column.label(f"box__{column.key}") for column in BOX_COLUMNS)
LOCATION_COLUMNS: tuple[ColumnElement[Any], ...] = (locations.c.id, locations.c.number, *_OF_ITS_BOX)
"""What a LocationView is made of, wherever locations are joined with their boxes."""
PLACE_COLUMNS: tuple[ColumnElement[Any], ...] = (stock.c.location_id, stock.c.location_number, *_OF_ITS_BOX)
"""The same, wherever stock is joined with its boxes."""

_FIRST_OF_BOX = 2


def location_of(values: Sequence[Any], known: dict[int, BoxView]) -> LocationView:
    """The view of a row's LOCATION_COLUMNS or PLACE_COLUMNS; locations of one box share what is `known` of it."""
    box_id = values[_FIRST_OF_BOX]
    box = known.get(box_id)
    if box is None:
        box = known[box_id] = BoxView._make(values[_FIRST_OF_BOX:])
    return LocationView(values[0], values[1], box)


def _location(*values: Any) -> LocationView:
    return location_of(values, {})


def _locations() -> Callable[..., LocationView]:
    known: dict[int, BoxView] = {}
    return lambda *values: location_of(values, known)


_SOURCE = locations.join(boxes, boxes.c.id == locations.c.box_id)
LOCATION_ORDER = Order("location.number", (locations.c.number,), (int,))

_OF_BOX = Listing(
    _location,
    LOCATION_COLUMNS,
    _SOURCE,
    {
        "is_free": ~exists(select(stock.c.part_id).where(stock.c.location_id == locations.c.id))
        == bindparam("is_free", type_=Boolean()),
    },
    parents=(locations.c.box_id,),
    sharing=_locations,
)

_BY_IDS = Statement(
    select(*LOCATION_COLUMNS)
    .select_from(_SOURCE)
    .where(locations.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger()))))
)


def _by_references() -> Statement:
    box_numbers, numbers = (bindparam(name, type_=ARRAY(Integer())) for name in ("box_numbers", "numbers"))
    asked = func.unnest(box_numbers, numbers).table_valued("box_number", "number").render_derived("asked")
    source = asked.join(boxes, boxes.c.number == asked.c.box_number).join(
        locations, (locations.c.box_id == boxes.c.id) & (locations.c.number == asked.c.number)
    )
    return Statement(select(*LOCATION_COLUMNS).select_from(source))


_BY_REFERENCES = _by_references()


@dataclass(frozen=True, slots=True)
class LocationReader:
    """Reads locations; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[LocationView | None]:
        """Locations by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: _location(*record) for record in records})

    async def by_references(self, references: Sequence[LocationReference]) -> list[LocationView | None]:
        """Locations as they are now; None where the box or the place in it is gone."""
        records = await self.database.fetch(
            _BY_REFERENCES,
            box_numbers=[reference.box_number for reference in references],
            numbers=[reference.number for reference in references],
        )
        views = [_location(*record) for record in records]
        return aligned(references, {view.reference: view for view in views})

    async def pages_of_boxes(self, box_ids: Sequence[int], request: PageRequest) -> list[Page[LocationView]]:
        """The same page of the locations of each box, by number."""
        return await _OF_BOX.pages(self.database, [(box_id,) for box_id in box_ids], request)
