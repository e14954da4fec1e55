"""Mutations of pick lists: what each takes, what it answers, and how it is carried out.

Longer than other files because all changes of a noun stand on one page.
"""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import strawberry

import domain.errors as refusals
from domain.entities.ids import PartKey, PickLineId, PickListId
from domain.entities.location import LocationReference
from domain.entities.pick_list import Pick, PickWish
from domain.entities.pick_list import WhenShort as Policy
from domain.rules.pick_lines import MAX_PICKS
from domain.rules.project_details import MAX_REQUIREMENTS
from domain.services.pick_list_endings import PickListEndingService
from domain.services.pick_list_steps import PickOutcome
from domain.services.pick_lists import PickListService
from graph.dataloaders import Loaders
from graph.execution.list_bounds import takes
from graph.global_ids import parse_global_id_of
from graph.mutation_fields import expected_version_field, idempotency_key_field, named, optional
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
from graph.types.operation import StockOperation
from graph.types.pick_list import PickList, WhenShort
from persistence.readers.operation import OperationView
from persistence.readers.pick_list import PickListView

_LINE = "The id of a PickLine."
_BACK_TO = "Where the pieces are put when not at the line's place; required when that is gone."
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


def _pick_list(description: str = "The list as it is now.") -> Any:
    return strawberry.field(graphql_type=PickList, description=description)


def _operation() -> Any:
    return strawberry.field(
        graphql_type=StockOperation | None, description="The operation that was recorded; null when no piece moved."
    )


def _replayed() -> Any:
    return strawberry.field(
        description="True when an earlier request with this idempotency key did it; the fields are those of today."
    )


@strawberry.input(description="What to do about one part when it is short.")
class WhenShortByPartInput:
    """One entry of `whenShortByPart`."""

    part_key: PartKey = strawberry.field(description="A part that the project requires.")
    when_short: WhenShort = strawberry.field(description="What becomes of it when it is short.")


@strawberry.input(description="The pick list that is wanted.")
class PickWishInput:
    """What previewPickList takes, and createPickList besides its key."""

    project_id: strawberry.ID = strawberry.field(description="The id of an active project.")
    units: int = strawberry.field(description="Units to pick for, 1 to 1,000,000.")
    when_short: WhenShort = strawberry.field(
        default=WhenShort.REJECT, description="What becomes of a part that is short."
    )
    when_short_by_part: list[WhenShortByPartInput] | None = optional(
        "For these parts something else, each part once.", metadata=takes(MAX_REQUIREMENTS)
    )
    substitutes_allowed: bool = strawberry.field(
        default=False, description="Whether substitutes may stand in for what is missing, in their order."
    )

    def wish(self) -> PickWish:
        """What the domain knows. Raises ValidationError when a part is named twice."""
        by_part: dict[PartKey, Policy] = {}
        issues = []
        for index, each in enumerate(named(self.when_short_by_part) or ()):
            if each.part_key in by_part:
                issues.append(refusals.Issue(("whenShortByPart", str(index), "partKey"), "is named twice"))
            by_part[each.part_key] = Policy(each.when_short.name)
        if issues:
            raise refusals.ValidationError(issues)
        return PickWish(self.units, Policy(self.when_short.name), by_part, self.substitutes_allowed)


@strawberry.input(description="A pick list to make; its pieces are promised to the project.")
class CreatePickListInput(PickWishInput):
    """What createPickList takes."""

    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The pick list was made; its pieces are promised to the project.")
class CreatePickListSuccess:
    """The answer of createPickList."""

    pick_list: PickListView = _pick_list("The new list.")
    replayed: bool = _replayed()


@mutation(PickListService.create, ValidationError, NotFoundError, ShortageError, InUseError, IdempotencyKeyReusedError)
async def create_pick_list(call: Call, input: CreatePickListInput) -> CreatePickListSuccess:
    """Make a pick list for so many units of an active project; its pieces are promised to it."""
    with numbered_project(input.project_id) as project_id:
        created = await call.services.pick_lists.create(call.repeatable(input), project_id, input.wish())
    pick_list = await after(call, Loaders.pick_list_by_id, created.id, "pick_list_id")
    return CreatePickListSuccess(pick_list=pick_list, replayed=created.replayed)


