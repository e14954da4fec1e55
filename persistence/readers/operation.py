"""The ledger as it is read: operations, and quantity changes in pages, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, Text, bindparam, func, select

from domain.entities.location import LocationReference
from domain.entities.operation import RecordedOperation, SourceKind
from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of, grouped
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import operations, parts, quantity_changes
from persistence.statements import Statement


class OperationView(NamedTuple):
    """One act on stock."""

    id: int
    kind: str
    reason: str | None
    actor: str
    at: datetime
    reverses_id: int | None
    source_kind: str | None
    source_id: int | None
    project_id: int | None

    @property
    def pick_list_id(self) -> int | None:
        """The pick list it was done for, if it was one."""
        return self.source_id if self.source_kind == SourceKind.PICK_LIST else None


class QuantityChangeView(NamedTuple):
    """One line of an operation, with the place as it was written then."""

    id: int
    operation_id: int
    part_id: int
    box_number: int
    location_number: int
    delta: int
    quantity_after: int
    total_after: int
    operation: OperationView

    @property
    def location_reference(self) -> LocationReference:
        """The place as it was written then."""
        return LocationReference(self.box_number, self.location_number)


def view_of(recorded: RecordedOperation) -> OperationView:
    """The view of an operation that was recorded just now; of these facts nothing changes any more."""
    source = recorded.source
    return OperationView(
        recorded.id,
        recorded.kind.value,
        recorded.reason,
        recorded.actor,
        recorded.at,
        recorded.reverses,
        source.kind.value if source is not None else None,
        source.id if source is not None else None,
        source.project_id if source is not None else None,
    )


_OPERATION_COLUMNS = columns_of(OperationView, operations)
_LINE_COLUMNS = tuple(quantity_changes.c[name] for name in QuantityChangeView._fields if name != "operation")
# A line is seldom read without its operation, so they come in one statement.
CHANGE_COLUMNS = (*_LINE_COLUMNS, *(column.label(f"operation__{column.key}") for column in _OPERATION_COLUMNS))


def change_of(*values: Any) -> QuantityChangeView:
    """The view of a row of `CHANGE_COLUMNS`."""
    width = len(_LINE_COLUMNS)
    return QuantityChangeView._make((*values[:width], OperationView._make(values[width:])))


CHANGE_ORDER = Order("change.id", (quantity_changes.c.id,), (int,))

_SOURCE = quantity_changes.outerjoin(operations, operations.c.id == quantity_changes.c.operation_id)
_CONDITIONS = {
    "kinds": operations.c.kind == func.any(bindparam("kinds", type_=ARRAY(Text()))),
    "actor": operations.c.actor == bindparam("actor", type_=Text()),
    "since": operations.c.at >= bindparam("since", type_=DateTime(timezone=True)),
    "until": operations.c.at < bindparam("until", type_=DateTime(timezone=True)),
    "part_key": quantity_changes.c.part_id
    == select(parts.c.id).where(parts.c.key == bindparam("part_key", type_=Text())).scalar_subquery(),
    "box_number": quantity_changes.c.box_number == bindparam("box_number", type_=Integer()),
    "in_box": quantity_changes.c.box_number == bindparam("in_box", type_=Integer()),
    "at_location": quantity_changes.c.location_number == bindparam("at_location", type_=Integer()),
}
"""Conditions of histories by name; `in_box` and `at_location` together are a location."""

_ALL = Listing(change_of, CHANGE_COLUMNS, _SOURCE, _CONDITIONS)
OF_PART = Listing(change_of, CHANGE_COLUMNS, _SOURCE, _CONDITIONS, parents=(quantity_changes.c.part_id,))
_OF_BOX = Listing(change_of, CHANGE_COLUMNS, _SOURCE, _CONDITIONS, parents=(quantity_changes.c.box_number,))
_OF_PROJECT = Listing(change_of, CHANGE_COLUMNS, _SOURCE, _CONDITIONS, parents=(operations.c.project_id,))
_OF_LOCATION = Listing(
    change_of,
    CHANGE_COLUMNS,
    _SOURCE,
    _CONDITIONS,
    parents=(quantity_changes.c.box_number, quantity_changes.c.location_number),
)

_ids = func.any(bindparam("ids", type_=ARRAY(BigInteger())))
_OPERATIONS_BY_IDS = Statement(select(*_OPERATION_COLUMNS).where(operations.c.id == _ids))
_OPERATIONS_BY_REVERSED_IDS = Statement(select(*_OPERATION_COLUMNS).where(operations.c.reverses_id == _ids))
_CHANGES_BY_IDS = Statement(select(*CHANGE_COLUMNS).select_from(_SOURCE).where(quantity_changes.c.id == _ids))
_CHANGES_OF_OPERATIONS = Statement(
    select(quantity_changes.c.operation_id.label("key"), *CHANGE_COLUMNS)
    .select_from(_SOURCE)
    .where(quantity_changes.c.operation_id == _ids)
    .order_by(quantity_changes.c.operation_id, quantity_changes.c.id)
)


@dataclass(frozen=True, slots=True)
class OperationReader:
    """Reads operations and history; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[OperationView | None]:
        """Operations by id."""
        records = await self.database.fetch(_OPERATIONS_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: OperationView(*record) for record in records})

    async def by_reversed_ids(self, ids: Sequence[int]) -> list[OperationView | None]:
        """The operation that reversed each of these, None where none did."""
        records = await self.database.fetch(_OPERATIONS_BY_REVERSED_IDS, ids=ids)
        return aligned(ids, {record["reverses_id"]: OperationView(*record) for record in records})

    async def changes_by_ids(self, ids: Sequence[int]) -> list[QuantityChangeView | None]:
        """Quantity changes by id."""
        records = await self.database.fetch(_CHANGES_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: change_of(*record) for record in records})

    async def changes_of_operations(self, ids: Sequence[int]) -> list[tuple[QuantityChangeView, ...]]:
        """The lines of each operation in the order of application."""
        return grouped(ids, await self.database.fetch(_CHANGES_OF_OPERATIONS, ids=ids), change_of)

    async def history_page(self, request: PageRequest) -> Page[QuantityChangeView]:
        """A page of the whole history."""
        return await _ALL.page(self.database, request)

    async def history_pages_of_parts(
        self, part_ids: Sequence[int], request: PageRequest
    ) -> list[Page[QuantityChangeView]]:
        """The same page of the history of each part."""
        return await OF_PART.pages(self.database, [(part_id,) for part_id in part_ids], request)

    async def history_pages_of_projects(
        self, project_ids: Sequence[int], request: PageRequest
    ) -> list[Page[QuantityChangeView]]:
        """The same page of what was picked for (and given back from) each project."""
        return await _OF_PROJECT.pages(self.database, [(project_id,) for project_id in project_ids], request)

    async def history_pages_of_boxes(
        self, numbers: Sequence[int], request: PageRequest
    ) -> list[Page[QuantityChangeView]]:
        """The same page of the history of each box number."""
        return await _OF_BOX.pages(self.database, [(number,) for number in numbers], request)

    async def history_pages_of_locations(
        self, references: Sequence[LocationReference], request: PageRequest
    ) -> list[Page[QuantityChangeView]]:
        """The same page of the history of each place as it is written."""
        places = [(reference.box_number, reference.number) for reference in references]
        return await _OF_LOCATION.pages(self.database, places, request)
