"""Projects: what the workshop builds."""

from datetime import datetime
from enum import Enum
from operator import attrgetter

import strawberry

from domain.entities.edit import EditedKind
from domain.entities.ids import PartKey
from domain.entities.project import ProjectDetails
from graph.dataloaders import Loaders
from graph.fact_words import limits_of
from graph.filters import conditions, pattern
from graph.mutation_fields import named, optional
from graph.relations import connection, derived
from graph.relay_connections import Connection
from graph.types.attachment import Attachment, attachments_of, cover_of
from graph.types.edit import EditConnection, edits_of
from graph.types.node import Node
from graph.types.operation import QuantityChangeConnection, history
from graph.types.order_direction import OrderDirection
from graph.types.pick_list import PickListConnection, pick_list_page
from graph.types.requirement import ProjectStatus, RequirementConnection, requirement_page
from persistence.readers.paging import Conditions
from persistence.readers.project import ProjectView


@strawberry.type(description="Something the workshop builds.")
@limits_of(ProjectDetails)
class Project(Node, shows=ProjectView, found_by=Loaders.project_by_id):
    """Declares ProjectView."""

    name: str = strawberry.field(description="{limit}, unique ignoring case and spacing.")
    description: str | None = strawberry.field(description="What it is, {limit}.")
    rank: int = strawberry.field(
        description="Its priority: 1 comes first. Ranks run without gaps; archived projects keep theirs."
    )
    build_target: int = strawberry.field(description="Units there shall be in the end, {limit}.")
    built_units: int = strawberry.field(description="Units that completed pick lists have built.")
    outstanding_units: int = strawberry.field(description="Units that are still to be built; never below 0.")
    buildable_units: int = derived(
        Loaders.buildable_units_by_project,
        key=attrgetter("id"),
        description="Outstanding units that can be built now from what is picked and available; 0 when archived.",
    )
    status: ProjectStatus = strawberry.field(description="Whether it is worked on.")
    version: int = strawberry.field(
        description="Grows by 1 with each edit of the project or its requirements; send it as expectedVersion."
    )
    requirements: RequirementConnection = connection(
        Loaders.requirements_by_project,
        key=attrgetter("id"),
        page=requirement_page,
        description="What one unit takes, in the order given.",
    )
    pick_lists: PickListConnection = connection(
        Loaders.pick_lists_by_project,
        key=attrgetter("id"),
        page=pick_list_page,
        description="Its pick lists, newest first.",
    )
    history: QuantityChangeConnection = history(
        Loaders.history_by_project,
        key=attrgetter("id"),
        description="What was picked for it (and given back), newest first.",
    )
    attachments: list[Attachment] = attachments_of(Loaders.attachments_by_project)
    cover: Attachment | None = cover_of(Loaders.cover_by_project)
    edits: EditConnection = edits_of(EditedKind.PROJECT)
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last edited.")


ProjectConnection = Connection[Project]


@strawberry.input(description="Which projects to show; all conditions must hold. Archived ones are hidden by default.")
class ProjectFilter:
    """The filter of projects."""

    status: ProjectStatus | None = strawberry.field(
        default=ProjectStatus.ACTIVE, description="Only projects in this state; null: both."
    )
    text: str | None = optional("Contained in the name, ignoring case and spacing; up to 255 characters.")
    part_key: PartKey | None = optional("Only projects that require this part.")
    has_open_pick_lists: bool | None = optional("True: only projects with an open pick list. False: only the others.")

    def conditions(self) -> Conditions:
        """What the listing understands."""
        status = named(self.status)
        return conditions(
            status=status.name if status is not None else None,
            pattern=pattern("text", self.text),
            part_key=self.part_key,
            has_open_pick_lists=self.has_open_pick_lists,
        )


@strawberry.enum(description="What projects can be ordered by.")
class ProjectOrderField(Enum):
    """The orders of the listing."""

    RANK = strawberry.enum_value("RANK", description="By rank.")
    NAME = strawberry.enum_value("NAME", description="By name, ignoring case and spacing.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By the time they were made.")


@strawberry.input(description="An order of projects.")
class ProjectOrder:
    """Field and direction."""

    field: ProjectOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="In which direction.")
