"""What picking, undoing and the end of a list make of its lines, and when they are refused. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from domain.entities.ids import PartId, PartKey, PickLineId
from domain.entities.location import LocationReference
from domain.entities.operation import RequestedChange
from domain.entities.pick_list import Pick, PickLine, PickList, PickListState, PickShortage
from domain.errors import Issue, PickListStateError, ShortageError, ValidationError

MAX_PICKS = 200
MAX_BUILT_UNITS = 2_147_483_647


def refuse_unless(state: PickListState, pick_list: PickList, path: Sequence[str]) -> None:
    """Raises PickListStateError when the list is in another state."""
    if pick_list.state is not state:
        told = f"Pick list {pick_list.id} is {pick_list.state.lower()}; it has to be {state.lower()}."
        raise PickListStateError(told, pick_list.state, path)


def number_issues(picks: Sequence[Pick], least: int = 1) -> list[Issue]:
    """1 (or `least`) to 200 picks, each line once."""
    if not least <= len(picks) <= MAX_PICKS:
        return [Issue(("lines",), f"{least} to {MAX_PICKS} lines, not {len(picks)}")]
    seen: set[PickLineId] = set()
    issues = []
    for pick in picks:
        if pick.line_id in seen:
            issues.append(Issue((*pick.path, "line_id"), "is named twice"))
        seen.add(pick.line_id)
    return issues


def picked(lines: Mapping[PickLineId, PickLine], picks: Sequence[Pick]) -> list[PickLine]:
    """The lines after these picks. Raises ValidationError telling the fault of every line."""
    issues = []
    for pick in picks:
        most, least = lines[pick.line_id].open, 0 if pick.close else 1
        if not least <= pick.quantity <= most:
            told = f"must be between {least} and the {most} pieces that are open, not {pick.quantity}"
            if most == 0:
                told = "nothing of the line is open"
            issues.append(Issue((*pick.path, "quantity"), told))
        elif pick.close and most == 0:
            issues.append(Issue((*pick.path, "line_id"), "the line is closed"))
    _refuse(issues)
    return [_picked(lines[pick.line_id], pick) for pick in picks]


def undone(lines: Mapping[PickLineId, PickLine], picks: Sequence[Pick]) -> list[PickLine]:
    """The lines after giving back; exactly the pieces given back are open again. Raises ValidationError."""
    _refuse_more_than_picked(lines, picks)
    return [_undone(lines[pick.line_id], pick) for pick in picks]


def completed(lines: Sequence[PickLine], returned: Sequence[Pick]) -> list[PickLine]:
    """The lines at the end of a list: what is open is released, what is returned counts as not used. Raises
    ValidationError."""
    by_id = {line.id: line for line in lines}
    _refuse_more_than_picked(by_id, returned)
    back = {pick.line_id: pick.quantity for pick in returned}
    return [
        replace(
            line, open=0, released=line.open, picked=line.picked - back.get(line.id, 0), returned=back.get(line.id, 0)
        )
        for line in lines
    ]


def cancelled(lines: Sequence[PickLine]) -> list[PickLine]:
    """The lines of a list that is given up: everything picked is returned."""
    return [replace(line, open=0, released=line.open, picked=0, returned=line.picked) for line in lines]


def reopened(lines: Sequence[PickLine]) -> list[PickLine]:
    """The lines before the end: what was released or returned is promised again."""
    return [replace(line, open=line.released + line.returned, released=0, returned=0) for line in lines]


def is_whole(lines: Iterable[PickLine], *, left_out: bool) -> bool:
    """Whether everything the list was for was picked, and nothing of it put back."""
    return not left_out and all(line.picked == line.planned for line in lines)


def built_units(units: int, named: int | None, *, whole: bool) -> int:
    """The units that were built. Raises ValidationError: it must be named when a line is short or left out."""
    if named is None and not whole:
        told = "a line is short, left out or put back: name the units that were really built"
        raise ValidationError([Issue(("built_units",), told)])
    built = units if named is None else named
    if not 0 <= built <= units:
        raise ValidationError([Issue(("built_units",), f"must be between 0 and {units}, not {built}")])
    return built


def refuse_too_many_built(units: int) -> None:
    """Raises ValidationError when a project would have built more units than can be counted."""
    if units > MAX_BUILT_UNITS:
        told = f"the project would have built {units:,} units; the limit is {MAX_BUILT_UNITS:,}"
        raise ValidationError([Issue(("built_units",), told)])


def refuse_promised_twice(lines: Sequence[PickLine], free: Mapping[PartId, int]) -> None:
    """What is to be promised again must not be promised to others. Raises ShortageError telling all that is missing."""
    wanted: dict[tuple[PartId, PartKey], int] = {}
    for line in lines:
        wanted[line.part_id, line.part_key] = wanted.get((line.part_id, line.part_key), 0) + line.open
    short = [
        PickShortage(part_id, key, pieces, free.get(part_id, 0), pieces - free.get(part_id, 0))
        for (part_id, key), pieces in wanted.items()
        if pieces > free.get(part_id, 0)
    ]
    if short:
        told = "; ".join(f"{each.part_key}: {each.needed} needed, {each.available} free" for each in short)
        raise ShortageError(f"What the list promised is no longer free. {told}.", tuple(short))


def place_of(line: PickLine, pick: Pick | None) -> LocationReference:
    """Where the pieces are taken or put."""
    return pick.location if pick is not None and pick.location is not None else line.place


def changes(moves: Sequence[tuple[PickLine, LocationReference, int, tuple[str, ...]]]) -> list[RequestedChange]:
    """Signed pieces of lines at places as changes of the ledger, each part and place once."""
    sums: dict[tuple[PartKey, LocationReference], RequestedChange] = {}
    for line, place, delta, path in moves:
        known = sums.get((line.part_key, place))
        if known is None:
            sums[line.part_key, place] = RequestedChange(line.part_key, place, delta, path, (*path, "location"))
        else:
            sums[line.part_key, place] = replace(known, delta=known.delta + delta)
    return list(sums.values())


def _picked(line: PickLine, pick: Pick) -> PickLine:
    rest = 0 if pick.close else line.open - pick.quantity
    return replace(line, open=rest, picked=line.picked + pick.quantity)


def _undone(line: PickLine, pick: Pick) -> PickLine:
    """The line leads to where the pieces were put when nothing else of it lies where it led before."""
    moved = pick.location if pick.location is not None and (line.open == 0 or line.location_id is None) else line.place
    return replace(line, open=line.open + pick.quantity, picked=line.picked - pick.quantity, place=moved)


def _refuse_more_than_picked(lines: Mapping[PickLineId, PickLine], picks: Sequence[Pick]) -> None:
    issues = []
    for pick in picks:
        most = lines[pick.line_id].picked
        if not 1 <= pick.quantity <= most:
            told = f"must be between 1 and the {most} pieces that were picked, not {pick.quantity}"
            issues.append(Issue((*pick.path, "quantity"), told if most else "nothing of the line was picked"))
    _refuse(issues)


def _refuse(issues: Sequence[Issue]) -> None:
    if issues:
        raise ValidationError(issues)
