"""Which pieces a new pick list takes from where. Pure; what picking and its end make of its lines: pick_lines.py.

Each requirement takes of its own part first, all of them before any substitute; then, where substitutes are allowed,
what is missing is taken of these in their order. Of a part no more is taken than the project may list, of a place no
more than lies there beyond all open lines. The smallest quantity comes first (it frees the place), then box and place.
"""

from collections.abc import Iterable, Mapping, Sequence

from domain.entities.ids import LocationId, PartId, PartKey, RequirementId
from domain.entities.pick_list import (
    MAX_UNITS,
    PickFacts,
    PickPlan,
    PickShortage,
    PickWish,
    PlannedLine,
    ShelfPlace,
    Supply,
    Want,
    WhenShort,
)
from domain.entities.project import MAX_PIECES
from domain.errors import Issue, ShortageError, ValidationError
from domain.rules.availability import needed_for_list
from domain.rules.input_checks import InputChecks

_NO_SUPPLY = Supply(PartKey(""), 0)


class _Shelf:
    """What is left of the supplies while lines are taken from them."""

    def __init__(self, supplies: Mapping[PartId, Supply]) -> None:
        self._supplies = supplies
        self._may_list = {part_id: supply.may_list for part_id, supply in supplies.items()}
        self._free = {
            (part_id, place.location_id): max(place.quantity - place.open_quantity, 0)
            for part_id, supply in supplies.items()
            for place in supply.places
        }

    def take(self, want: Want, part_id: PartId, pieces: int) -> list[PlannedLine]:
        """Take up to so many pieces of a part."""
        lines = []
        supply = self._supplies.get(part_id, _NO_SUPPLY)
        for place in sorted(supply.places, key=_smallest_first):
            taken = min(pieces, self._may_list[part_id], self._free[part_id, place.location_id])
            if taken > 0:
                self._change(part_id, place.location_id, -taken)
                pieces -= taken
                lines.append(PlannedLine(want, part_id, supply.part_key, place, taken))
        return lines

    def put_back(self, lines: Iterable[PlannedLine]) -> None:
        """Undo `take`."""
        for line in lines:
            self._change(line.part_id, line.place.location_id, line.quantity)

    def _change(self, part_id: PartId, location_id: LocationId, pieces: int) -> None:
        self._may_list[part_id] += pieces
        self._free[part_id, location_id] += pieces


def plan(facts: PickFacts, wish: PickWish) -> PickPlan:
    """The lines of a new list in the order of walking, and every part that is short. The wish is checked."""
    shelf = _Shelf(facts.supplies)
    needs = {want.requirement_id: _pieces(want, facts, wish.units) for want in facts.wants}
    taken: dict[RequirementId, list[PlannedLine]] = {
        want.requirement_id: shelf.take(want, want.part_id, needs[want.requirement_id]) for want in facts.wants
    }
    shortages = []
    rejected = []
    for want in facts.wants:
        lines, need = taken[want.requirement_id], needs[want.requirement_id]
        for substitute_id in want.substitutes if wish.substitutes_allowed else ():
            lines += shelf.take(want, substitute_id, need - _sum(lines))
        available = _sum(lines)
        if available == need:
            continue
        policy = wish.policy(want.part_key)
        if policy is WhenShort.LEAVE_OUT:
            shelf.put_back(lines)
            lines.clear()
        shortage = PickShortage(want.part_id, want.part_key, need, available, need - _sum(lines))
        shortages.append(shortage)
        if policy is WhenShort.REJECT:
            rejected.append(shortage)
    walked = sorted((line for lines in taken.values() for line in lines), key=lambda line: line.place.reference)
    return PickPlan(tuple(walked), tuple(shortages), tuple(rejected))


def checked_wish(wish: PickWish, path: str = "units") -> PickWish:
    """Raises ValidationError when there cannot be such a list."""
    checks = InputChecks()
    checks.number((path,), wish.units, 1, MAX_UNITS)
    checks.refuse()
    return wish


def refuse_unknown_policies(facts: PickFacts, wish: PickWish) -> None:
    """What is to be done about a part that is short can be said of required parts only. Raises ValidationError."""
    required = {want.part_key for want in facts.wants}
    issues = [
        Issue(("when_short_by_part", str(index), "part_key"), f"the project does not require part {key}")
        for index, key in enumerate(wish.by_part)
        if key not in required
    ]
    if issues:
        raise ValidationError(issues)


def refuse_plan(made: PickPlan) -> None:
    """Raises ShortageError when a part that must not be short is short, telling all of them, or nothing is left."""
    if made.rejected:
        told = "; ".join(_told(shortage) for shortage in made.rejected)
        raise ShortageError(f"Not enough can be listed. {told}.", made.rejected)
    if not made.lines:
        raise ShortageError("Nothing can be listed: the list would have no line.", made.shortages)


def _pieces(want: Want, facts: PickFacts, units: int) -> int:
    pieces = needed_for_list(want.amount, facts.started_units, 0, units)
    if pieces > MAX_PIECES:
        told = f"part {want.part_key} would take {pieces:,} pieces; at most {MAX_PIECES:,} can be listed"
        raise ValidationError([Issue(("units",), told)])
    return pieces


def _smallest_first(place: ShelfPlace) -> tuple[int, int, int]:
    return place.quantity, place.reference.box_number, place.reference.number


def _sum(lines: Sequence[PlannedLine]) -> int:
    return sum(line.quantity for line in lines)


def _told(shortage: PickShortage) -> str:
    return f"{shortage.part_key}: {shortage.needed} needed, {shortage.available} to be had, {shortage.missing} missing"
