"""Inputs of the mutations of parts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import strawberry

from domain.entities.ids import PartKey
from domain.entities.part import PartDetails, PartFields
from graph.fact_words import limits_of
from graph.inputs.optional import (
    expected_version_field,
    facts_in,
    idempotency_key_field,
    named_or_unset,
    optional,
    settable,
)
from graph.scalars import URL


@strawberry.input(description="A named value of a part.")
class ParameterInput:
    """One parameter; both texts are checked by the domain."""

    name: str = strawberry.field(description="Up to 100 characters, distinct within a part ignoring case.")
    value: str = strawberry.field(
        description="Up to 255 characters. A quantity such as 4k7, 4.7 kΩ or 10uF is also kept as an exact number."
    )


@strawberry.input
@limits_of(PartDetails)
class OptionalPartFields:
    """The fields that creating and updating share, all of them optional."""

    manufacturer: str | None = optional("Who makes it, {limit}.")
    manufacturer_code: str | None = optional(
        "The manufacturer's part number (MPN), {limit}. Need not be unique; see possibleDuplicates."
    )
    type_name: str | None = optional("The name of an existing part type, ignoring case.")
    tags: list[str] | None = optional(
        "Up to 50 tags of up to 50 characters each, distinct ignoring case; the order is kept."
    )
    parameters: list[ParameterInput] | None = optional("Up to 100 named values; the order is kept.")
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


@strawberry.input(description="The same change to several parts, all or nothing. What is left out stays as it is.")
class UpdatePartsInput:
    """What updateParts takes."""

    part_keys: list[PartKey] = strawberry.field(description="The parts to change, 1 to 200, distinct.")
    type_name: str | None = optional("The name of an existing part type, ignoring case; null clears the type.")
    add_tags: list[str] | None = optional("Tags to add at the end where they are missing, up to 50 characters each.")
    remove_tags: list[str] | None = optional("Tags to remove where they are there, ignoring case.")
    retired: bool | None = optional("True retires the parts, false restores them; null changes nothing.")


@strawberry.input(description="Two parts that are the same thing.")
class MergePartsInput:
    """What mergeParts takes."""

    keep: PartKey = strawberry.field(description="The part that stays and receives stock and history of the other.")
    drop: PartKey = strawberry.field(description="The duplicate; it is retired and points to the part that stays.")


@strawberry.input(description="A part to retire. It needs zero stock.")
class RetirePartInput:
    """What retirePart takes."""

    part_key: PartKey = strawberry.field(description="The part to retire.")
    expected_version: int | None = expected_version_field()


@strawberry.input(description="A retired part to bring back.")
class RestorePartInput:
    """What restorePart takes."""

    part_key: PartKey = strawberry.field(description="The part to restore.")
    expected_version: int | None = expected_version_field()


@strawberry.input(description="A part to delete. Nothing may name it: no stock and no history.")
class DeletePartInput:
    """What deletePart takes."""

    part_key: PartKey = strawberry.field(description="The part to delete.")
    expected_version: int | None = expected_version_field()


def _part_fields(given: CreatePartInput | UpdatePartInput, convert: Callable[[Any], Any]) -> PartFields:
    fields = facts_in(given, PartFields, convert)
    if not fields.get("parameters"):
        return fields
    return PartFields(**{**fields, "parameters": tuple((each.name, each.value) for each in fields["parameters"])})
