"""Refusals that tell who still uses a thing."""

from collections.abc import Mapping, Sequence

from domain.entities.ids import PartKey, PickListId
from domain.entities.location import LocationReference
from domain.errors import InUseError, Usage

MAX_REFERENCES = 50


def refuse_used(what: str, usages: Sequence[Usage], advice: str, path: Sequence[str]) -> None:
    """Raises InUseError naming every usage, when there is one."""
    if usages:
        told = ", ".join(f"{usage.kind} ({usage.count})" for usage in usages)
        raise InUseError(f"{what} is in use: {told}. {advice}", usages, path)


def refuse_stocked_parts(places: Mapping[PartKey, Sequence[LocationReference]], path: Sequence[str]) -> None:
    """Raises InUseError when one of the parts lies somewhere; one usage tells all places."""
    stocked = {key: found for key, found in places.items() if found}
    if not stocked:
        return
    told = "; ".join(f"{key} at {_listed(found)}" for key, found in sorted(stocked.items()))
    raise InUseError(
        f"There is stock: {told}.", [stock_usage([each for found in stocked.values() for each in found])], path
    )


def refuse_needed_parts(needs: Sequence[tuple[PartKey, str, str]], path: Sequence[str]) -> None:
    """Raises InUseError when an active project requires one of the parts or an open pick list holds pieces of it.

    A need is the part, the kind of who needs it, and its name.
    """
    if not needs:
        return
    shown = "; ".join(f"{key} by {kind} {reference}" for key, kind, reference in needs[:MAX_REFERENCES])
    usages = []
    for kind in dict.fromkeys(kind for _, kind, _ in needs):
        references = tuple(dict.fromkeys(reference for _, each, reference in needs if each == kind))
        usages.append(Usage(kind, len(references), references[:MAX_REFERENCES]))
    raise InUseError(f"Needed: {shown}.", usages, path)


def refuse_occupied(box_number: int, places: Sequence[LocationReference], path: Sequence[str]) -> None:
    """Raises InUseError when locations that would vanish hold stock."""
    if places:
        raise InUseError(f"Box {box_number} holds stock at {_listed(places)}.", [stock_usage(places)], path)


def refuse_awaited(box_number: int, lines: Sequence[tuple[PickListId, LocationReference]], path: Sequence[str]) -> None:
    """Raises InUseError when open pick lists are to take pieces from locations that would vanish."""
    if lines:
        told = [f"{pick_list_id} at {place}" for pick_list_id, place in lines]
        usage = Usage("pick list", len(told), tuple(told[:MAX_REFERENCES]))
        shown = ", ".join(usage.references)
        raise InUseError(f"Box {box_number} is on open pick lists: {shown}.", [usage], path)


def stock_usage(places: Sequence[LocationReference]) -> Usage:
    """Stock lies at these places: how many times, and where."""
    references = tuple(str(place) for place in sorted(set(places))[:MAX_REFERENCES])
    return Usage("stock", len(places), references)


def _listed(places: Sequence[LocationReference]) -> str:
    shown = ", ".join(str(place) for place in places[:MAX_REFERENCES])
    return shown if len(places) <= MAX_REFERENCES else f"{shown} and {len(places) - MAX_REFERENCES} more"
