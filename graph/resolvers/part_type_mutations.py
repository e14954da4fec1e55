"""Mutations of part types."""

from domain.services.part_types import PartTypeService
from graph.dataloaders import Loaders
from graph.global_ids import global_id
from graph.inputs.optional import named
from graph.inputs.part_type import CreatePartTypeInput, DeletePartTypeInput, UpdatePartTypeInput
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
from graph.types.payloads import CreatePartTypeSuccess, DeletePartTypeSuccess, UpdatePartTypeSuccess


@mutation(PartTypeService.create, ValidationError, NotFoundError, AlreadyExistsError, IdempotencyKeyReusedError)
async def create_part_type(call: Call, input: CreatePartTypeInput) -> CreatePartTypeSuccess:
    """Create a part type. Takes the role ADMIN."""
    created = await call.services.part_types.create(call.repeatable(input), input.name)
    part_type = await after(call, Loaders.part_type_by_id, created.id)
    return CreatePartTypeSuccess(part_type=part_type, replayed=created.replayed)


@mutation(PartTypeService.rename, ValidationError, NotFoundError, AlreadyExistsError, ConflictError)
async def update_part_type(call: Call, input: UpdatePartTypeInput) -> UpdatePartTypeSuccess:
    """Rename a part type. Takes the role ADMIN."""
    version = named(input.expected_version)
    part_type_id = await call.services.part_types.rename(call.actor, input.name, input.new_name, version)
    return UpdatePartTypeSuccess(part_type=await after(call, Loaders.part_type_by_id, part_type_id, "name"))


@mutation(PartTypeService.delete, NotFoundError, InUseError)
async def delete_part_type(call: Call, input: DeletePartTypeInput) -> DeletePartTypeSuccess:
    """Delete a part type that no part and no box names. Takes the role ADMIN."""
    deleted = await call.services.part_types.delete(call.actor, input.name)
    return DeletePartTypeSuccess(deleted_id=global_id("PartType", deleted.id), name=deleted.name)
