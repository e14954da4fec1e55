"""Pick lists, their lines, and plans of lists that are not made yet."""

from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Annotated, Any

import strawberry

from domain.entities.edit import EditedKind
from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from graph.context import Info
from graph.dataloaders import Loaders
from graph.filters import conditions
from graph.mutation_fields import named, optional
from graph.prices import expected
from graph.relations import derived, many, one
from graph.relay_connections import After, Before, Connection, First, Last, page_request
from graph.types.edit import EditConnection, edits_of
from graph.types.node import Node
from graph.types.references import BoxRef, LocationRef, PartRef, PickListRef, ProjectRef, RequirementRef
from persistence.readers.paging import PageRequest
from persistence.readers.pick_list import PICK_LIST_ORDER, PickLineView, PickListView, in_boxes


@strawberry.enum(description="How far a pick list is.")
class PickListState(Enum):
    """The domain's states with their descriptions."""

    OPEN = strawberry.enum_value("OPEN", description="It promises pieces and is being picked.")
    COMPLETED = strawberry.enum_value("COMPLETED", description="Its pieces were built in; it is read-only.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="It was given up; what was picked went back.")


@strawberry.enum(description="What becomes of a part that is short when a pick list is made.")
class WhenShort(Enum):
    """The domain's answers with their descriptions."""

    REJECT = strawberry.enum_value("REJECT", description="No list is made; all shortages are told together.")
    TAKE_AVAILABLE = strawberry.enum_value("TAKE_AVAILABLE", description="The list takes what there is of it.")
    LEAVE_OUT = strawberry.enum_value("LEAVE_OUT", description="The list is made without the part.")


@strawberry.type(description="Pieces of one part to be taken at one place, for one requirement.")
class PickLine(Node, shows=PickLineView, found_by=Loaders.pick_line_by_id):
    """Declares PickLineView."""

    pick_list: PickListRef = one(
        Loaders.pick_list_by_id, key=attrgetter("pick_list_id"), description="The list it is on."
    )
    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The part to take.")
    required_part: PartRef = one(
        Loaders.part_by_id,
        key=attrgetter("required_part_id"),
        description="The part that the project requires; another one where a substitute is taken.",
    )
    requirement: RequirementRef | None = one(
        Loaders.requirement_by_id,
        key=attrgetter("requirement_id"),
        description="The requirement it serves; null when that was removed since.",
    )
    designators: list[str] = strawberry.field(
        description="Where the part goes on the board, as of the list's making.", metadata=expected(5)
    )
    location_reference: LocationReference = strawberry.field(
        description="Where the pieces are said to lie, as it was written. This is advice: another place may be named."
    )
    location: LocationRef | None = one(
        Loaders.location_by_id, key=attrgetter("location_id"), description="That place; null when it is gone."
    )
    planned_quantity: int = strawberry.field(description="Pieces the line was made for, 1 to 1,000,000,000.")
    open_quantity: int = strawberry.field(description="Promised and not yet picked; 0 when the line is closed.")
    picked_quantity: int = strawberry.field(description="Taken and not given back.")
    released_quantity: int = strawberry.field(description="Still open when the list ended.")
    returned_quantity: int = strawberry.field(description="Picked, and put back when the list ended.")
    missing_quantity: int = strawberry.field(
        description="Of the open pieces, those that do not lie at the place (any more); older lines there go first."
    )


@strawberry.type(description="What a pick list takes from one box.")
class PickListBox:
    """Declares PickListBox."""

    number: int = strawberry.field(description="The number of the box, as it was written.")
    box: BoxRef | None = one(
        Loaders.box_by_number,
        key=attrgetter("number"),
        description="The box with this number today; null when it is gone.",
    )
    lines: list[PickLine] = strawberry.field(description="What is taken from it, by location.", metadata=expected(3))


@strawberry.type(description="Pieces of a required part that a pick list was made without.")
class PickListShortage:
    """Declares PickListShortageView."""

    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The required part.")
    missing_quantity: int = strawberry.field(description="Pieces the list was made without, 1 or more.")


@strawberry.type(description="What is to be taken off the shelf for so many units of a project, box by box.")
class PickList(Node, shows=PickListView, found_by=Loaders.pick_list_by_id):
    """Declares PickListView."""

    @strawberry.field(description="How people call it: a number, never given twice.")
    def number(self) -> int:
        """The number in the database."""
        view: Any = self
        return int(view.id)

    project: ProjectRef = one(Loaders.project_by_id, key=attrgetter("project_id"), description="What it is picked for.")
    units: int = strawberry.field(description="Units it is for, 1 to 1,000,000.")
    state: PickListState = strawberry.field(description="How far it is.")
    built_units: int | None = strawberry.field(description="Units really built, once it is completed.")
    version: int = strawberry.field(description="Grows by 1 with each change of the list or its lines.")
    lines: list[PickLine] = many(
        Loaders.lines_by_pick_list, key=attrgetter("id"), description="Its lines by box and location.", length=20
    )
    boxes: list[PickListBox] = derived(
        Loaders.lines_by_pick_list,
        key=attrgetter("id"),
        pick=in_boxes,
        description="Its lines by box, for walking.",
        length=8,
    )
    shortages: list[PickListShortage] = many(
        Loaders.shortages_by_pick_list, key=attrgetter("id"), description="What it was made without.", length=2
    )

    @strawberry.field(
        description="Where the list is fetched as a PDF to print: a path on this server, signed, so that it needs no "
        "token, good for an hour at least and the same within the hour."
    )
    def print_url(self, info: Info) -> str:
        """The address of the PDF."""
        view: Any = self
        return info.context.file_addresses.of_path(f"/files/pick-lists/{view.id}.pdf")

    edits: EditConnection = edits_of(EditedKind.PICK_LIST)
    actor: str = strawberry.field(description="Who made it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    finished_by: str | None = strawberry.field(description="Who completed or cancelled it; null while it is open.")
    finished_at: datetime | None = strawberry.field(description="When it was completed or cancelled.")


PickListConnection = Connection[PickList]


@strawberry.input(description="Which pick lists of a project to show.")
class PickListFilter:
    """The filter of a project's pick lists."""

    states: list[PickListState] | None = optional("Only lists in these states.")


def pick_list_page(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    filter: Annotated[PickListFilter | None, strawberry.argument(description="Which lists to show.")] = None,
) -> PageRequest:
    """A page of a project's pick lists, newest first."""
    states = named(filter.states) if filter is not None else None
    return page_request(
        info,
        PICK_LIST_ORDER,
        first=first,
        after=after,
        last=last,
        before=before,
        descending=True,
        conditions=conditions(states=tuple(state.name for state in states) if states is not None else None),
    )


@strawberry.type(description="A line that a pick list would have.")
class PlannedPickLine:
    """Declares PlannedLine."""

    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The part to take.")
    required_part: PartRef = one(
        Loaders.part_by_id, key=attrgetter("want.part_id"), description="The part that the project requires."
    )
    location_reference: LocationReference = strawberry.field(description="Where it lies.")
    location: LocationRef | None = one(
        Loaders.location_by_id, key=attrgetter("place.location_id"), description="That place."
    )
    quantity: int = strawberry.field(description="Pieces to take, 1 or more.")


@strawberry.type(description="A required part of which too little may be put on a pick list.")
class PickShortage:
    """Declares the domain's PickShortage."""

    part_key: PartKey = strawberry.field(description="The required part.")
    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The required part.")
    needed: int = strawberry.field(description="Pieces the list takes.")
    available: int = strawberry.field(
        description="Pieces that may be put on it, allowed substitutes included; when a list is reopened, those that "
        "no other list holds."
    )
    missing: int = strawberry.field(description="Pieces it would be made without.")


@strawberry.type(description="What a pick list would be, were it made at this moment. Nothing is promised by looking.")
class PickListPreview:
    """Declares PickPlan."""

    lines: list[PlannedPickLine] = strawberry.field(description="Its lines by box and location.", metadata=expected(20))
    shortages: list[PickShortage] = strawberry.field(description="Every part that is short.", metadata=expected(3))
    rejected: list[PickShortage] = strawberry.field(
        description="Those of them that would have the list refused (REJECT).", metadata=expected(3)
    )
    can_be_made: bool = strawberry.field(
        description="Whether createPickList would make it: nothing is rejected, and there is a line."
    )
