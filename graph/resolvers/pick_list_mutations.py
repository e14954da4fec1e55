"""Mutations of pick lists."""

from contextlib import AbstractContextManager

from domain.entities.ids import PickListId
from domain.entities.pick_list import Pick
from domain.services.pick_list_endings import PickListEndingService
from domain.services.pick_list_steps import PickOutcome
from domain.services.pick_lists import PickListService
from graph.dataloaders import Loaders
from graph.inputs.optional import named
from graph.inputs.pick_list import (
    CancelPickListInput,
    CompletePickListInput,
    CreatePickListInput,
    PickLineInput,
    PickLinesInput,
    ReopenPickListInput,
    UndoPickInput,
    line_number,
)
from graph.mutations import Call, mutation
from graph.resolvers.project_mutations import numbered_project
from graph.resolvers.results import after, numbered
from graph.types.errors import (
    ConflictError,
    IdempotencyKeyReusedError,
    InsufficientStockError,
    InUseError,
    NotFoundError,
    PartRetiredError,
    PickListStateError,
    QuantityLimitError,
    ShortageError,
    ValidationError,
)
from graph.types.pick_list_payloads import (
    CancelPickListSuccess,
    CompletePickListSuccess,
    CreatePickListSuccess,
    PickLinesSuccess,
    PickLineSuccess,
    ReopenPickListSuccess,
    UndoPickSuccess,
)
from persistence.readers.operation import OperationView
from persistence.readers.pick_list import PickListView

_OF_AN_END = (
    ValidationError,
    NotFoundError,
    ConflictError,
    PickListStateError,
    QuantityLimitError,
    PartRetiredError,
    IdempotencyKeyReusedError,
)
"""How the end of a list that puts pieces back may be refused."""


@mutation(PickListService.create, ValidationError, NotFoundError, ShortageError, InUseError, IdempotencyKeyReusedError)
async def create_pick_list(call: Call, input: CreatePickListInput) -> CreatePickListSuccess:
    """Make a pick list for so many units of an active project; its pieces are promised to it."""
    with numbered_project(input.project_id) as project_id:
        created = await call.services.pick_lists.create(call.repeatable(input), project_id, input.wish())
    pick_list = await after(call, Loaders.pick_list_by_id, created.id, "pick_list_id")
    return CreatePickListSuccess(pick_list=pick_list, replayed=created.replayed)


@mutation(
    PickListService.pick,
    ValidationError,
    NotFoundError,
    PickListStateError,
    InsufficientStockError,
    PartRetiredError,
    IdempotencyKeyReusedError,
)
async def pick_line(call: Call, input: PickLineInput) -> PickLineSuccess:
    """Take pieces for a line. With fewer than are open the line stays open, unless it is closed."""
    outcome = await call.services.pick_lists.pick(call.repeatable(input), [input.pick()])
    pick_list, operation = await _after(call, outcome)
    return PickLineSuccess(pick_list=pick_list, operation=operation, replayed=outcome.replayed)


@mutation(
    PickListService.pick,
    ValidationError,
    NotFoundError,
    PickListStateError,
    InsufficientStockError,
    PartRetiredError,
    IdempotencyKeyReusedError,
)
async def pick_lines(call: Call, input: PickLinesInput) -> PickLinesSuccess:
    """Take pieces for several lines of one list as one operation, all or nothing; faults are told by line."""
    picks = [each.pick(("lines", str(index))) for index, each in enumerate(input.lines)]
    outcome = await call.services.pick_lists.pick(call.repeatable(input), picks)
    pick_list, operation = await _after(call, outcome)
    return PickLinesSuccess(pick_list=pick_list, operation=operation, replayed=outcome.replayed)


@mutation(
    PickListService.undo,
    ValidationError,
    NotFoundError,
    PickListStateError,
    QuantityLimitError,
    PartRetiredError,
    IdempotencyKeyReusedError,
)
async def undo_pick(call: Call, input: UndoPickInput) -> UndoPickSuccess:
    """Give picked pieces back; exactly these are open again."""
    pick = Pick(line_number(input.line_id, ()), input.quantity, named(input.location))
    outcome = await call.services.pick_lists.undo(call.repeatable(input), pick)
    pick_list, operation = await _after(call, outcome)
    return UndoPickSuccess(pick_list=pick_list, operation=operation, replayed=outcome.replayed)


@mutation(PickListEndingService.complete, *_OF_AN_END)
async def complete_pick_list(call: Call, input: CompletePickListInput) -> CompletePickListSuccess:
    """End a list whose pieces were built in. Open lines are released, picked pieces are used up unless returned."""
    returned = []
    for index, each in enumerate(named(input.returned) or ()):
        path = ("returned", str(index))
        returned.append(Pick(line_number(each.line_id, path), each.quantity, named(each.location), path=path))
    with _numbered_list(input.pick_list_id) as pick_list_id:
        outcome = await call.services.pick_list_endings.complete(
            call.repeatable(input),
            pick_list_id,
            named(input.built_units),
            returned,
            named(input.expected_version),
        )
    pick_list, operation = await _after(call, outcome)
    return CompletePickListSuccess(pick_list=pick_list, operation=operation, replayed=outcome.replayed)


@mutation(
    PickListEndingService.reopen,
    NotFoundError,
    ConflictError,
    PickListStateError,
    ShortageError,
    InUseError,
    PartRetiredError,
    IdempotencyKeyReusedError,
)
async def reopen_pick_list(call: Call, input: ReopenPickListInput) -> ReopenPickListSuccess:
    """Undo a completion: its units are not built, what was released or returned is promised again."""
    with _numbered_list(input.pick_list_id) as pick_list_id:
        outcome = await call.services.pick_list_endings.reopen(
            call.repeatable(input), pick_list_id, named(input.expected_version)
        )
    pick_list, operation = await _after(call, outcome)
    return ReopenPickListSuccess(pick_list=pick_list, operation=operation, replayed=outcome.replayed)


@mutation(PickListEndingService.cancel, *_OF_AN_END)
async def cancel_pick_list(call: Call, input: CancelPickListInput) -> CancelPickListSuccess:
    """Give a list up: what was picked goes back, nothing is promised any more."""
    return_to = []
    for index, each in enumerate(named(input.return_to) or ()):
        path = ("returnTo", str(index))
        return_to.append(Pick(line_number(each.line_id, path), 0, each.location, path=path))
    with _numbered_list(input.pick_list_id) as pick_list_id:
        outcome = await call.services.pick_list_endings.cancel(
            call.repeatable(input), pick_list_id, return_to, named(input.expected_version)
        )
    pick_list, operation = await _after(call, outcome)
    return CancelPickListSuccess(pick_list=pick_list, operation=operation, replayed=outcome.replayed)


async def _after(call: Call, outcome: PickOutcome) -> tuple[PickListView, OperationView | None]:
    """The list and the operation as they are after the commit."""
    pick_list = await after(call, Loaders.pick_list_by_id, outcome.pick_list_id, "pick_list_id")
    operation = None
    if outcome.operation_id is not None:
        operation = await call.context.loaders.operation_by_id.load(outcome.operation_id)
    return pick_list, operation


def _numbered_list(id: str) -> AbstractContextManager[PickListId]:
    return numbered(Loaders.pick_list_by_id, PickListId, id, "pick_list_id")
