"""Random projects with stock and open lists, and how they get into the tables."""

from dataclasses import dataclass

import asyncpg
from hypothesis import strategies as st

from domain.entities.project import Amount

PARTS = 3
Line = tuple[int, int | None, int, int]
"""Part, the part of the requirement it serves (None when that is gone), open and picked pieces."""


@dataclass(frozen=True, slots=True)
class RandomProject:
    """A project with its requirements by part and the lines of its open list; an archived one has none."""

    rank: int
    target: int
    built: int
    archived: bool
    requirements: dict[int, Amount]
    lines: list[Line]


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
        lines = st.lists(st.tuples(parts, served, st.integers(0, 6), st.integers(0, 6)), max_size=4)
        projects.append(
            RandomProject(
                rank,
                draw(st.integers(0, 8)),
                draw(st.integers(0, 4)),
                archived,
                requirements,
                [] if archived else [each for each in draw(lines) if each[2] + each[3]],
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
    requirements = {}
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
    if project.lines:
        list_id = await connection.fetchval(
            "INSERT INTO pick_lists (project_id, units, actor) VALUES ($1, 1, 'ada') RETURNING id", project_id
        )
        await connection.executemany(
            "INSERT INTO pick_lines (pick_list_id, position, requirement_id, part_id, required_part_id, box_number, "
            "location_number, planned_quantity, open_quantity, picked_quantity) "
            "VALUES ($1, $2, $3, $4, $4, 1, 1, $5::int + $6::int, $5, $6)",
            [
                (
                    list_id,
                    position,
                    requirements[required] if required is not None else None,
                    parts[part],
                    pieces,
                    picked,
                )
                for position, (part, required, pieces, picked) in enumerate(project.lines, start=1)
            ],
        )
    return project_id
