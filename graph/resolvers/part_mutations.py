"""Mutations of parts."""

from domain.services.part_lifecycle import PartLifecycleService
from domain.services.parts import PartService
from graph.dataloaders import Loaders
from graph.global_ids import global_id
from graph.inputs.optional import named, named_or_unset, settable
from graph.inputs.part import (
    CreatePartInput,
    DeletePartInput,
    MergePartsInput,
    RestorePartInput,
    RetirePartInput,
    UpdatePartInput,
    UpdatePartsInput,
)
from graph.mutations import Call, mutation
from graph.resolvers.results import after, all_after
from graph.types.errors import (
    AlreadyExistsError,
    ConflictError,
    ExhaustedError,
    IdempotencyKeyReusedError,
    InUseError,
    NotFoundError,
    PartRetiredError,
    QuantityLimitError,
    ValidationError,
)
from graph.types.payloads import (
    CreatePartSuccess,
    DeletePartSuccess,
    MergePartsSuccess,
    RestorePartSuccess,
    RetirePartSuccess,
    UpdatePartsSuccess,
    UpdatePartSuccess,
)


@mutation(
    PartService.create, ValidationError, NotFoundError, AlreadyExistsError, ExhaustedError, IdempotencyKeyReusedError
)
async def create_part(call: Call, input: CreatePartInput) -> CreatePartSuccess:
    """Create a part. Without a key the server draws one. A part like another is made and told as possible duplicate."""
    created = await call.services.parts.create(call.repeatable(input), named(input.key), input.fields())
    part = await after(call, Loaders.part_by_id, created.id)
    return CreatePartSuccess(part=part, replayed=created.replayed)


@mutation(PartService.update, ValidationError, NotFoundError, ConflictError)
async def update_part(call: Call, input: UpdatePartInput) -> UpdatePartSuccess:
    """Change fields of a part. Each field that differs leaves an edit."""
    version = named(input.expected_version)
    part_id = await call.services.parts.update(call.actor, input.part_key, input.fields(), version)
    return UpdatePartSuccess(part=await after(call, Loaders.part_by_id, part_id, "part_key"))


@mutation(PartService.update_many, ValidationError, NotFoundError, InUseError)
async def update_parts(call: Call, input: UpdatePartsInput) -> UpdatePartsSuccess:
    """Change type, tags or retirement of up to 200 parts, all or nothing."""
    part_ids = await call.services.parts.update_many(
        call.actor,
        input.part_keys,
        type_name=settable(input.type_name),
        add_tags=named(input.add_tags) or [],
        remove_tags=named(input.remove_tags) or [],
        retired=named_or_unset(input.retired),
    )
    return UpdatePartsSuccess(parts=await all_after(call, Loaders.part_by_id, part_ids, "part_keys"))


@mutation(PartLifecycleService.merge, ValidationError, NotFoundError, PartRetiredError, QuantityLimitError)
async def merge_parts(call: Call, input: MergePartsInput) -> MergePartsSuccess:
    """Move stock and history of a duplicate to the part that stays, and retire the duplicate."""
    merged = await call.services.part_lifecycle.merge(call.actor, input.keep, input.drop)
    part, dropped = await all_after(call, Loaders.part_by_id, merged, "part_keys")
    return MergePartsSuccess(part=part, dropped=dropped)


@mutation(PartLifecycleService.retire, NotFoundError, ConflictError, InUseError)
async def retire_part(call: Call, input: RetirePartInput) -> RetirePartSuccess:
    """Hide a part from default lists and keep it from taking part in anything. It needs zero stock."""
    part_id = await call.services.part_lifecycle.retire(call.actor, input.part_key, named(input.expected_version))
    return RetirePartSuccess(part=await after(call, Loaders.part_by_id, part_id, "part_key"))


@mutation(PartLifecycleService.restore, NotFoundError, ConflictError)
async def restore_part(call: Call, input: RestorePartInput) -> RestorePartSuccess:
    """Bring a retired part back."""
    part_id = await call.services.part_lifecycle.restore(call.actor, input.part_key, named(input.expected_version))
    return RestorePartSuccess(part=await after(call, Loaders.part_by_id, part_id, "part_key"))


@mutation(PartLifecycleService.delete, NotFoundError, ConflictError, InUseError)
async def delete_part(call: Call, input: DeletePartInput) -> DeletePartSuccess:
    """Delete a part that nothing names: no stock, no history. A part that was ever used is retired instead."""
    part_id = await call.services.part_lifecycle.delete(call.actor, input.part_key, named(input.expected_version))
    return DeletePartSuccess(deleted_id=global_id("Part", part_id), part_key=input.part_key)
