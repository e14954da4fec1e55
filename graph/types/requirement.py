"""Requirements: what a project takes of a part, how far it is covered, and who reserves what."""

from enum import Enum
from operator import attrgetter
from typing import Annotated

import strawberry

from domain.entities.project import MAX_SUBSTITUTES, Amount, RequirementDetails
from graph.context import Info
from graph.dataloaders import Loaders
from graph.fact_words import limits_of
from graph.filters import conditions
from graph.prices import expected
from graph.relations import many, one
from graph.relay_connections import After, Before, Connection, First, Last, page_request
from graph.scalars import BigInt
from graph.types.node import Node
from graph.types.references import PartRef, ProjectRef
from persistence.readers.paging import PageRequest
from persistence.readers.requirement import REQUIREMENT_BY_RANK, REQUIREMENT_ORDER, RequirementView


@strawberry.enum(description="How far what can be had goes.")
class CoverageState(Enum):
    """The domain's states with their descriptions."""

    ENOUGH = strawberry.enum_value("ENOUGH", description="Everything that is needed is picked or can be had.")
    PARTIAL = strawberry.enum_value("PARTIAL", description="Some of it is missing.")
    MISSING = strawberry.enum_value("MISSING", description="All of it is missing.")


@strawberry.enum(description="Whether a project is worked on.")
class ProjectStatus(Enum):
    """The domain's states with their descriptions."""

    ACTIVE = strawberry.enum_value("ACTIVE", description="It is worked on, and reserves what it needs.")
    ARCHIVED = strawberry.enum_value("ARCHIVED", description="It is read-only and reserves nothing.")


@strawberry.type(description="What one project reserves of a part.")
class Reservation:
    """Declares ReservationView."""

    project: ProjectRef = one(Loaders.project_by_id, key=attrgetter("project_id"), description="The project.")
    firm_quantity: int = strawberry.field(description="Pieces on its open pick lists, not yet picked.")
    soft_quantity: int = strawberry.field(
        description="Pieces that it still needs and that are on no list; they count against lower ranks only."
    )
    quantity: BigInt = strawberry.field(description="Both together.")


@strawberry.type(description="A part that may stand in for the required one.")
class RequirementSubstitute:
    """Declares SubstituteView."""

    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The part that may stand in.")
    available_quantity: int = strawberry.field(
        description="Pieces that the project could take of it: available to it, on none of its open pick lines, and "
        "beyond what it needs of the part itself. Several requirements may be offered the same pieces."
    )


@strawberry.type(description="How far a requirement is covered, in pieces, at one moment.")
class RequirementCoverage:
    """Declares CoverageView."""

    state: CoverageState = strawberry.field(description="How far what can be had goes.")
    needed_quantity: int = strawberry.field(
        description="For the units that are still to be built, attrition and extra pieces included."
    )
    picked_quantity: int = strawberry.field(description="Picked on open pick lists and not given back.")
    open_quantity: int = strawberry.field(description="On open pick lines that serve the requirement, not yet picked.")
    on_hand_quantity: int = strawberry.field(description="Of the part in all places.")
    available_quantity: int = strawberry.field(
        description="What the project can have of the part: on hand, without what other projects have on open pick "
        "lists and what projects of higher rank still need."
    )
    shortage_quantity: int = strawberry.field(
        description="Needed beyond what is picked and available; 0 for an archived project."
    )
    substitutes: list[RequirementSubstitute] = many(
        Loaders.substitutes_by_requirement,
        key=attrgetter("requirement_id"),
        description="What the substitutes could give, the first choice first, at most 20.",
        length=1,
    )
    reserved_by: list[Reservation] = many(
        Loaders.reservations_of_others,
        key=attrgetter("project_id", "part_id"),
        description="The other projects that reserve the part, by rank.",
        length=2,
    )


@strawberry.type(description="What one unit of a project takes of one part.")
@limits_of(Amount, RequirementDetails)
class Requirement(Node, shows=RequirementView, found_by=Loaders.requirement_by_id):
    """Declares RequirementView."""

    project: ProjectRef = one(Loaders.project_by_id, key=attrgetter("project_id"), description="The project.")
    part: PartRef = one(
        Loaders.part_by_id, key=attrgetter("part_id"), description="The part; one requirement per project."
    )
    per_unit: int = strawberry.field(description="Pieces for one unit, {limit}.")
    attrition_percent: int = strawberry.field(
        description="Of the pieces so many percent are lost on the way, {limit}; rounded up over all units."
    )
    extra_pieces: int = strawberry.field(description="Pieces wanted once per project, {limit}.")
    note: str | None = strawberry.field(description="What to watch out for, {limit}.")
    designators: list[str] = strawberry.field(
        description="Where it goes on the board, such as R1 and R2: up to {most}, each up to {length} characters.",
        metadata=expected(5),
    )
    substitutes: list[RequirementSubstitute] = many(
        Loaders.substitutes_by_requirement,
        key=attrgetter("id"),
        description=f"Parts that may stand in, the first choice first, at most {MAX_SUBSTITUTES}.",
        length=1,
    )
    coverage: RequirementCoverage = one(
        Loaders.coverage_by_requirement, key=attrgetter("id"), description="How far it goes."
    )


RequirementConnection = Connection[Requirement]


def requirement_page(
    info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
) -> PageRequest:
    """A page of a project's requirements in their order."""
    return page_request(info, REQUIREMENT_ORDER, first=first, after=after, last=last, before=before)


def requirement_page_of_part(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    status: Annotated[
        ProjectStatus | None, strawberry.argument(description="Only of projects in this state; of all when left out.")
    ] = None,
) -> PageRequest:
    """A page of the requirements of a part, by the rank of their projects."""
    return page_request(
        info,
        REQUIREMENT_BY_RANK,
        first=first,
        after=after,
        last=last,
        before=before,
        conditions=conditions(status=status.name if status is not None else None),
    )
