"""Mutations of parts: what each takes, what it answers, and how it is carried out.

Longer than other files because all changes of a noun stand on one page.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

import strawberry

from domain.entities.ids import PartKey
from domain.entities.part import TAGS, PartDetails, PartFields
from domain.rules.part_batches import MAX_PARTS
from domain.rules.part_details import MAX_PARAMETERS
from domain.services.part_lifecycle import PartLifecycleService
from domain.services.parts import PartService
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
from graph.prices import expected
from graph.relations import many
from graph.resolvers.results import after, all_after
from graph.scalars import URL
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
from graph.types.part import Part
from persistence.readers.part_view import PartView


def _part(description: str) -> Any:
    return strawberry.field(graphql_type=Part, description=description)


def _parts(description: str) -> Any:
    return strawberry.field(graphql_type=list[Part], description=description, metadata=expected(50))


@strawberry.input(description="A named value of a part.")
class ParameterInput:
    """One parameter; both texts are checked by the domain."""

    name: str = strawberry.field(
        description="Up to 100 characters in one line, distinct within a part ignoring case and spacing."
    )
    value: str = strawberry.field(
        description="Up to 255 characters in one line. A quantity such as 4k7, 4.7 kΩ or 10uF is also kept as an exact "
        "number."
    )


@strawberry.input
@limits_of(PartDetails)
class OptionalPartFields:
    """The fields that creating and updating share, all of them optional."""

    manufacturer: str | None = optional("Who makes it, {limit}.")
    manufacturer_code: str | None = optional(
        "The manufacturer's part number (MPN), {limit}. Need not be unique; see possibleDuplicates."
    )
    type_name: str | None = optional("The name of an existing part type, ignoring case and spacing.")
    tags: list[str] | None = optional(
        "Up to {most} tags of up to {length} characters in one line each, distinct ignoring case and spacing; the "
        "order is kept."
    )
    parameters: list[ParameterInput] | None = optional(
        f"Up to {MAX_PARAMETERS} named values; the order is kept.", metadata=takes(MAX_PARAMETERS)
    )
    package: str | None = optional("Package or case such as SOT-23, {limit}.")
    series: str | None = optional("Series or family, {limit}.")
    dimensions: str | None = optional("Dimensions with their unit, {limit}.")
    voltage_rating: str | None = optional("Rated voltage with its unit, {limit}.")
    input_voltage: str | None = optional("Input voltage with its unit, {limit}.")
    output_voltage: str | None = optional("Output voltage with its unit, {limit}.")
    mounting_type: str | None = optional("How it is mounted, such as SMD or THT, {limit}.")
    pin_pitch: str | None = optional("Distance between pins with its unit, {limit}.")
    pin_count: int | None = optional("Number of pins, {limit}.")
    product_page: URL | None = optional("Address of the product page, http or https, {limit}.")
    low_stock_threshold: int | None = optional("At or below so many pieces in total the part is low; {limit}.")


@strawberry.input(description="A new part. A field that is null or left out stays empty.")
@limits_of(PartDetails)
class CreatePartInput(OptionalPartFields):
    """What createPart takes."""

    description: str = strawberry.field(description="What it is, {limit}.")
    key: PartKey | None = optional("The key on the label, four letters A to Z; drawn by the server when left out.")
    idempotency_key: UUID | None = idempotency_key_field()

    def fields(self) -> PartFields:
        """The fields as the domain takes them."""
        return _part_fields(self, named_or_unset)


@strawberry.type(description="The part was created.")
class CreatePartSuccess:
    """The answer of createPart."""

    part: PartView = _part("The new part.")
    possible_duplicates: list[Part] = many(
        Loaders.possible_duplicates,
        key=attrgetter("part.id"),
        description="Other parts with the same manufacturer and MPN, ignoring case and spacing; by key, at most 20.",
        length=2,
    )
    replayed: bool = replayed_field()


@mutation(
    PartService.create, ValidationError, NotFoundError, AlreadyExistsError, ExhaustedError, IdempotencyKeyReusedError
)
async def create_part(call: Call, input: CreatePartInput) -> CreatePartSuccess:
    """Create a part. Without a key the server draws one. A part like another is made and told as possible duplicate."""
    created = await call.services.parts.create(call.repeatable(input), named(input.key), input.fields())
    part = await after(call, Loaders.part_by_id, created.id)
    return CreatePartSuccess(part=part, replayed=created.replayed)


@strawberry.input(description="Changes to a part. A field that is left out stays as it is; null clears it.")
@limits_of(PartDetails)
class UpdatePartInput(OptionalPartFields):
    """What updatePart takes."""

    part_key: PartKey = strawberry.field(description="The part to change.")
    expected_version: int | None = expected_version_field()
    description: str | None = optional("What it is, {limit}; cannot be cleared.")

    def fields(self) -> PartFields:
        """The fields as the domain takes them."""
        return _part_fields(self, settable)


@strawberry.type(description="The part was changed, or was already as asked for.")
class UpdatePartSuccess:
    """The answer of updatePart."""

    part: PartView = _part("The part as it is now.")


@mutation(PartService.update, ValidationError, NotFoundError, ConflictError)
async def update_part(call: Call, input: UpdatePartInput) -> UpdatePartSuccess:
    """Change fields of a part. Each field that differs leaves an edit."""
    version = named(input.expected_version)
    part_id = await call.services.parts.update(call.actor, input.part_key, input.fields(), version)
    return UpdatePartSuccess(part=await after(call, Loaders.part_by_id, part_id, "part_key"))


@strawberry.input(description="The same change to several parts, all or nothing. What is left out stays as it is.")
class UpdatePartsInput:
    """What updateParts takes."""

    part_keys: list[PartKey] = strawberry.field(
        description=f"The parts to change, 1 to {MAX_PARTS}, distinct.", metadata=takes(MAX_PARTS)
    )
    type_name: str | None = optional(
        "The name of an existing part type, ignoring case and spacing; null clears the type."
    )
    add_tags: list[str] | None = optional(
        "Tags to add at the end where they are missing, up to 50 characters in one line each.",
        metadata=takes(TAGS.most),
    )
    remove_tags: list[str] | None = optional(
        "Tags to remove where they are there, ignoring case and spacing.", metadata=takes(TAGS.most)
    )
    retired: bool | None = optional("True retires the parts, false restores them; null changes nothing.")


@strawberry.type(description="All the parts were changed, or were already as asked for.")
class UpdatePartsSuccess:
    """The answer of updateParts."""

    parts: Sequence[PartView] = _parts("The parts as they are now, in the order in which they were named.")


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


@strawberry.input(description="Two parts that are the same thing.")
class MergePartsInput:
    """What mergeParts takes."""

    keep: PartKey = strawberry.field(description="The part that stays and receives stock and history of the other.")
    drop: PartKey = strawberry.field(description="The duplicate; it is retired and points to the part that stays.")


@strawberry.type(description="The parts were merged.")
class MergePartsSuccess:
    """The answer of mergeParts."""

    part: PartView = _part("The part that stays, with stock and history of both.")
    dropped: PartView = _part("The duplicate: retired, without stock and history, merged into the part that stays.")


@mutation(PartLifecycleService.merge, ValidationError, NotFoundError, PartRetiredError, QuantityLimitError)
async def merge_parts(call: Call, input: MergePartsInput) -> MergePartsSuccess:
    """Move stock and history of a duplicate to the part that stays, and retire the duplicate."""
    merged = await call.services.part_lifecycle.merge(call.actor, input.keep, input.drop)
    part, dropped = await all_after(call, Loaders.part_by_id, merged, "part_keys")
    return MergePartsSuccess(part=part, dropped=dropped)


@strawberry.input(description="A part to retire. It needs zero stock.")
class RetirePartInput:
    """What retirePart takes."""

    part_key: PartKey = strawberry.field(description="The part to retire.")
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The part was retired.")
class RetirePartSuccess:
    """The answer of retirePart."""

    part: PartView = _part("The part as it is now.")


@mutation(PartLifecycleService.retire, NotFoundError, ConflictError, InUseError)
async def retire_part(call: Call, input: RetirePartInput) -> RetirePartSuccess:
    """Hide a part from default lists and keep it from taking part in anything. It needs zero stock."""
    part_id = await call.services.part_lifecycle.retire(call.actor, input.part_key, named(input.expected_version))
    return RetirePartSuccess(part=await after(call, Loaders.part_by_id, part_id, "part_key"))


@strawberry.input(description="A retired part to bring back.")
class RestorePartInput:
    """What restorePart takes."""

    part_key: PartKey = strawberry.field(description="The part to restore.")
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The part was brought back.")
class RestorePartSuccess:
    """The answer of restorePart."""

    part: PartView = _part("The part as it is now.")


@mutation(PartLifecycleService.restore, NotFoundError, ConflictError)
async def restore_part(call: Call, input: RestorePartInput) -> RestorePartSuccess:
    """Bring a retired part back."""
    part_id = await call.services.part_lifecycle.restore(call.actor, input.part_key, named(input.expected_version))
    return RestorePartSuccess(part=await after(call, Loaders.part_by_id, part_id, "part_key"))


@strawberry.input(description="A part to delete. Nothing may name it: no stock and no history.")
class DeletePartInput:
    """What deletePart takes."""

    part_key: PartKey = strawberry.field(description="The part to delete.")
    expected_version: int | None = expected_version_field()


@strawberry.type(description="The part was deleted.")
class DeletePartSuccess:
    """The answer of deletePart."""

    deleted_id: strawberry.ID = deleted_id_field("part")
    part_key: PartKey = strawberry.field(description="The key that the part had.")


@mutation(PartLifecycleService.delete, NotFoundError, ConflictError, InUseError)
async def delete_part(call: Call, input: DeletePartInput) -> DeletePartSuccess:
    """Delete a part that nothing names: no stock, no history. A part that was ever used is retired instead."""
    part_id = await call.services.part_lifecycle.delete(call.actor, input.part_key, named(input.expected_version))
    return DeletePartSuccess(deleted_id=global_id("Part", part_id), part_key=input.part_key)


def _part_fields(given: CreatePartInput | UpdatePartInput, convert: Callable[[Any], Any]) -> PartFields:
    fields = facts_in(given, PartFields, convert)
    if not fields.get("parameters"):
        return fields
    return PartFields(**{**fields, "parameters": tuple((each.name, each.value) for each in fields["parameters"])})
