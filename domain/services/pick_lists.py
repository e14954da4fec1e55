"""Use cases of pick lists: create, pick, undo.

Locks in the order of the house: idempotency key, boxes by number, parts by id, project, list. What has to be known to
find them is read before and looked at again after the last lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.entities.actor import Role
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.ids import PickListId, ProjectId
from domain.entities.operation import OperationKind
from domain.entities.pick_list import Pick, PickFacts, PickListState, PickWish
from domain.ports.unit_of_work import RepeatWork, UnitOfWork, UnitsOfWork
from domain.rules import pick_lines, picking
from domain.rules.pick_lines import number_issues, refuse_unless
from domain.rules.project_details import refuse_archived
from domain.services.pick_list_steps import (
    PickOutcome,
    earlier_outcome,
    facts_of,
    lock_lines,
    move_stock,
    moves_of,
    outcome_of,
    refuse_issues,
)
from domain.services.use_case import creating_use_case, first_time, idempotent_use_case


@dataclass(frozen=True, slots=True)
class PickListService:
    """What people do with pick lists. All raise ValidationError, NotFoundError; all but `create` raise
    PickListStateError when the list is in another state."""

    units_of_work: UnitsOfWork

    @creating_use_case(Role.EDITOR, makes=EditedKind.PICK_LIST)
    async def create(self, uow: UnitOfWork, project_id: ProjectId, wish: PickWish) -> PickListId:
        """Promise pieces for so many units of an active project.

        Raises ShortageError (all that is short at once, or no line is left), InUseError (the project is archived),
        IdempotencyKeyReusedError.
        """
        picking.checked_wish(wish)
        await first_time(uow)
        before = await facts_of(uow, project_id)
        keys = {supply.part_key for supply in before.supplies.values()}
        boxes = _boxes(before)
        # Two projects may want the last pieces of one part: only its exclusive lock makes one of them see the other.
        await uow.stock.lock(boxes, keys)
        await uow.projects.lock(project_id)
        facts = await facts_of(uow, project_id)
        refuse_archived(facts.project_name, facts.status)
        if not {supply.part_key for supply in facts.supplies.values()} <= keys:
            raise RepeatWork
        picking.refuse_unknown_policies(facts, wish)
        made = picking.plan(facts, wish)
        # What others put into more boxes meanwhile is no reason to begin again, as long as nothing is taken there.
        if not {line.place.reference.box_number for line in made.lines} <= boxes:
            raise RepeatWork
        picking.refuse_plan(made)
        return await uow.pick_lists.add(project_id, wish.units, made)

    @idempotent_use_case(Role.EDITOR, replay=earlier_outcome)
    async def pick(self, uow: UnitOfWork, picks: Sequence[Pick]) -> PickOutcome:
        """Take pieces for 1 to 200 lines of one list, all or nothing, as one operation.

        Raises InsufficientStockError naming every place that holds too little or is gone, PartRetiredError,
        IdempotencyKeyReusedError.
        """
        if any(pick.quantity for pick in picks):
            uow.announce_operation(OperationKind.PICK)
        refuse_issues(number_issues(picks))
        await first_time(uow)
        locked = await lock_lines(uow, picks)
        pick_list = locked.pick_list
        refuse_unless(PickListState.OPEN, pick_list, (*picks[0].path, "line_id"))
        after = pick_lines.picked(locked.by_id, picks)
        moves = moves_of(locked, [pick for pick in picks if pick.quantity], sign=-1)
        operation_id = await move_stock(uow, locked, moves)
        await uow.pick_lists.save_lines(pick_list, after)
        closed = [
            FieldChange("closed_line", f"{line.part_key} at {line.place}", None)
            for line, pick in zip(after, picks, strict=True)
            if pick.close
        ]
        uow.edits.record(EditedKind.PICK_LIST, pick_list.id, closed)
        return await outcome_of(uow, pick_list.id, operation_id)

    @idempotent_use_case(Role.EDITOR, replay=earlier_outcome)
    async def undo(self, uow: UnitOfWork, pick: Pick) -> PickOutcome:
        """Give pieces back that were picked; exactly these are open again.

        Raises QuantityLimitError, PartRetiredError, IdempotencyKeyReusedError. Another place must be named when the
        line's is gone.
        """
        uow.announce_operation(OperationKind.PICK)
        await first_time(uow)
        locked = await lock_lines(uow, [pick])
        refuse_unless(PickListState.OPEN, locked.pick_list, (*pick.path, "line_id"))
        after = pick_lines.undone(locked.by_id, [pick])
        operation_id = await move_stock(uow, locked, moves_of(locked, [pick]))
        await uow.pick_lists.save_lines(locked.pick_list, after)
        return await outcome_of(uow, locked.pick_list.id, operation_id)


def _boxes(facts: PickFacts) -> set[int]:
    return {place.reference.box_number for supply in facts.supplies.values() for place in supply.places}
