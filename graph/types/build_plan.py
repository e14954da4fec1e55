"""Build plans: what several projects are short of together."""

from operator import attrgetter

import strawberry

from graph.dataloaders import Loaders
from graph.mutation_fields import optional
from graph.prices import expected
from graph.relations import one
from graph.scalars import BigInt
from graph.types.references import PartRef, ProjectRef


@strawberry.input(description="A project of a build plan.")
class BuildPlanInput:
    """One project and its units."""

    project_id: strawberry.ID = strawberry.field(description="The project, each once.")
    units: int | None = optional("Units to build now, 0 to 1,000,000; those outstanding when left out.")


@strawberry.type(description="What one project is short of for its units in a build plan.")
class ProjectShortage:
    """Declares the domain's ProjectShortage."""

    project: ProjectRef = one(
        Loaders.project_by_id, key=attrgetter("project_id"), description="The project that is short."
    )
    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The part that is missing.")
    needed_quantity: int = strawberry.field(description="Pieces for its units, beyond what is picked.")
    shortage_quantity: int = strawberry.field(description="Pieces of them that are missing, 1 or more.")


@strawberry.type(description="A part that a build plan is short of; each piece is counted once.")
class PartShortage:
    """Declares PartShortageView."""

    part: PartRef = one(Loaders.part_by_id, key=attrgetter("part_id"), description="The part that is missing.")
    on_hand_quantity: int = strawberry.field(description="Pieces in all places.")
    needed_quantity: BigInt = strawberry.field(
        description="Pieces that the projects of the plan need together, beyond what is picked."
    )
    shortage_quantity: BigInt = strawberry.field(description="Pieces of them that are missing, 1 or more.")
    projects: list[ProjectShortage] = strawberry.field(
        description="The projects that are short, by rank.", metadata=expected(2)
    )


@strawberry.type(description="A project of a build plan.")
class PlannedProject:
    """Declares PlannedProjectView."""

    project: ProjectRef = one(Loaders.project_by_id, key=attrgetter("project_id"), description="The project.")
    units: int = strawberry.field(description="Units that the plan builds.")
    is_buildable: bool = strawberry.field(description="Whether nothing is missing for them.")
    shortages: list[ProjectShortage] = strawberry.field(
        description="What is missing for them, in the order of its requirements.", metadata=expected(10)
    )


@strawberry.type(
    description="Several projects together. Pieces on open pick lines are set aside first; what is left goes to the "
    "projects by rank, those outside the plan included; each piece is counted once."
)
class BuildPlan:
    """Declares BuildPlanView."""

    is_buildable: bool = strawberry.field(description="Whether nothing is missing.")
    projects: list[PlannedProject] = strawberry.field(
        description="The projects by rank; archived ones are left out.", metadata=expected(5)
    )
    shortages: list[PartShortage] = strawberry.field(
        description="The parts that are missing, each once, by key.", metadata=expected(10)
    )
