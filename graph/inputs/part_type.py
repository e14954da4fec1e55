"""Inputs of the mutations of part types."""

from uuid import UUID

import strawberry

from graph.inputs.optional import expected_version_field, idempotency_key_field


@strawberry.input(description="A new part type.")
class CreatePartTypeInput:
    """What createPartType takes."""

    name: str = strawberry.field(description="1 to 100 characters, unique ignoring case.")
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="A new name for a part type; its parts and boxes follow.")
class UpdatePartTypeInput:
    """What updatePartType takes."""

    name: str = strawberry.field(description="The name it has now, ignoring case.")
    new_name: str = strawberry.field(description="The new name, 1 to 100 characters, unique ignoring case.")
    expected_version: int | None = expected_version_field()


@strawberry.input(description="A part type to delete. No part and no box may name it.")
class DeletePartTypeInput:
    """What deletePartType takes."""

    name: str = strawberry.field(description="The name of the part type, ignoring case.")
