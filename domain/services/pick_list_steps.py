"""What the use cases of pick lists share: the locks of lists with their lines, and moving the pieces of lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.entities.edit import EditedKind
from domain.entities.ids import OperationId, PartKey, PickLineId, PickListId, ProjectId
from domain.entities.location import LocationReference
from domain.entities.operation import OperationKind, OperationSource, SourceKind
from domain.entities.pick_list import Pick, PickFacts, PickLine, PickList
from domain.entities.project import Project
from domain.entities.stock import LockedPart
from domain.errors import Issue, NotFoundError, ValidationError
from domain.ports.unit_of_work import RepeatWork, UnitOfWork
from domain.rules import ledger, pick_lines

Move = tuple[PickLine, LocationReference, int, tuple[str, ...]]
"""So many pieces of a line more (or less) at a place; the path names the input they come from."""


@dataclass(frozen=True, slots=True)
class LockedLines:
    """A list with the lines somebody asked for, their parts, and its project where that was wanted, as they are until
    the end of the transaction."""

    pick_list: PickList
    lines: Sequence[PickLine]
    parts: Mapping[PartKey, LockedPart]
    project: Project | None = None

    @property
    def by_id(self) -> dict[PickLineId, PickLine]:
        """The lines by id."""
        return {line.id: line for line in self.lines}


@dataclass(frozen=True, slots=True)
class PickOutcome:
    """The list, and the operation that moved its pieces; None when no piece moved."""

    pick_list_id: PickListId
    operation_id: OperationId | None
    replayed: bool = False


async def lock_lines(uow: UnitOfWork, picks: Sequence[Pick]) -> LockedLines:
    """Lock what picking these lines touches. Raises NotFoundError (line), ValidationError when they are of two
    lists."""
    found = await uow.pick_lists.lines_by_id([pick.line_id for pick in picks])
    for pick in picks:
        if pick.line_id not in found:
            raise NotFoundError("pick line", str(pick.line_id), (*pick.path, "line_id"))
    first = found[picks[0].line_id].pick_list_id
    strangers = [pick for pick in picks if found[pick.line_id].pick_list_id != first]
    if strangers:
        raise ValidationError([Issue((*pick.path, "line_id"), "is of another list") for pick in strangers])
    lines = [found[pick.line_id] for pick in picks]
    parts = await _lock_shelf(uow, lines, {pick.line_id: pick.location for pick in picks})
    pick_list = await _lock_list(uow, first)
    after = await uow.pick_lists.lines_by_id([pick.line_id for pick in picks])
    _refuse_other_places(lines, list(after.values()))
    return LockedLines(pick_list, [after[pick.line_id] for pick in picks], parts)


async def lock_list(
    uow: UnitOfWork,
    pick_list_id: PickListId,
    places: Mapping[PickLineId, LocationReference | None],
    *,
    with_project: bool = False,
) -> LockedLines:
    """Lock a list with all its lines, the places they lead to and those that are named, and its project if wanted.

    Raises NotFoundError (list).
    """
    found = await uow.pick_lists.find(pick_list_id)
    if found is None:
        raise NotFoundError("pick list", str(pick_list_id), ("pick_list_id",))
    lines = await uow.pick_lists.lines(pick_list_id)
    parts = await _lock_shelf(uow, lines, places)
    project = await uow.projects.lock(found.project_id) if with_project else None
    pick_list = await _lock_list(uow, pick_list_id)
    after = await uow.pick_lists.lines(pick_list_id)
    _refuse_other_places(lines, after)
    return LockedLines(pick_list, after, parts, project)


async def move_stock(uow: UnitOfWork, locked: LockedLines, moves: Sequence[Move]) -> OperationId | None:
    """Record these moves as one PICK of the list; None when there are none.

    Raises PartRetiredError, InsufficientStockError, QuantityLimitError; ValidationError when pieces are to be put to a
    place that is gone.
    """
    if not moves:
        return None
    uow.announce_operation(OperationKind.PICK)
    changes = pick_lines.changes(moves)
    ledger.refuse_unknown_parts(changes, locked.parts)
    facts = await uow.stock.read([(locked.parts[change.part_key].id, change.location) for change in changes])
    gone = [
        Issue((*path, "location"), f"{place} is gone: name another location for {line.part_key}")
        for line, place, delta, path in moves
        if delta > 0 and place not in facts.locations
    ]
    if gone:
        raise ValidationError(gone)
    lines = ledger.applied(changes, locked.parts, facts)
    source = OperationSource(SourceKind.PICK_LIST, locked.pick_list.id, locked.pick_list.project_id)
    recorded = await uow.operations.append(OperationKind.PICK, None, lines, facts, source=source)
    return recorded.id


async def _lock_shelf(
    uow: UnitOfWork, lines: Sequence[PickLine], places: Mapping[PickLineId, LocationReference | None]
) -> Mapping[PartKey, LockedPart]:
    named = {place.box_number for place in places.values() if place is not None}
    return await uow.stock.lock({line.place.box_number for line in lines} | named, {line.part_key for line in lines})


async def _lock_list(uow: UnitOfWork, pick_list_id: PickListId) -> PickList:
    pick_list = await uow.pick_lists.lock(pick_list_id)
    if pick_list is None:
        raise RepeatWork
    return pick_list


def _refuse_other_places(before: Sequence[PickLine], after: Sequence[PickLine]) -> None:
    """Raises RepeatWork when parts or boxes were locked that the lines no longer name."""
    known = {line.id: (line.part_id, line.place.box_number) for line in before}
    if known != {line.id: (line.part_id, line.place.box_number) for line in after}:
        raise RepeatWork


async def facts_of(uow: UnitOfWork, project_id: ProjectId) -> PickFacts:
    """What planning a list needs to know. Raises NotFoundError (project)."""
    facts = await uow.pick_lists.facts(project_id)
    if facts is None:
        raise NotFoundError("project", str(project_id), ("project_id",))
    return facts


def refuse_issues(issues: Sequence[Issue]) -> None:
    """Raises ValidationError when there are any."""
    if issues:
        raise ValidationError(issues)


def moves_of(locked: LockedLines, picks: Sequence[Pick], sign: int = 1) -> list[Move]:
    """The picks as pieces that come (or, with sign -1, go) at their places."""
    lines = locked.by_id
    return [
        (lines[pick.line_id], pick_lines.place_of(lines[pick.line_id], pick), sign * pick.quantity, pick.path)
        for pick in picks
    ]


async def earlier_outcome(uow: UnitOfWork, result: int) -> PickOutcome:
    """What an identical request did: the operation that was kept, or the list when no piece moved; see `outcome_of`."""
    if result < 0:
        return PickOutcome(PickListId(-result), None, replayed=True)
    operation_id = OperationId(result)
    return PickOutcome(await uow.pick_lists.of_operation(operation_id), operation_id, replayed=True)


async def outcome_of(uow: UnitOfWork, pick_list_id: PickListId, operation_id: OperationId | None) -> PickOutcome:
    """The operation was kept as the result by the statement that wrote it; without one the list is, as a negative
    number."""
    if operation_id is None:
        await uow.idempotency.keep_result(EditedKind.PICK_LIST, -pick_list_id)
    return PickOutcome(pick_list_id, operation_id)
