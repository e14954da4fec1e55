"""The formulas of what projects need, hold and can have: the oracle of the database's views. Whole numbers only.

n(u)            = 0 if u = 0, else per_unit*u + ceil(per_unit*u*attrition/100) + extra
need            = n(max(target, built)) - n(built)
soft            = 0 if archived, else max(need - picked - open, 0)
counts against  = firm of every other project; soft of projects of higher rank (a smaller number) only
available       = max(on hand - what counts against, 0)
may list        = max(available - own firm, 0)
shortage        = 0 if archived, else max(need - picked - available, 0)
buildable       = largest u <= outstanding whose pieces are picked or available for every requirement
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.entities.project import Amount


class CoverageState(StrEnum):
    """How far what can be had goes: ENOUGH for all that is needed, PARTIAL for some, MISSING for none of it."""

    ENOUGH = "ENOUGH"
    PARTIAL = "PARTIAL"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one project holds (firm) and still wants (soft) of a part; one project may have several."""

    project_id: int
    rank: int
    firm: int = 0
    soft: int = 0


def pieces_for(units: int, amount: Amount) -> int:
    """n(u): the pieces that so many units take from the first one on."""
    if units == 0:
        return 0
    bare = amount.per_unit * units
    return bare + -(-bare * amount.attrition_percent // 100) + amount.extra_pieces


def needed(amount: Amount, target: int, built: int) -> int:
    """Pieces for the units that are still to be built."""
    return pieces_for(max(target, built), amount) - pieces_for(built, amount)


def needed_for_list(amount: Amount, built: int, units_on_open_lists: int, units: int) -> int:
    """Pieces for a new list of so many units, after those of the lists that are open."""
    started = built + units_on_open_lists
    return pieces_for(started + units, amount) - pieces_for(started, amount)


def soft(need: int, picked: int, open_pieces: int, *, archived: bool = False) -> int:
    """Pieces that are wanted and on no list yet."""
    return 0 if archived else max(need - picked - open_pieces, 0)


def counts_against(project_id: int, rank: int, claims: Iterable[Claim]) -> int:
    """Pieces of a part that others hold, or want with a higher rank."""
    others = [claim for claim in claims if claim.project_id != project_id]
    return sum(claim.firm for claim in others) + sum(claim.soft for claim in others if claim.rank < rank)


def available(on_hand: int, against: int) -> int:
    """Pieces that a project can have."""
    return max(on_hand - against, 0)


def may_list(available_pieces: int, own_firm: int) -> int:
    """Pieces that a project may put on a new list."""
    return max(available_pieces - own_firm, 0)


def shortage(need: int, picked: int, available_pieces: int, *, archived: bool = False) -> int:
    """Pieces that cannot be had."""
    return 0 if archived else max(need - picked - available_pieces, 0)


def coverage_state(need: int, picked: int, short: int) -> CoverageState:
    """How far a requirement is covered; picked pieces are covered."""
    if short == 0:
        return CoverageState.ENOUGH
    return CoverageState.MISSING if picked == 0 and short == need else CoverageState.PARTIAL


def buildable(target: int, built: int, supplies: Sequence[tuple[Amount, int]]) -> int:
    """The most units, up to those outstanding, that can be built now.

    A supply is a requirement's amount and the pieces that are picked for it or available. The pieces grow with the
    units, so the answer is found by halving.
    """
    low, high = 0, max(target - built, 0)
    while low < high:
        units = (low + high + 1) // 2
        if all(needed(amount, built + units, built) <= pieces for amount, pieces in supplies):
            low = units
        else:
            high = units - 1
    return low


def part_available(on_hand: int, claims: Iterable[Claim]) -> int:
    """Pieces of a part that no project holds or wants."""
    return max(on_hand - sum(claim.firm + claim.soft for claim in claims), 0)
