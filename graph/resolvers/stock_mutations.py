"""Mutations of stock: what each takes, what it answers, and how it is carried out.

Longer than other files because all changes of a noun stand on one page.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

import strawberry

from domain.entities.ids import OperationId, PartKey
from domain.entities.location import LocationReference
from domain.entities.operation import RequestedChange
from domain.rules.stock_input import MAX_CHANGES, MAX_TARGETS
from domain.services.stock import StockService
from graph.dataloaders import Loaders
from graph.execution.list_bounds import takes
from graph.mutation_fields import idempotency_key_field, named, optional, replayed_field
from graph.mutations import Call, mutation
from graph.prices import expected
from graph.relations import one
from graph.resolvers.results import numbered, operation_after, reversal_after, stock_after
from graph.types.errors import (
    ConflictError,
    IdempotencyKeyReusedError,
    InsufficientStockError,
    NotFoundError,
    NotReversibleError,
    PartRetiredError,
    QuantityLimitError,
    ValidationError,
)
from graph.types.operation import StockOperation
from graph.types.part import Part
from persistence.readers.operation import OperationView
from persistence.readers.part_view import PartView

_REASON = "Why, up to 500 characters in one line."
_QUANTITY = "Pieces, 1 to 1,000,000,000."


def _part_of_key() -> Any:
    """A part with a history is never deleted, so it is there."""
    return one(Loaders.part_by_key, key=attrgetter("part_key"), description="The part as it is now.")


def _parts(description: str) -> Any:
    return strawberry.field(graphql_type=list[Part], description=description, metadata=expected(50))


def _operation() -> Any:
    return strawberry.field(graphql_type=StockOperation, description="The operation that was recorded.")


@strawberry.input(description="Pieces that come in.")
class ReceiveStockInput:
    """What receiveStock takes."""

    part_key: PartKey = strawberry.field(description="The part that comes in.")
    location: LocationReference = strawberry.field(description="Where it is put.")
    quantity: int = strawberry.field(description=_QUANTITY)
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The pieces were put in.")
class ReceiveStockSuccess:
    """The answer of receiveStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@mutation(
    StockService.receive,
    ValidationError,
    NotFoundError,
    PartRetiredError,
    QuantityLimitError,
    IdempotencyKeyReusedError,
)
async def receive_stock(call: Call, input: ReceiveStockInput) -> ReceiveStockSuccess:
    """Put pieces of a part into a location."""
    outcome = await call.services.stock.receive(
        call.repeatable(input), input.part_key, input.location, input.quantity, named(input.reason)
    )
    operation = await operation_after(call, outcome)
    return ReceiveStockSuccess(part_key=input.part_key, operation=operation, replayed=outcome.replayed)


@strawberry.input(description="Pieces that are taken out.")
class UseStockInput:
    """What useStock takes."""

    part_key: PartKey = strawberry.field(description="The part that is used.")
    location: LocationReference = strawberry.field(description="Where it is taken from.")
    quantity: int = strawberry.field(description="Pieces, 1 to 1,000,000,000, and never more than are there.")
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The pieces were taken out.")
class UseStockSuccess:
    """The answer of useStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@mutation(
    StockService.use,
    ValidationError,
    NotFoundError,
    PartRetiredError,
    InsufficientStockError,
    IdempotencyKeyReusedError,
)
async def use_stock(call: Call, input: UseStockInput) -> UseStockSuccess:
    """Take pieces of a part out of a location."""
    outcome = await call.services.stock.use(
        call.repeatable(input), input.part_key, input.location, input.quantity, named(input.reason)
    )
    operation = await operation_after(call, outcome)
    return UseStockSuccess(part_key=input.part_key, operation=operation, replayed=outcome.replayed)


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
    targets: list[MoveTargetInput] = strawberry.field(
        description=f"Where they go: 1 to {MAX_TARGETS} distinct places.", metadata=takes(MAX_TARGETS)
    )
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The pieces were moved.")
class MoveStockSuccess:
    """The answer of moveStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@mutation(
    StockService.move,
    ValidationError,
    NotFoundError,
    PartRetiredError,
    InsufficientStockError,
    QuantityLimitError,
    IdempotencyKeyReusedError,
)
async def move_stock(call: Call, input: MoveStockInput) -> MoveStockSuccess:
    """Carry pieces of a part from one location to others; the total stays as it is."""
    targets = [(target.location, target.quantity) for target in input.targets]
    outcome = await call.services.stock.move(
        call.repeatable(input), input.part_key, input.source, targets, named(input.reason)
    )
    operation = await operation_after(call, outcome)
    return MoveStockSuccess(part_key=input.part_key, operation=operation, replayed=outcome.replayed)


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


