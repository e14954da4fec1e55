"""Random projects with stock, open lists and ended ones, and how they get into the tables."""

from dataclasses import dataclass

import asyncpg
from hypothesis import strategies as st

from domain.entities.project import Amount

PARTS = 3
Line = tuple[int, int | None, int, int]
"""Part, the part of the requirement it serves (None when that is gone), open and picked pieces. Another part than
that of the requirement is a substitute."""
Ended = tuple[str, Line]
"""A state that is not OPEN, and a line of a list in it: what was open of it was released."""


@dataclass(frozen=True, slots=True)
class RandomProject:
    """A project with its requirements by part, the lines of its open list, of which an archived one has none, and those
    of lists that ended: what these picked is used up or back on the shelf, and counts for nothing."""

    rank: int
    target: int
    built: int
    archived: bool
    requirements: dict[int, Amount]
    lines: list[Line]
    ended: list[Ended]


@dataclass(frozen=True, slots=True)
class RandomWorkshop:
    """Pieces on hand by part, and projects."""

    on_hand: list[int]
    projects: list[RandomProject]


@st.composite
def workshops(draw: st.DrawFn) -> RandomWorkshop:
    """Workshops in which promises may exceed the stock, as after stock was used by hand."""
    ranks = draw(st.permutations(range(1, draw(st.integers(2, 4)) + 1)))
    parts = st.integers(0, PARTS - 1)
    amounts = st.builds(Amount, st.integers(1, 4), st.sampled_from([0, 5, 50, 100]), st.integers(0, 3))
    projects = []
    for rank in ranks:
        archived = draw(st.sampled_from([False] * 5 + [True]))
        requirements = draw(st.dictionaries(parts, amounts, min_size=1, max_size=PARTS))
        served = st.sampled_from([None, *sorted(requirements)])
        line = st.tuples(parts, served, st.integers(0, 6), st.integers(0, 6))
        lines = st.lists(line, max_size=4)
        ended = st.lists(st.tuples(st.sampled_from(["COMPLETED", "CANCELLED"]), line), max_size=3)
        projects.append(
            RandomProject(
                rank,
                draw(st.integers(0, 8)),
                draw(st.integers(0, 4)),
                archived,
                requirements,
                [] if archived else [each for each in draw(lines) if each[2] + each[3]],
                [each for each in draw(ended) if each[1][2] + each[1][3]],
            )
        )
    return RandomWorkshop(draw(st.lists(st.integers(0, 25), min_size=PARTS, max_size=PARTS)), projects)


async def fill(connection: asyncpg.Connection, workshop: RandomWorkshop) -> tuple[list[int], list[int]]:
    """Write the workshop into empty tables; returns the ids of projects and parts in their order."""
    parts = []
    for index, on_hand in enumerate(workshop.on_hand):
        part_id = await connection.fetchval(
            "INSERT INTO parts (key, description, description_key) VALUES ($1, 'x', 'x') RETURNING id",
            f"AAA{chr(65 + index)}",
        )
        await connection.execute("INSERT INTO part_totals (part_id, total_quantity) VALUES ($1, $2)", part_id, on_hand)
        parts.append(part_id)
    return [await _fill_project(connection, each, parts) for each in workshop.projects], parts


async def _fill_project(connection: asyncpg.Connection, project: RandomProject, parts: list[int]) -> int:
    name = f"P{project.rank}"
    project_id: int = await connection.fetchval(
        "INSERT INTO projects (name, name_key, rank, build_target, built_units, status) "
        "VALUES ($1, $1, $2, $3, $4, $5) RETURNING id",
        name,
        project.rank,
        project.target,
        project.built,
        "ARCHIVED" if project.archived else "ACTIVE",
    )
    requirements: dict[int, int] = {}
    for position, (part, amount) in enumerate(project.requirements.items(), start=1):
        requirements[part] = await connection.fetchval(
            "INSERT INTO requirements (project_id, part_id, position, per_unit, attrition_percent, extra_pieces) "
            "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            project_id,
            parts[part],
            position,
            amount.per_unit,
            amount.attrition_percent,
            amount.extra_pieces,
        )
    for state, lines in _lists(project):
        await _fill_list(connection, project_id, state, [_row(line, state, parts, requirements) for line in lines])
    return project_id


def _lists(project: RandomProject) -> list[tuple[str, list[Line]]]:
    """One list for each state that has lines."""
    by_state = [("OPEN", project.lines)]
    by_state += [(state, [line for of, line in project.ended if of == state]) for state in ("COMPLETED", "CANCELLED")]
    return [(state, lines) for state, lines in by_state if lines]


def _row(line: Line, state: str, parts: list[int], requirements: dict[int, int]) -> tuple[int | None, ...]:
    part, required, pieces, picked = line
    open_, released = (pieces, 0) if state == "OPEN" else (0, pieces)
    serves = requirements[required] if required is not None else None
    return serves, parts[part], parts[part if required is None else required], open_, picked, released


async def _fill_list(
    connection: asyncpg.Connection, project_id: int, state: str, rows: list[tuple[int | None, ...]]
) -> None:
    list_id = await connection.fetchval(
        "INSERT INTO pick_lists (project_id, units, actor, state, built_units, finished_at, finished_by) "
        "SELECT $1, 1, 'ada', state, CASE WHEN state = 'COMPLETED' THEN 1 END, "
        "CASE WHEN state <> 'OPEN' THEN now() END, CASE WHEN state <> 'OPEN' THEN 'ada' END "
        "FROM (SELECT $2::text AS state) AS given RETURNING id",
        project_id,
        state,
    )
    await connection.executemany(
        "INSERT INTO pick_lines (pick_list_id, list_state, position, requirement_id, part_id, required_part_id, "
        "box_number, location_number, planned_quantity, open_quantity, picked_quantity, released_quantity) "
        "VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7::int + $8::int + $9::int, $7, $8, $9)",
        [(list_id, state, position, *row) for position, row in enumerate(rows, start=1)],
    )
