"""Boxes: numbered containers with numbered locations."""

from datetime import datetime
from operator import attrgetter

import strawberry

from domain.entities.box import MAX_NUMBER, BoxDetails
from domain.entities.edit import EditedKind
from graph.dataloaders import Loaders
from graph.fact_words import limits_of
from graph.filters import conditions, folded, pattern
from graph.mutation_fields import optional
from graph.relations import connection, many, one
from graph.relay_connections import Connection
from graph.scalars import BigInt
from graph.types.attachment import Attachment, attachments_of, cover_of
from graph.types.edit import EditConnection, edits_of
from graph.types.location import LocationConnection, location_page
from graph.types.node import Node
from graph.types.operation import QuantityChangeConnection, history
from graph.types.part_type import PartType
from persistence.readers.box import BoxView
from persistence.readers.paging import Conditions


@strawberry.type(description="How full a box is, at one moment.")
class BoxUsage:
    """Declares BoxUsageView."""

    capacity: int = strawberry.field(description="Locations it has.")
    occupied: int = strawberry.field(description="Locations where something lies.")
    free: int = strawberry.field(description="Locations where nothing lies.")
    part_count: int = strawberry.field(description="Different parts that lie in it.")
    total_quantity: BigInt = strawberry.field(description="Pieces of all parts in it together.")


@strawberry.type(description="A numbered container with numbered locations.")
@limits_of(BoxDetails)
class Box(Node, shows=BoxView, found_by=Loaders.box_by_id):
    """Declares BoxView."""

    number: int = strawberry.field(description=f"What stands on it, 1–{MAX_NUMBER}, unique, never changed.")
    description: str = strawberry.field(description="What it is or where it stands, {limit}.")
    capacity: int = strawberry.field(description="Locations it has, {limit}, numbered from 1.")
    columns: int | None = strawberry.field(
        description="Locations side by side, {limit}, for drawing the box; null when nobody said."
    )
    version: int = strawberry.field(description="Grows by 1 with each edit; send it as expectedVersion.")
    designated_types: list[PartType] = many(
        Loaders.designated_types_by_box,
        key=attrgetter("id"),
        description="Part types it is meant for, up to 20, in the order given.",
        length=2,
    )
    locations: LocationConnection = connection(
        Loaders.locations_by_box, key=attrgetter("id"), page=location_page, description="Its locations by number."
    )
    usage: BoxUsage = one(Loaders.usage_by_box, key=attrgetter("id"), description="How full it is.")
    history: QuantityChangeConnection = history(
        Loaders.history_by_box_number,
        key=attrgetter("number"),
        description="What happened in the box of this number, newest first; a box that had it before is included.",
    )
    attachments: list[Attachment] = attachments_of(Loaders.attachments_by_box)
    cover: Attachment | None = cover_of(Loaders.cover_by_box)
    edits: EditConnection = edits_of(EditedKind.BOX)
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last edited.")


BoxConnection = Connection[Box]


@strawberry.input(description="Which boxes to show; all conditions must hold.")
class BoxFilter:
    """The filter of boxes."""

    designated_type_name: str | None = optional(
        "Only boxes that are meant for this part type, ignoring case and spacing."
    )
    has_free_locations: bool | None = optional("True: only boxes with a free location. False: only full boxes.")
    is_empty: bool | None = optional("True: only boxes where nothing lies. False: only the others.")
    text: str | None = optional("Contained in the description, ignoring case and spacing; up to 255 characters.")

    def conditions(self) -> Conditions:
        """What the listing understands."""
        return conditions(
            designated_type_key=folded("designatedTypeName", self.designated_type_name),
            has_free_locations=self.has_free_locations,
            is_empty=self.is_empty,
            pattern=pattern("text", self.text),
        )
