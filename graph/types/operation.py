"""Operations, their quantity changes, and histories made of them."""

from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any

import strawberry

from domain.entities.box import MAX_NUMBER
from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from graph.context import Info
from graph.dataloaders import Loaders
from graph.execution.operation_loader import OperationLoader
from graph.filters import conditions, exact
from graph.mutation_fields import named, optional
from graph.relations import connection, many, one
from graph.relay_connections import After, Before, Connection, First, Last, page_request
from graph.types.node import Node
from graph.types.references import LocationRef, OperationRef, PartRef, PickListRef, ProjectRef, QuantityChangeRef
from persistence.readers.operation import CHANGE_ORDER, OperationView, QuantityChangeView
from persistence.readers.paging import Conditions, PageRequest


@strawberry.enum(description="What was done to stock.")
class OperationKind(Enum):
    """The domain's kinds with their descriptions."""

    RECEIVE = strawberry.enum_value("RECEIVE", description="Pieces came in.")
    USE = strawberry.enum_value("USE", description="Pieces were taken out and used.")
    MOVE = strawberry.enum_value("MOVE", description="Pieces were carried from one place to others.")
    COUNT = strawberry.enum_value("COUNT", description="Somebody counted what is there; the difference may be 0.")
    BOOK = strawberry.enum_value("BOOK", description="Many parts and places were set right for one reason.")
    PICK = strawberry.enum_value("PICK", description="Pieces were taken for a pick list, or given back from it.")
    REORGANISE = strawberry.enum_value(
        "REORGANISE", description="Pieces were carried as a reorganisation plan proposed."
    )
    IMPORT = strawberry.enum_value("IMPORT", description="Stock was taken over from elsewhere.")
    REVERSE = strawberry.enum_value("REVERSE", description="An earlier operation was undone.")


OperationSource = Annotated[
    PickListRef, strawberry.union("OperationSource", description="What an operation can be done for.")
]


@strawberry.type(description="One act on stock, with all the changes it made; never changed afterwards.")
class StockOperation(Node, shows=OperationView, found_by=Loaders.operation_by_id):
    """Declares OperationView."""

    kind: OperationKind = strawberry.field(description="What was done.")
    reason: str | None = strawberry.field(description="Why, up to 500 characters in one line.")
    actor: str = strawberry.field(description="Who did it.")
    at: datetime = strawberry.field(description="When it was applied.")
    changes: list[QuantityChangeRef] = many(
        Loaders.changes_by_operation,
        key=attrgetter("id"),
        description="What it changed, in the order of application; a count without difference has delta 0.",
        length=2,
    )
    source: OperationSource | None = one(
        Loaders.pick_list_by_id,
        key=attrgetter("pick_list_id"),
        description="What it was done for; null when it was done by hand.",
    )
    project: ProjectRef | None = one(
        Loaders.project_by_id, key=attrgetter("project_id"), description="The project it was done for, if any."
    )
    reverses: OperationRef | None = one(
        Loaders.operation_by_id, key=attrgetter("reverses_id"), description="The operation that this one undid."
    )
    reversed_by: OperationRef | None = one(
        Loaders.reversal_by_operation, key=attrgetter("id"), description="The operation that undid this one."
    )


@strawberry.type(description="One line of an operation: one part at one place became more or less.")
class QuantityChange(Node, shows=QuantityChangeView, found_by=Loaders.change_by_id):
    """Declares QuantityChangeView."""

    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The part that changed.")
    location_reference: LocationReference = strawberry.field(description="The place as it was written then.")
    location: LocationRef | None = one(
        Loaders.location_by_reference,
        key=attrgetter("location_reference"),
        description="The place that has this reference today; null when it is gone.",
    )
    delta: int = strawberry.field(description="Pieces more (positive) or fewer (negative).")
    quantity_after: int = strawberry.field(description="Pieces of the part at the place afterwards.")
    total_after: int = strawberry.field(description="Pieces of the part in all places afterwards.")
    operation: OperationRef = strawberry.field(description="The operation this belongs to.")


QuantityChangeConnection = Connection[QuantityChange]


@strawberry.input(description="Which changes a history shows; all conditions must hold.")
class ChangeFilter:
    """The filter of a history of one object."""

    kinds: list[OperationKind] | None = optional("Only operations of these kinds.")
    actor: str | None = optional("Only what this actor did; the exact name.")
    from_: datetime | None = strawberry.field(
        name="from", default=strawberry.UNSET, description="Only from this time on."
    )
    until: datetime | None = optional("Only before this time.")

    def conditions(self) -> Conditions:
        """What the listing understands."""
        kinds = named(self.kinds)
        return conditions(
            kinds=tuple(kind.name for kind in kinds) if kinds is not None else None,
            actor=exact("actor", self.actor),
            since=self.from_,
            until=self.until,
        )


@strawberry.input(description="Which changes the overall history shows; all conditions must hold.")
class HistoryFilter(ChangeFilter):
    """The filter of the overall history."""

    part_key: PartKey | None = optional("Only changes of this part.")
    box_number: int | None = optional(f"Only changes in the box of this number, 1–{MAX_NUMBER}.")
    location: LocationReference | None = optional("Only changes at this place.")

    def conditions(self) -> Conditions:
        """What the listing understands."""
        place = named(self.location)
        return super().conditions() + conditions(
            part_key=self.part_key,
            box_number=self.box_number,
            in_box=place.box_number if place is not None else None,
            at_location=place.number if place is not None else None,
        )


def change_page(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[ChangeFilter | None, strawberry.argument(description="Which changes to show.")] = None,
) -> PageRequest:
    """A page of a history, newest first by the order of application."""
    return page_request(
        info,
        CHANGE_ORDER,
        first=first,
        after=after,
        last=last,
        before=before,
        descending=True,
        conditions=filter.conditions() if filter is not None else (),
    )


def history(loader: OperationLoader[Any], *, key: Any, description: str) -> Any:
    """Declare the history of an object."""
    return connection(loader, key=key, page=change_page, description=description)
