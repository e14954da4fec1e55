"""The build plan: what several projects are short of together, in the order of their ranks, each piece counted once.

Pieces on open pick lines are set aside for their lines first: projects of higher rank before others, and the lines of a
project in the order they are given in. What is left goes to the projects by rank: those of the plan take what their
units still need, others of higher rank what they want.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.entities.project import Amount
from domain.rules.availability import needed


@dataclass(frozen=True, slots=True)
class PlannedProject:
    """A project of the plan and the units that are to be built of it."""

    project_id: int
    rank: int
    built_units: int
    units: int


@dataclass(frozen=True, slots=True)
class PlannedRequirement:
    """A requirement of a project of the plan, and the pieces picked for it."""

    requirement_id: int
    project_id: int
    part_id: int
    amount: Amount
    picked: int


@dataclass(frozen=True, slots=True)
class OpenPieces:
    """Pieces of a part on open lines of any project; they serve a requirement that may be gone, or of another part."""

    project_id: int
    rank: int
    part_id: int
    requirement_id: int | None
    quantity: int


@dataclass(frozen=True, slots=True)
class Want:
    """What a project outside the plan wants of a part (soft)."""

    project_id: int
    rank: int
    part_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ProjectShortage:
    """What one project needs of a part for its planned units, beyond what is picked, and how much of it is missing."""

    project_id: int
    part_id: int
    needed_quantity: int
    shortage_quantity: int


def build_plan(
    projects: Sequence[PlannedProject],
    requirements: Sequence[PlannedRequirement],
    on_hand: Mapping[int, int],
    open_pieces: Sequence[OpenPieces],
    wants: Sequence[Want],
) -> list[ProjectShortage]:
    """What each project needs and is short of, by rank and then in the order of its requirements.

    A part that `on_hand` does not name has no pieces. `wants` names no project of the plan.
    """
    left = defaultdict(int, on_hand)
    served: dict[int | None, int] = defaultdict(int)
    for each in sorted(open_pieces, key=lambda pieces: pieces.rank):
        served[each.requirement_id] += _taken(left, each.part_id, each.quantity)
    by_project: dict[int, list[PlannedRequirement]] = defaultdict(list)
    for requirement in requirements:
        by_project[requirement.project_id].append(requirement)
    waiting = sorted(wants, key=lambda want: want.rank, reverse=True)
    found: list[ProjectShortage] = []
    for project in sorted(projects, key=lambda project: project.rank):
        while waiting and waiting[-1].rank < project.rank:
            want = waiting.pop()
            _taken(left, want.part_id, want.quantity)
        found.extend(
            _shortage(project, requirement, left, served[requirement.requirement_id])
            for requirement in by_project[project.project_id]
        )
    return found


def _shortage(
    project: PlannedProject, requirement: PlannedRequirement, left: dict[int, int], served: int
) -> ProjectShortage:
    built, part_id = project.built_units, requirement.part_id
    need = max(needed(requirement.amount, built + project.units, built) - requirement.picked, 0)
    wanted = max(need - served, 0)
    return ProjectShortage(project.project_id, part_id, need, wanted - _taken(left, part_id, wanted))


def _taken(left: dict[int, int], part_id: int, wanted: int) -> int:
    """Take pieces out of what is left; returns how many there were."""
    taken = min(wanted, left[part_id])
    left[part_id] -= taken
    return taken
