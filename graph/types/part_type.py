"""Part types: what kind of thing a part is."""

from datetime import datetime
from enum import Enum
from operator import attrgetter

import strawberry

from domain.entities.edit import EditedKind
from domain.entities.part_type import PartTypeDetails
from graph.dataloaders import Loaders
from graph.fact_words import limits_of
from graph.filters import conditions, pattern
from graph.mutation_fields import optional
from graph.relations import connection, derived
from graph.relay_connections import Connection
from graph.types.edit import EditConnection, edits_of
from graph.types.node import Node
from graph.types.order_direction import OrderDirection
from graph.types.part_list import part_page
from graph.types.references import PartRef
from persistence.readers.paging import Conditions
from persistence.readers.part_type import PartTypeView


@strawberry.type(description="What kind of thing a part is, such as Resistor.")
@limits_of(PartTypeDetails)
class PartType(Node, shows=PartTypeView, found_by=Loaders.part_type_by_id):
    """Declares PartTypeView."""

    name: str = strawberry.field(description="{limit}, unique ignoring case and spacing.")
    version: int = strawberry.field(description="Grows by 1 with each edit; send it as expectedVersion.")
    part_count: int = derived(
        Loaders.part_count_by_type, key=attrgetter("id"), description="Parts of this type that are not retired."
    )
    parts: Connection[PartRef] = connection(
        Loaders.parts_by_type, key=attrgetter("id"), page=part_page, description="The parts of this type."
    )
    edits: EditConnection = edits_of(EditedKind.PART_TYPE)
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last edited.")


PartTypeConnection = Connection[PartType]


@strawberry.input(description="Which part types to show; all conditions must hold.")
class PartTypeFilter:
    """The filter of part types."""

    text: str | None = optional("Contained in the name, ignoring case and spacing; up to 255 characters.")
    is_used: bool | None = optional("True: only types that a part has, retired parts included. False: only the others.")

    def conditions(self) -> Conditions:
        """What the listing understands."""
        return conditions(pattern=pattern("text", self.text), is_used=self.is_used)


@strawberry.enum(description="What part types can be ordered by.")
class PartTypeOrderField(Enum):
    """The orders of the listing."""

    NAME = strawberry.enum_value("NAME", description="By name, ignoring case and spacing.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="By the time they were made.")


@strawberry.input(description="An order of part types.")
class PartTypeOrder:
    """Field and direction."""

    field: PartTypeOrderField = strawberry.field(description="What to order by.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="In which direction.")
