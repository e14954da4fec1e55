"""Checks of projects, requirements and reservations."""

from collections import defaultdict

import asyncpg
from asyncpg import Record
from sqlalchemy import text

from domain.entities.project import MAX_PIECES, Amount, ProjectStatus
from domain.rules.availability import Claim, needed, part_available, soft
from persistence.checks.finding import Finding, QueryCheck, findings
from persistence.statements import Statement

_REQUIREMENTS = Statement(
    text("""
    SELECT requirement.part_id, requirement.per_unit, requirement.attrition_percent, requirement.extra_pieces,
           project.id AS project_id, project.rank, project.build_target, project.built_units, project.status,
           coalesce(sum(line.open_quantity), 0) AS open, coalesce(sum(line.picked_quantity), 0) AS picked
      FROM requirements AS requirement
      JOIN projects AS project ON project.id = requirement.project_id
      LEFT JOIN pick_lists AS list ON list.project_id = project.id AND list.state = 'OPEN'
      LEFT JOIN pick_lines AS line ON line.pick_list_id = list.id AND line.requirement_id = requirement.id
     GROUP BY requirement.id, project.id
    """)
)
_OPEN_PIECES = Statement(
    text("""
    SELECT line.part_id, list.project_id, line.open_quantity
      FROM pick_lines AS line
      JOIN pick_lists AS list ON list.id = line.pick_list_id
     WHERE list.state = 'OPEN' AND line.open_quantity > 0
    """)
)
_SHOWN = Statement(
    text("""
    SELECT part.id, part.key, view.on_hand_quantity, view.reserved_quantity, view.available_quantity
      FROM part_availability AS view
      JOIN parts AS part ON part.id = view.part_id
     ORDER BY part.key
    """)
)


class ReservationCheck:
    """What the database's view says of every part, beside the pure rule over the tables."""

    invariant = "What is reserved of a part is what projects hold and want by the rule"

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        claims: dict[int, list[Claim]] = defaultdict(list)
        for row in await _REQUIREMENTS.rows(connection):
            amount = Amount(row["per_unit"], row["attrition_percent"], row["extra_pieces"])
            need = needed(amount, row["build_target"], row["built_units"])
            is_archived = row["status"] == ProjectStatus.ARCHIVED
            wanted = soft(need, row["picked"], row["open"], archived=is_archived)
            claims[row["part_id"]].append(Claim(row["project_id"], row["rank"], soft=wanted))
        for row in await _OPEN_PIECES.rows(connection):
            claims[row["part_id"]].append(Claim(row["project_id"], 0, firm=row["open_quantity"]))
        details = []
        for part_id, key, on_hand, reserved, available in await _SHOWN.rows(connection):
            expected = sum(claim.firm + claim.soft for claim in claims[part_id])
            left = part_available(on_hand, claims[part_id])
            if (reserved, available) != (expected, left):
                details.append(
                    f"part {key}: {reserved} reserved and {available} available, {expected} and {left} by the rule"
                )
        return findings(self.invariant, details)


CHECKS = (
    QueryCheck(
        "The ranks of projects run from 1 without gaps",
        """
        SELECT format('project %s has rank %s in place %s', name, rank, place)
          FROM (SELECT name, rank, row_number() OVER (ORDER BY rank, id) AS place FROM projects) AS ranked
         WHERE rank <> place
         ORDER BY place
        """,
    ),
    QueryCheck(
        "A part that an active project requires is not retired",
        """
        SELECT format('part %s of project %s', part.key, project.name)
          FROM requirements AS requirement
          JOIN parts AS part ON part.id = requirement.part_id
          JOIN projects AS project ON project.id = requirement.project_id
         WHERE part.retired_at IS NOT NULL AND project.status = 'ACTIVE'
         ORDER BY part.key, project.rank
        """,
    ),
    QueryCheck(
        "A requirement and its substitutes are of parts that there are, each another one",
        """
        SELECT format('requirement %s of project %s', requirement.id, coalesce(project.name, 'that is gone'))
          FROM requirements AS requirement
          LEFT JOIN projects AS project ON project.id = requirement.project_id
         WHERE project.id IS NULL
            OR NOT EXISTS (SELECT FROM parts WHERE parts.id = requirement.part_id)
            OR EXISTS (SELECT FROM requirement_substitutes AS substitute
                        WHERE substitute.requirement_id = requirement.id
                          AND (substitute.part_id = requirement.part_id
                               OR NOT EXISTS (SELECT FROM parts WHERE parts.id = substitute.part_id)))
         ORDER BY requirement.id
        """,
    ),
    QueryCheck(
        "A requirement needs no more pieces than there can be",
        f"""
        SELECT format('part %s of project %s', part.key, project.name)
          FROM requirements AS requirement
          JOIN parts AS part ON part.id = requirement.part_id
          JOIN projects AS project ON project.id = requirement.project_id
         WHERE pieces_for(project.build_target, requirement.per_unit, requirement.attrition_percent,
                          requirement.extra_pieces) > {MAX_PIECES}
         ORDER BY part.key, project.rank
        """,
    ),
    QueryCheck(
        "An archived project has no open pick list",
        """
        SELECT format('list %s of project %s', list.id, project.name)
          FROM pick_lists AS list
          JOIN projects AS project ON project.id = list.project_id
         WHERE list.state = 'OPEN' AND project.status = 'ARCHIVED'
         ORDER BY list.id
        """,
    ),
    ReservationCheck(),
)