@strawberry.type(description="The count was recorded; what differed was corrected.")
class CountStockSuccess:
    """The answer of countStock."""

    part_key: strawberry.Private[PartKey]
    part: Part = _part_of_key()
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@mutation(
    StockService.count,
    ValidationError,
    NotFoundError,
    PartRetiredError,
    ConflictError,
    QuantityLimitError,
    IdempotencyKeyReusedError,
)
async def count_stock(call: Call, input: CountStockInput) -> CountStockSuccess:
    """Record what the shelf says. A count without difference is recorded too."""
    outcome = await call.services.stock.count(
        call.repeatable(input),
        input.part_key,
        input.location,
        input.counted,
        named(input.expected_quantity),
        named(input.reason),
    )
    operation = await operation_after(call, outcome)
    return CountStockSuccess(part_key=input.part_key, operation=operation, replayed=outcome.replayed)


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
    changes: list[BookChangeInput] = strawberry.field(
        description=f"1 to {MAX_CHANGES} changes, each of another part or place.", metadata=takes(MAX_CHANGES)
    )
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="All the changes were made.")
class BookStockSuccess:
    """The answer of bookStock."""

    parts: Sequence[PartView] = _parts("The parts as they are now, each once, in the order in which they were named.")
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@mutation(
    StockService.book,
    ValidationError,
    NotFoundError,
    PartRetiredError,
    InsufficientStockError,
    QuantityLimitError,
    IdempotencyKeyReusedError,
)
async def book_stock(call: Call, input: BookStockInput) -> BookStockSuccess:
    """Change many parts and locations for one reason, all or nothing."""
    changes = [_requested(change, index) for index, change in enumerate(input.changes)]
    outcome = await call.services.stock.book(call.repeatable(input), changes, named(input.reason))
    operation, parts = await stock_after(call, outcome, [change.part_key for change in changes])
    return BookStockSuccess(parts=parts, operation=operation, replayed=outcome.replayed)


@strawberry.input(description="An operation to undo, once, if the stock is still there.")
class ReverseOperationInput:
    """What reverseOperation takes."""

    operation_id: strawberry.ID = strawberry.field(description="The id of the operation.")
    reason: str | None = optional(_REASON)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The operation was undone by a new one.")
class ReverseOperationSuccess:
    """The answer of reverseOperation."""

    parts: Sequence[PartView] = _parts("The parts as they are now, each once, by key.")
    operation: OperationView = _operation()
    replayed: bool = replayed_field()


@mutation(
    StockService.reverse,
    ValidationError,
    NotFoundError,
    PartRetiredError,
    InsufficientStockError,
    QuantityLimitError,
    NotReversibleError,
    IdempotencyKeyReusedError,
)
async def reverse_operation(call: Call, input: ReverseOperationInput) -> ReverseOperationSuccess:
    """Undo an operation by its opposite, once, if the stock is still there."""
    with numbered(Loaders.operation_by_id, OperationId, input.operation_id, "operation_id") as operation_id:
        outcome = await call.services.stock.reverse(call.repeatable(input), operation_id, named(input.reason))
    operation, parts = await reversal_after(call, outcome)
    return ReverseOperationSuccess(parts=parts, operation=operation, replayed=outcome.replayed)


def _requested(change: BookChangeInput, index: int) -> RequestedChange:
    line = ("changes", str(index))
    return RequestedChange(
        change.part_key, change.location, change.delta, part_path=(*line, "partKey"), location_path=(*line, "location")
    )
