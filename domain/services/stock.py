"""Use cases of stock: receive, use, move, count, book, reverse.

Each takes its locks in the order of the house (idempotency key, boxes by number, parts by id), reads the facts after
the last lock, lets the ledger's rule decide, and appends one operation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.ids import OperationId, PartKey
from domain.entities.location import LocationReference
from domain.entities.operation import Operation, OperationKind, RecordedOperation, RequestedChange
from domain.entities.stock import LockedPart, StockFacts
from domain.errors import ConflictError, InsufficientStockError, NotReversibleError, NotReversibleReason
from domain.ports.unit_of_work import RepeatWork, UnitOfWork, UnitsOfWork
from domain.rules import ledger, stock_input
from domain.services.use_case import first_time, idempotent_use_case


@dataclass(frozen=True, slots=True)
class StockOutcome:
    """The operation that was recorded, or the id of the one that an earlier, identical request had recorded."""

    operation_id: OperationId
    recorded: RecordedOperation | None = None

    @property
    def replayed(self) -> bool:
        """Whether an earlier request had recorded it."""
        return self.recorded is None


async def _earlier(_uow: UnitOfWork, result: int) -> StockOutcome:
    return StockOutcome(OperationId(result))


@dataclass(frozen=True, slots=True)
class StockService:
    """What people do on the shelf. Every method returns the operation it recorded.

    All raise ValidationError, NotFoundError (part, location), IdempotencyKeyReusedError; what changes stock raises
    PartRetiredError, InsufficientStockError where it takes away, QuantityLimitError where it adds.
    """

    units_of_work: UnitsOfWork

    @idempotent_use_case(Role.EDITOR, replay=_earlier)
    async def receive(
        self,
        uow: UnitOfWork,
        part_key: PartKey,
        location: LocationReference,
        quantity: int,
        reason: str | None = None,
    ) -> StockOutcome:
        """Put pieces in: 1..1,000,000,000."""
        uow.announce_operation(OperationKind.RECEIVE)
        text = stock_input.checked_reason(reason, stock_input.quantity_issues(quantity, ("quantity",)))
        changes = [RequestedChange(part_key, location, quantity)]
        return await _record(uow, OperationKind.RECEIVE, text, changes)

    @idempotent_use_case(Role.EDITOR, replay=_earlier)
    async def use(
        self,
        uow: UnitOfWork,
        part_key: PartKey,
        location: LocationReference,
        quantity: int,
        reason: str | None = None,
    ) -> StockOutcome:
        """Take pieces out: 1..1,000,000,000, and never more than are there."""
        uow.announce_operation(OperationKind.USE)
        text = stock_input.checked_reason(reason, stock_input.quantity_issues(quantity, ("quantity",)))
        changes = [RequestedChange(part_key, location, -quantity)]
        return await _record(uow, OperationKind.USE, text, changes)

    @idempotent_use_case(Role.EDITOR, replay=_earlier)
    async def move(
        self,
        uow: UnitOfWork,
        part_key: PartKey,
        source: LocationReference,
        targets: Sequence[tuple[LocationReference, int]],
        reason: str | None = None,
    ) -> StockOutcome:
        """Carry pieces from one place to 1..100 others; the total stays as it is."""
        uow.announce_operation(OperationKind.MOVE)
        text = stock_input.checked_reason(reason, stock_input.move_issues(source, targets))
        moved = sum(quantity for _, quantity in targets)
        changes = [RequestedChange(part_key, source, -moved, location_path=("source",))]
        changes += [
            RequestedChange(part_key, location, quantity, location_path=("targets", str(index), "location"))
            for index, (location, quantity) in enumerate(targets)
        ]
        return await _record(uow, OperationKind.MOVE, text, changes)

    @idempotent_use_case(Role.EDITOR, replay=_earlier)
    async def count(
        self,
        uow: UnitOfWork,
        part_key: PartKey,
        location: LocationReference,
        counted: int,
        expected_quantity: int | None = None,
        reason: str | None = None,
    ) -> StockOutcome:
        """Set what the shelf says: 0..1,000,000,000. A count without difference is recorded too.

        Raises ConflictError when another quantity than the expected one is there.
        """
        uow.announce_operation(OperationKind.COUNT)
        text = stock_input.checked_reason(reason, stock_input.quantity_issues(counted, ("counted",), least=0))
        await first_time(uow)
        wish = RequestedChange(part_key, location, 0)
        parts, facts = await _locked(uow, [wish])
        present = facts.quantities.get((parts[part_key].id, location), 0)
        if expected_quantity is not None and expected_quantity != present:
            message = f"{location} holds {present} of part {part_key}, not the expected {expected_quantity}."
            raise ConflictError(message, expected=expected_quantity, current=present, path=("expected_quantity",))
        changes = [RequestedChange(part_key, location, counted - present)]
        lines = ledger.applied(changes, parts, facts)
        recorded = await uow.operations.append(OperationKind.COUNT, text, lines, facts)
        return StockOutcome(recorded.id, recorded)

    @idempotent_use_case(Role.EDITOR, replay=_earlier)
    async def book(
        self,
        uow: UnitOfWork,
        changes: Sequence[RequestedChange],
        reason: str | None = None,
    ) -> StockOutcome:
        """Change 1..200 parts and places for one reason, all or nothing."""
        uow.announce_operation(OperationKind.BOOK)
        text = stock_input.checked_reason(reason, stock_input.book_issues(changes))
        return await _record(uow, OperationKind.BOOK, text, changes)

    @idempotent_use_case(Role.EDITOR, replay=_earlier)
    async def reverse(
        self,
        uow: UnitOfWork,
        operation_id: OperationId,
        reason: str | None = None,
    ) -> StockOutcome:
        """Undo an operation, once, if the stock is still there; else InsufficientStockError names what is missing.

        Raises NotReversibleError for a reversal, a pick, a count without difference, and what was reversed before.
        """
        uow.announce_operation(OperationKind.REVERSE)
        text = stock_input.checked_reason(reason)
        await first_time(uow)
        changes = ledger.reversal(_reversible(await uow.operations.get(operation_id)).changes)
        parts = await _take_locks(uow, changes)
        if ledger.reversal(_reversible(await uow.operations.get(operation_id)).changes) != changes:
            raise RepeatWork
        ledger.refuse_unknown_parts(changes, parts)
        facts = await uow.stock.read([(parts[change.part_key].id, change.location) for change in changes])
        missing = ledger.shortfalls(changes, parts, facts)
        if missing:
            raise InsufficientStockError(missing, ("operation_id",))
        lines = ledger.applied(changes, parts, facts)
        kind = OperationKind.REVERSE
        recorded = await uow.operations.append(kind, text, lines, facts, reverses=operation_id)
        return StockOutcome(recorded.id, recorded)


async def _record(
    uow: UnitOfWork,
    kind: OperationKind,
    reason: str | None,
    changes: Sequence[RequestedChange],
) -> StockOutcome:
    await first_time(uow)
    parts, facts = await _locked(uow, changes)
    lines = ledger.applied(changes, parts, facts)
    recorded = await uow.operations.append(kind, reason, lines, facts)
    return StockOutcome(recorded.id, recorded)


async def _locked(uow: UnitOfWork, changes: Sequence[RequestedChange]) -> tuple[dict[PartKey, LockedPart], StockFacts]:
    parts = await _take_locks(uow, changes)
    ledger.refuse_unknown_parts(changes, parts)
    facts = await uow.stock.read([(parts[change.part_key].id, change.location) for change in changes])
    ledger.refuse_unknown_locations(changes, facts)
    return parts, facts


async def _take_locks(uow: UnitOfWork, changes: Sequence[RequestedChange]) -> dict[PartKey, LockedPart]:
    boxes = {change.location.box_number for change in changes}
    return dict(await uow.stock.lock(boxes, {change.part_key for change in changes}))


def _reversible(operation: Operation) -> Operation:
    key = operation.id
    if operation.reversed_by is not None:
        raise NotReversibleError(NotReversibleReason.ALREADY_REVERSED, f"Operation {key} was reversed before.")
    if operation.kind is OperationKind.REVERSE:
        raise NotReversibleError(
            NotReversibleReason.IS_REVERSAL, "A reversal cannot be reversed; do the operation again."
        )
    if operation.kind is OperationKind.PICK:
        raise NotReversibleError(NotReversibleReason.IS_PICK, "A pick is not reversed; undo it on its pick list.")
    if not ledger.reversal(operation.changes):
        raise NotReversibleError(NotReversibleReason.NO_DIFFERENCE, "The operation changed nothing on the shelf.")
    return operation
