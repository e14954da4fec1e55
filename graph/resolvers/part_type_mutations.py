"""Mutations of part types: what each takes, what it answers, and how it is carried out."""

from typing import Any
from uuid import UUID

import strawberry

from domain.entities.part_type import MAX_NAME_LENGTH, PartTypeDetails
from domain.services.part_types import PartTypeService
from graph.dataloaders import Loaders
from graph.fact_words import limits_of
from graph.global_ids import global_id
from graph.mutation_fields import deleted_id_field, expected_version_field, idempotency_key_field, named, replayed_field
from graph.mutations import Call, mutation
from graph.resolvers.results import after
from graph.types.errors import (
    AlreadyExistsError,
    ConflictError,
    IdempotencyKeyReusedError,
    InUseError,
    NotFoundError,
    ValidationError,
)
from graph.types.part_type import PartType
from persistence.readers.part_type import PartTypeView


def _part_type(description: str) -> Any:
    return strawberry.field(graphql_type=PartType, description=description)


@strawberry.input(description="A new part type.")
@limits_of(PartTypeDetails)
class CreatePartTypeInput:
    """What createPartType takes."""

    name: str = strawberry.field(description="{limit}, unique ignoring case and spacing.")
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The part type was created.")
class CreatePartTypeSuccess:
    """The answer of createPartType."""

    part_type: PartTypeView = _part_type("The new part type.")
    replayed: bool = replayed_field()


@mutation(PartTypeService.create, ValidationError, NotFoundError, AlreadyExistsError, IdempotencyKeyReusedError)
async def create_part_type(call: Call, input: CreatePartTypeInput) -> CreatePartTypeSuccess:
    """Create a part type. Takes the role ADMIN."""
    created = await call.services.part_types.create(call.repeatable(input), input.name)
    part_type = await after(call, Loaders.part_type_by_id, created.id)
    return CreatePartTypeSuccess(part_type=part_type, replayed=created.replayed)


@strawberry.input(description="A new name for a part type; its parts and boxes follow.")
class UpdatePartTypeInput:
    """What updatePartType takes."""

    name: str = strawberry.field(description="The name it has now, ignoring case and spacing.")
    new_name: str = strawberry.field(
        description=f"The new name, 1 to {MAX_NAME_LENGTH} characters in one line, unique ignoring case and spacing."
    )
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The part type was renamed.")
class UpdatePartTypeSuccess:
    """The answer of updatePartType."""

    part_type: PartTypeView = _part_type("The part type as it is now.")


@mutation(PartTypeService.rename, ValidationError, NotFoundError, AlreadyExistsError, ConflictError)
async def update_part_type(call: Call, input: UpdatePartTypeInput) -> UpdatePartTypeSuccess:
    """Rename a part type. Takes the role ADMIN."""
    version = named(input.expected_version)
    part_type_id = await call.services.part_types.rename(call.actor, input.name, input.new_name, version)
    return UpdatePartTypeSuccess(part_type=await after(call, Loaders.part_type_by_id, part_type_id, "name"))


@strawberry.input(description="A part type to delete. No part and no box may name it.")
class DeletePartTypeInput:
    """What deletePartType takes."""

    name: str = strawberry.field(description="The name of the part type, ignoring case and spacing.")


@strawberry.type(description="The part type was deleted.")
class DeletePartTypeSuccess:
    """The answer of deletePartType."""

    deleted_id: strawberry.ID = deleted_id_field("part type")
    name: str = strawberry.field(description="The name that the part type had.")


@mutation(PartTypeService.delete, NotFoundError, InUseError)
async def delete_part_type(call: Call, input: DeletePartTypeInput) -> DeletePartTypeSuccess:
    """Delete a part type that no part and no box names. Takes the role ADMIN."""
    deleted = await call.services.part_types.delete(call.actor, input.name)
    return DeletePartTypeSuccess(deleted_id=global_id("PartType", deleted.id), name=deleted.name)
