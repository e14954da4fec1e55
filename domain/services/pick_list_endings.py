"""Use cases at the end of a pick list: complete, reopen, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import PickListId, ProjectId
from domain.entities.pick_list import Pick, PickListState
from domain.errors import Issue, PartRetiredError
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules import pick_lines
from domain.rules.pick_lines import number_issues, refuse_unless
from domain.rules.project_details import refuse_archived
from domain.rules.versions import refuse_stale
from domain.services.pick_list_steps import (
    LockedLines,
    PickOutcome,
    earlier_outcome,
    lock_list,
    move_stock,
    moves_of,
    outcome_of,
    refuse_issues,
)
from domain.services.use_case import first_time, idempotent_use_case


@dataclass(frozen=True, slots=True)
class PickListEndingService:
    """How a list ends, and begins again. All raise NotFoundError, ConflictError when the list has another version than
    the expected one, and PickListStateError when it is in another state."""

    units_of_work: UnitsOfWork

    @idempotent_use_case(Role.EDITOR, replay=earlier_outcome)
    async def complete(
        self,
        uow: UnitOfWork,
        pick_list_id: PickListId,
        built_units: int | None = None,
        returned: Sequence[Pick] = (),
        expected_version: int | None = None,
    ) -> PickOutcome:
        """End a list whose pieces were built in: 0 to all of its units, which must be named when a line is short.

        What is open is released, what is `returned` goes back to the shelf, the rest counts as used. Raises
        QuantityLimitError, PartRetiredError, IdempotencyKeyReusedError.
        """
        refuse_issues(number_issues(returned, least=0))
        await first_time(uow)
        places = {pick.line_id: pick.location for pick in returned}
        locked = await lock_list(uow, pick_list_id, places, with_project=True)
        pick_list = locked.pick_list
        refuse_stale(pick_list.version, expected_version)
        refuse_unless(PickListState.OPEN, pick_list, ("pick_list_id",))
        _refuse_strangers(locked, returned)
        after = pick_lines.completed(locked.lines, returned)
        whole = pick_lines.is_whole(after, left_out=await uow.pick_lists.is_without(pick_list_id))
        built = pick_lines.built_units(pick_list.units, built_units, whole=whole)
        assert locked.project is not None
        pick_lines.refuse_too_many_built(locked.project.built_units + built)
        operation_id = await move_stock(uow, locked, moves_of(locked, returned))
        await uow.pick_lists.finish(pick_list, PickListState.COMPLETED, after, built)
        await _add_built(uow, pick_list.project_id, built)
        _record(uow, pick_list_id, (PickListState.OPEN, PickListState.COMPLETED), (None, built))
        return await outcome_of(uow, pick_list_id, operation_id)

    @idempotent_use_case(Role.EDITOR, replay=earlier_outcome)
    async def reopen(
        self,
        uow: UnitOfWork,
        pick_list_id: PickListId,
        expected_version: int | None = None,
    ) -> PickOutcome:
        """Undo a completion: the units are not built, and what was released or returned is promised again.

        Raises ShortageError when others hold these pieces by now, PartRetiredError, InUseError (the project is
        archived), IdempotencyKeyReusedError.
        """
        await first_time(uow)
        locked = await lock_list(uow, pick_list_id, {}, with_project=True)
        pick_list = locked.pick_list
        refuse_stale(pick_list.version, expected_version)
        refuse_unless(PickListState.COMPLETED, pick_list, ("pick_list_id",))
        assert locked.project is not None
        refuse_archived(locked.project.details.name, locked.project.status)
        after = pick_lines.reopened(locked.lines)
        bound = [line for line in after if line.open]
        retired = sorted({line.part_key for line in bound if locked.parts[line.part_key].is_retired})
        if retired:
            raise PartRetiredError(retired, ("pick_list_id",))
        pick_lines.refuse_promised_twice(bound, await uow.pick_lists.free_pieces({line.part_id for line in bound}))
        built = pick_list.built_units or 0
        await uow.pick_lists.finish(pick_list, PickListState.OPEN, after)
        await _add_built(uow, pick_list.project_id, -built)
        _record(uow, pick_list_id, (PickListState.COMPLETED, PickListState.OPEN), (built, None))
        return await outcome_of(uow, pick_list_id, None)

    @idempotent_use_case(Role.EDITOR, replay=earlier_outcome)
    async def cancel(
        self,
        uow: UnitOfWork,
        pick_list_id: PickListId,
        return_to: Sequence[Pick] = (),
        expected_version: int | None = None,
    ) -> PickOutcome:
        """Give a list up and put everything that was picked back, by line to another place where one is named.

        Raises QuantityLimitError, PartRetiredError, IdempotencyKeyReusedError.
        """
        refuse_issues(number_issues(return_to, least=0))
        await first_time(uow)
        named = {pick.line_id: pick for pick in return_to}
        places = {line_id: pick.location for line_id, pick in named.items()}
        locked = await lock_list(uow, pick_list_id, places)
        refuse_stale(locked.pick_list.version, expected_version)
        refuse_unless(PickListState.OPEN, locked.pick_list, ("pick_list_id",))
        _refuse_strangers(locked, return_to)
        moves = [
            (
                line,
                pick_lines.place_of(line, named.get(line.id)),
                line.picked,
                named[line.id].path if line.id in named else ("return_to",),
            )
            for line in locked.lines
            if line.picked
        ]
        operation_id = await move_stock(uow, locked, moves)
        await uow.pick_lists.finish(locked.pick_list, PickListState.CANCELLED, pick_lines.cancelled(locked.lines))
        _record(uow, pick_list_id, (PickListState.OPEN, PickListState.CANCELLED), (None, None))
        return await outcome_of(uow, pick_list_id, operation_id)


def _refuse_strangers(locked: LockedLines, picks: Sequence[Pick]) -> None:
    """Every pick is of a line of the list."""
    known = locked.by_id
    refuse_issues(
        [Issue((*pick.path, "line_id"), "is no line of the list") for pick in picks if pick.line_id not in known]
    )


async def _add_built(uow: UnitOfWork, project_id: ProjectId, units: int) -> None:
    if units:
        before, after = await uow.pick_lists.add_built_units(project_id, units)
        uow.edits.record(EditedKind.PROJECT, project_id, [FieldChange("built_units", str(before), str(after))])


def _record(
    uow: UnitOfWork,
    pick_list_id: PickListId,
    states: tuple[PickListState, PickListState],
    built: tuple[int | None, int | None],
) -> None:
    changes = [FieldChange("state", *states)]
    if built[0] != built[1]:
        changes.append(FieldChange("built_units", *(str(units) if units is not None else None for units in built)))
    uow.edits.record(EditedKind.PICK_LIST, pick_list_id, changes)
