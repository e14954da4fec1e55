"""Mutations of boxes: what each takes, what it answers, and how it is carried out."""

from typing import Any
from uuid import UUID

import strawberry

from domain.entities.box import MAX_NUMBER, BoxDetails, BoxFields
from domain.rules.box_details import MAX_DESIGNATED_TYPES
from domain.services.boxes import BoxService
from graph.dataloaders import Loaders
from graph.execution.list_bounds import takes
from graph.fact_words import limits_of
from graph.global_ids import global_id
from graph.mutation_fields import (
    deleted_id_field,
    expected_version_field,
    facts_in,
    idempotency_key_field,
    named,
    named_or_unset,
    optional,
    replayed_field,
    settable,
)
from graph.mutations import Call, mutation
from graph.resolvers.results import after
from graph.types.box import Box
from graph.types.errors import (
    AlreadyExistsError,
    ConflictError,
    ExhaustedError,
    IdempotencyKeyReusedError,
    InUseError,
    NotFoundError,
    ValidationError,
)
from persistence.readers.box import BoxView

_COLUMNS = "Locations in a row, {limit}, for drawing the box."
_DESIGNATED = (
    f"The names of up to {MAX_DESIGNATED_TYPES} existing part types the box is meant for, ignoring case and spacing."
)


def _box(description: str) -> Any:
    return strawberry.field(graphql_type=Box, description=description)


@strawberry.input(description="A new box with its locations. A field that is null or left out stays empty.")
@limits_of(BoxDetails)
class CreateBoxInput:
    """What createBox takes."""

    number: int | None = optional(
        f"The number that stands on the box, 1 to {MAX_NUMBER:,}, unique; the lowest free one when left out."
    )
    description: str = strawberry.field(description="What the box is, {limit}.")
    capacity: int = strawberry.field(
        description="Number of locations, {limit}, numbered from 1, left to right, top to bottom."
    )
    columns: int | None = optional(_COLUMNS)
    designated_type_names: list[str] | None = optional(_DESIGNATED, metadata=takes(MAX_DESIGNATED_TYPES))
    idempotency_key: UUID | None = idempotency_key_field()

    def fields(self) -> BoxFields:
        """The fields as the domain takes them."""
        return facts_in(self, BoxFields, named_or_unset)


@strawberry.type(description="The box was created with its locations.")
class CreateBoxSuccess:
    """The answer of createBox."""

    box: BoxView = _box("The new box.")
    replayed: bool = replayed_field()


@mutation(
    BoxService.create, ValidationError, NotFoundError, AlreadyExistsError, ExhaustedError, IdempotencyKeyReusedError
)
async def create_box(call: Call, input: CreateBoxInput) -> CreateBoxSuccess:
    """Create a box with its locations. Without a number it gets the lowest free one."""
    created = await call.services.boxes.create(call.repeatable(input), named(input.number), input.fields())
    box = await after(call, Loaders.box_by_id, created.id)
    return CreateBoxSuccess(box=box, replayed=created.replayed)


@strawberry.input(description="Changes to a box. A field that is left out stays as it is; null clears it.")
@limits_of(BoxDetails)
class UpdateBoxInput:
    """What updateBox takes."""

    number: int = strawberry.field(description="The number of the box; it never changes.")
    expected_version: int | None = expected_version_field()
    description: str | None = optional("What the box is, {limit}; cannot be cleared.")
    capacity: int | None = optional(
        "Number of locations, {limit}; cannot be cleared. Refused while a location that would vanish holds stock."
    )
    columns: int | None = optional(_COLUMNS)
    designated_type_names: list[str] | None = optional(_DESIGNATED, metadata=takes(MAX_DESIGNATED_TYPES))

    def fields(self) -> BoxFields:
        """The fields as the domain takes them."""
        return facts_in(self, BoxFields, settable)


@strawberry.type(description="The box was changed, or was already as asked for.")
class UpdateBoxSuccess:
    """The answer of updateBox."""

    box: BoxView = _box("The box as it is now.")


@mutation(BoxService.update, ValidationError, NotFoundError, ConflictError, InUseError)
async def update_box(call: Call, input: UpdateBoxInput) -> UpdateBoxSuccess:
    """Change a box. Shrinking is refused while a location that would vanish holds stock."""
    version = named(input.expected_version)
    box_id = await call.services.boxes.update(call.actor, input.number, input.fields(), version)
    return UpdateBoxSuccess(box=await after(call, Loaders.box_by_id, box_id, "number"))


@strawberry.input(description="A box to delete, with its locations. None of them may hold stock.")
class DeleteBoxInput:
    """What deleteBox takes."""

    number: int = strawberry.field(description="The number of the box.")
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The box was deleted with its locations.")
class DeleteBoxSuccess:
    """The answer of deleteBox."""

    deleted_id: strawberry.ID = deleted_id_field("box")
    number: int = strawberry.field(description="The number that the box had; it is free again.")


@mutation(BoxService.delete, NotFoundError, ConflictError, InUseError)
async def delete_box(call: Call, input: DeleteBoxInput) -> DeleteBoxSuccess:
    """Delete a box whose locations hold no stock; its history stays. Takes the role ADMIN."""
    box_id = await call.services.boxes.delete(call.actor, input.number, named(input.expected_version))
    return DeleteBoxSuccess(deleted_id=global_id("Box", box_id), number=input.number)