@strawberry.input(description="Pieces taken for a line.")
class PickInput:
    """One line of pickLines."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    quantity: int = strawberry.field(
        description="Pieces taken, 1 to those that are open; 0 too when the line is closed."
    )
    location: LocationReference | None = optional(
        "Where they were taken when not at the line's place; required when that is gone or holds too few."
    )
    close: bool = strawberry.field(
        default=False, description="Whether to close the line: what stays open of it is promised no longer."
    )

    def pick(self, path: tuple[str, ...] = ()) -> Pick:
        """What the domain knows. Raises NotFoundError for an id of something else."""
        return Pick(line_number(self.line_id, path), self.quantity, named(self.location), self.close, path)


@strawberry.input(description="Pieces taken for one line.")
class PickLineInput(PickInput):
    """What pickLine takes."""

    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The pieces were taken.")
class PickLineSuccess:
    """The answer of pickLine."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


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


@strawberry.input(description="Pieces taken for several lines of one list, all or nothing.")
class PickLinesInput:
    """What pickLines takes."""

    lines: list[PickInput] = strawberry.field(
        description=f"1 to {MAX_PICKS} lines of one list, each once.", metadata=takes(MAX_PICKS)
    )
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The pieces of all the lines were taken.")
class PickLinesSuccess:
    """The answer of pickLines."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


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


@strawberry.input(description="Picked pieces that are given back; exactly these are open again.")
class UndoPickInput:
    """What undoPick takes."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    quantity: int = strawberry.field(description="Pieces given back, 1 to those that are picked.")
    location: LocationReference | None = optional(_BACK_TO)
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The pieces were given back and are open again.")
class UndoPickSuccess:
    """The answer of undoPick."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


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


@strawberry.input(description="Picked pieces that are not built in but put back when the list is completed.")
class ReturnInput:
    """One entry of `returned`."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    quantity: int = strawberry.field(description="Pieces put back, 1 to those that are picked.")
    location: LocationReference | None = optional(_BACK_TO)


@strawberry.input(description="A pick list whose pieces were built in.")
class CompletePickListInput:
    """What completePickList takes."""

    pick_list_id: strawberry.ID = strawberry.field(description="The id of an open PickList.")
    built_units: int | None = optional(
        "Units really built, 0 to those of the list; required when a line is short, a part was left out, or pieces are "
        "put back."
    )
    returned: list[ReturnInput] | None = optional(
        f"Picked pieces that are put back, each line once, up to {MAX_PICKS}.", metadata=takes(MAX_PICKS)
    )
    expected_version: int | None = expected_version_field()
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The list is completed; its units are built.")
class CompletePickListSuccess:
    """The answer of completePickList."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


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


@strawberry.input(description="A completed pick list to open again.")
class ReopenPickListInput:
    """What reopenPickList takes."""

    pick_list_id: strawberry.ID = strawberry.field(description="The id of a completed PickList.")
    expected_version: int | None = expected_version_field()
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The list is open again; its units are not built.")
class ReopenPickListSuccess:
    """The answer of reopenPickList."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


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


@strawberry.input(description="Another place for what was picked for a line.")
class ReturnPlaceInput:
    """One entry of `returnTo`."""

    line_id: strawberry.ID = strawberry.field(description=_LINE)
    location: LocationReference = strawberry.field(description="Where its pieces are put.")


@strawberry.input(description="A pick list to give up.")
class CancelPickListInput:
    """What cancelPickList takes."""

    pick_list_id: strawberry.ID = strawberry.field(description="The id of an open PickList.")
    return_to: list[ReturnPlaceInput] | None = optional(
        "Where the pieces of these lines are put when not at the line's place; required when that is gone.",
        metadata=takes(MAX_PICKS),
    )
    expected_version: int | None = expected_version_field()
    idempotency_key: UUID | None = idempotency_key_field()


@strawberry.type(description="The list is given up; what was picked is back on the shelf.")
class CancelPickListSuccess:
    """The answer of cancelPickList."""

    pick_list: PickListView = _pick_list()
    operation: OperationView | None = _operation()
    replayed: bool = _replayed()


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


def line_number(id: str, path: tuple[str, ...]) -> PickLineId:
    """The number of a line. Raises NotFoundError for an id of something else."""
    number = parse_global_id_of("PickLine", id)
    if number is None:
        raise refusals.NotFoundError("pick line", id, (*path, "lineId"))
    return PickLineId(number)


async def _after(call: Call, outcome: PickOutcome) -> tuple[PickListView, OperationView | None]:
    """The list and the operation as they are after the commit."""
    pick_list = await after(call, Loaders.pick_list_by_id, outcome.pick_list_id, "pick_list_id")
    operation = None
    if outcome.operation_id is not None:
        operation = await call.context.loaders.operation_by_id.load(outcome.operation_id)
    return pick_list, operation


def _numbered_list(id: str) -> AbstractContextManager[PickListId]:
    return numbered(Loaders.pick_list_by_id, PickListId, id, "pick_list_id")
