"""Inputs of the mutations of stock."""

from uuid import UUID

import strawberry

from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from graph.inputs.optional import idempotency_key_field, optional

_REASON = "Why, up to 500 characters."
_QUANTITY = "Pieces, 1 to 1,000,000,000."


@strawberry.input(description="Pieces that come in.")
class ReceiveStockInput:
    """What receiveStock takes."""

    part_key: PartKey = strawberry.field(description="The part that comes in.")
    location: LocationReference = strawberry.field(description="Where it is put.")
    quantity: int = strawberry.field(description=_QUANTITY)
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="Pieces that are taken out.")
class UseStockInput:
    """What useStock takes."""

    part_key: PartKey = strawberry.field(description="The part that is used.")
    location: LocationReference = strawberry.field(description="Where it is taken from.")
    quantity: int = strawberry.field(description="Pieces, 1 to 1,000,000,000, and never more than are there.")
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="A place that pieces are carried to.")
class MoveTargetInput:
    """One target of moveStock."""

    location: LocationReference = strawberry.field(description="Where the pieces are put; not the source.")
    quantity: int = strawberry.field(description=_QUANTITY)


@strawberry.input(description="Pieces that are carried from one place to others; the total stays as it is.")
class MoveStockInput:
    """What moveStock takes."""

    part_key: PartKey = strawberry.field(description="The part that is moved.")
    source: LocationReference = strawberry.field(description="Where the pieces are taken from.")
    targets: list[MoveTargetInput] = strawberry.field(description="Where they go: 1 to 100 distinct places.")
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="What the shelf says.")
class CountStockInput:
    """What countStock takes."""

    part_key: PartKey = strawberry.field(description="The part that was counted.")
    location: LocationReference = strawberry.field(description="Where it was counted.")
    counted: int = strawberry.field(description="Pieces that are there, 0 to 1,000,000,000.")
    expected_quantity: int | None = optional(
        "Pieces that were recorded there when counting began; when another quantity is recorded now, nothing is "
        "changed (ConflictError), so a stale count erases nothing."
    )
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="More or fewer pieces of one part at one place.")
class BookChangeInput:
    """One line of bookStock."""

    part_key: PartKey = strawberry.field(description="The part that changes.")
    location: LocationReference = strawberry.field(description="The place that changes.")
    delta: int = strawberry.field(
        description="Pieces more (positive) or fewer (negative), not 0, at most 1,000,000,000 either way."
    )


@strawberry.input(description="Changes to many parts and places for one reason, all or nothing.")
class BookStockInput:
    """What bookStock takes."""

    reason: str | None = optional(_REASON)
    changes: list[BookChangeInput] = strawberry.field(description="1 to 200 changes, each of another part or place.")
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.input(description="An operation to undo, once, if the stock is still there.")
class ReverseOperationInput:
    """What reverseOperation takes."""

    operation_id: strawberry.ID = strawberry.field(description="The id of the operation.")
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()
