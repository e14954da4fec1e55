"""Mutations of stock: each records one operation in the history."""

from domain.entities.ids import OperationId
from domain.entities.operation import RequestedChange
from domain.services.stock import StockService
from graph.dataloaders import Loaders
from graph.inputs.optional import named
from graph.inputs.stock import (
    BookChangeInput,
    BookStockInput,
    CountStockInput,
    MoveStockInput,
    ReceiveStockInput,
    ReverseOperationInput,
    UseStockInput,
)
from graph.mutations import Call, mutation
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
from graph.types.payloads import (
    BookStockSuccess,
    CountStockSuccess,
    MoveStockSuccess,
    ReceiveStockSuccess,
    ReverseOperationSuccess,
    UseStockSuccess,
)


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
