"""The facts of a build plan, all as one statement saw them."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import text

from domain.entities.project import MAX_PIECES, Amount
from domain.errors import Issue, ValidationError
from domain.rules.build_plan import OpenPieces, PlannedProject, PlannedRequirement, ProjectShortage, Want, build_plan
from persistence.database import Database
from persistence.statements import Statement


class PlannedProjectView(NamedTuple):
    """A project of the plan, and what it is short of."""

    project_id: int
    units: int
    shortages: tuple[ProjectShortage, ...]

    @property
    def is_buildable(self) -> bool:
        """Whether nothing is missing."""
        return not self.shortages


class PartShortageView(NamedTuple):
    """A part that the plan is short of, and which projects are."""

    part_id: int
    on_hand_quantity: int
    needed_quantity: int
    shortage_quantity: int
    projects: tuple[ProjectShortage, ...]


class BuildPlanView(NamedTuple):
    """Several projects together, by rank; the parts that are short by key; ids that no project has."""

    projects: tuple[PlannedProjectView, ...]
    shortages: tuple[PartShortageView, ...]
    unknown_ids: frozenset[int]

    @property
    def is_buildable(self) -> bool:
        """Whether nothing is missing."""
        return not self.shortages


# Archived projects are read-only: they take no part.
_FACTS = Statement(
    text("""
    WITH planned AS (
        SELECT id, rank, built_units, build_target FROM projects
         WHERE id = ANY(CAST(:project_ids AS bigint[])) AND status = 'ACTIVE'
    ), wanted AS (
        SELECT requirement.id, requirement.project_id, requirement.part_id, requirement.per_unit,
               requirement.attrition_percent, requirement.extra_pieces, claim.picked_quantity, requirement.position
          FROM planned
          JOIN requirements AS requirement ON requirement.project_id = planned.id
          JOIN LATERAL (
               SELECT picked_quantity FROM requirement_claims WHERE requirement_id = requirement.id OFFSET 0
               ) AS claim ON true
    ), part AS (
        SELECT part_id FROM wanted
        UNION
        SELECT line.part_id FROM pick_lines AS line JOIN wanted ON wanted.id = line.requirement_id
         WHERE line.open_quantity > 0
    )
    SELECT (SELECT json_agg(id) FROM projects WHERE id = ANY(CAST(:project_ids AS bigint[]))) AS known,
           (SELECT json_agg(planned ORDER BY rank) FROM planned) AS projects,
           (SELECT json_agg(wanted ORDER BY position, id) FROM wanted) AS requirements,
           (SELECT json_agg(json_build_array(part.part_id, total.total_quantity, parts.key))
              FROM part JOIN part_totals AS total ON total.part_id = part.part_id JOIN parts ON parts.id = part.part_id
           ) AS on_hand,
           (SELECT json_agg(json_build_array(
                       list.project_id, project.rank, line.part_id, line.requirement_id, line.open_quantity)
                       ORDER BY project.rank, list.id, line.position)
              FROM part
              JOIN pick_lines AS line ON line.part_id = part.part_id AND line.open_quantity > 0
              JOIN pick_lists AS list ON list.id = line.pick_list_id
              JOIN projects AS project ON project.id = list.project_id) AS open_pieces,
           (SELECT json_agg(json_build_array(claim.project_id, claim.rank, claim.part_id, claim.soft_quantity))
              FROM part
              JOIN LATERAL (
                   SELECT project_id, rank, part_id, soft_quantity FROM requirement_claims
                    WHERE requirement_claims.part_id = part.part_id AND soft_quantity > 0 OFFSET 0
                   ) AS claim ON true
             WHERE claim.project_id NOT IN (SELECT id FROM planned)) AS wants
    """)
)


@dataclass(frozen=True, slots=True)
class BuildPlanReader:
    """Reads build plans."""

    database: Database

    async def read(self, units: Mapping[int, int | None]) -> BuildPlanView:
        """The plan for so many units of each project, by its id; None for the units that are outstanding.

        Raises ValidationError when a project would take more pieces of a part than there can be.
        """
        (record,) = await self.database.fetch(_FACTS, project_ids=list(units))
        facts = {name: json.loads(value) if value is not None else [] for name, value in record.items()}
        projects = [_planned(each, units[each["id"]]) for each in facts["projects"]]
        requirements = [
            PlannedRequirement(
                each["id"],
                each["project_id"],
                each["part_id"],
                Amount(each["per_unit"], each["attrition_percent"], each["extra_pieces"]),
                each["picked_quantity"],
            )
            for each in facts["requirements"]
        ]
        on_hand = {part_id: quantity for part_id, quantity, _ in facts["on_hand"]}
        found = build_plan(
            projects,
            requirements,
            on_hand,
            [OpenPieces(*each) for each in facts["open_pieces"]],
            [Want(*each) for each in facts["wants"]],
        )
        keys = {part_id: key for part_id, _, key in facts["on_hand"]}
        _refuse_too_many_pieces(found, keys)
        return _view(projects, found, on_hand, keys, frozenset(units) - set(facts["known"]))


def _planned(project: Mapping[str, Any], units: int | None) -> PlannedProject:
    outstanding = max(project["build_target"] - project["built_units"], 0)
    return PlannedProject(
        project["id"], project["rank"], project["built_units"], outstanding if units is None else units
    )


def _refuse_too_many_pieces(found: list[ProjectShortage], keys: Mapping[int, str]) -> None:
    issues = [
        Issue(
            ("projects",),
            f"part {keys[each.part_id]} would take {each.needed_quantity:,} pieces; "
            f"at most {MAX_PIECES:,} can be planned",
        )
        for each in found
        if each.needed_quantity > MAX_PIECES
    ]
    if issues:
        raise ValidationError(issues)


def _view(
    projects: list[PlannedProject],
    found: list[ProjectShortage],
    on_hand: Mapping[int, int],
    keys: Mapping[int, str],
    unknown_ids: frozenset[int],
) -> BuildPlanView:
    by_project: dict[int, list[ProjectShortage]] = defaultdict(list)
    by_part: dict[int, list[ProjectShortage]] = defaultdict(list)
    for each in found:
        by_part[each.part_id].append(each)
        if each.shortage_quantity:
            by_project[each.project_id].append(each)
    shortages = [
        PartShortageView(
            part_id,
            on_hand.get(part_id, 0),
            sum(each.needed_quantity for each in own),
            sum(each.shortage_quantity for each in own),
            tuple(each for each in own if each.shortage_quantity),
        )
        for part_id, own in sorted(by_part.items(), key=lambda item: keys[item[0]])
    ]
    return BuildPlanView(
        tuple(
            PlannedProjectView(each.project_id, each.units, tuple(by_project[each.project_id]))
            for each in sorted(projects, key=lambda project: project.rank)
        ),
        tuple(each for each in shortages if each.shortage_quantity),
        unknown_ids,
    )
