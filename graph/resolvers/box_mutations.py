"""Mutations of boxes."""

from domain.services.boxes import BoxService
from graph.dataloaders import Loaders
from graph.global_ids import global_id
from graph.inputs.box import CreateBoxInput, DeleteBoxInput, UpdateBoxInput
from graph.inputs.optional import named
from graph.mutations import Call, mutation
from graph.resolvers.results import after
from graph.types.errors import (
    AlreadyExistsError,
    ConflictError,
    ExhaustedError,
    IdempotencyKeyReusedError,
    InUseError,
    NotFoundError,
    ValidationError,
)
from graph.types.payloads import CreateBoxSuccess, DeleteBoxSuccess, UpdateBoxSuccess


@mutation(
    BoxService.create, ValidationError, NotFoundError, AlreadyExistsError, ExhaustedError, IdempotencyKeyReusedError
)
async def create_box(call: Call, input: CreateBoxInput) -> CreateBoxSuccess:
    """Create a box with its locations. Without a number it gets the lowest free one."""
    created = await call.services.boxes.create(call.repeatable(input), named(input.number), input.fields())
    box = await after(call, Loaders.box_by_id, created.id)
    return CreateBoxSuccess(box=box, replayed=created.replayed)


@mutation(BoxService.update, ValidationError, NotFoundError, ConflictError, InUseError)
async def update_box(call: Call, input: UpdateBoxInput) -> UpdateBoxSuccess:
    """Change a box. Shrinking is refused while a location that would vanish holds stock."""
    version = named(input.expected_version)
    box_id = await call.services.boxes.update(call.actor, input.number, input.fields(), version)
    return UpdateBoxSuccess(box=await after(call, Loaders.box_by_id, box_id, "number"))


@mutation(BoxService.delete, NotFoundError, ConflictError, InUseError)
async def delete_box(call: Call, input: DeleteBoxInput) -> DeleteBoxSuccess:
    """Delete a box whose locations hold no stock; its history stays. Takes the role ADMIN."""
    box_id = await call.services.boxes.delete(call.actor, input.number, named(input.expected_version))
    return DeleteBoxSuccess(deleted_id=global_id("Box", box_id), number=input.number)
