"""Inputs of the mutations of boxes."""

from uuid import UUID

import strawberry

from domain.entities.box import BoxDetails, BoxFields
from graph.fact_words import limits_of
from graph.inputs.optional import (
    expected_version_field,
    facts_in,
    idempotency_key_field,
    named_or_unset,
    optional,
    settable,
)

_COLUMNS = "Locations in a row, {limit}, for drawing the box."
_DESIGNATED = "The names of up to 20 existing part types the box is meant for, ignoring case."


@strawberry.input(description="A new box with its locations. A field that is null or left out stays empty.")
@limits_of(BoxDetails)
class CreateBoxInput:
    """What createBox takes."""

    number: int | None = optional(
        "The number that stands on the box, 1 to 9,999, unique; the lowest free one when left out."
    )
    description: str = strawberry.field(description="What the box is, {limit}.")
    capacity: int = strawberry.field(
        description="Number of locations, {limit}, numbered from 1, left to right, top to bottom."
    )
    columns: int | None = optional(_COLUMNS)
    designated_type_names: list[str] | None = optional(_DESIGNATED)
    idempotency_key: UUID | None = idempotency_key_field()

    def fields(self) -> BoxFields:
        """The fields as the domain takes them."""
        return facts_in(self, BoxFields, named_or_unset)


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
    designated_type_names: list[str] | None = optional(_DESIGNATED)

    def fields(self) -> BoxFields:
        """The fields as the domain takes them."""
        return facts_in(self, BoxFields, settable)


@strawberry.input(description="A box to delete, with its locations. None of them may hold stock.")
class DeleteBoxInput:
    """What deleteBox takes."""

    number: int = strawberry.field(description="The number of the box.")
    expected_version: int | None = expected_version_field()
