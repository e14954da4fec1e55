"""Projects and their coverage take so many statements whatever the number of requirements and of other projects."""

import asyncpg
import pytest

from tests.lists.test_statement_counts import Counted, counted
from tests.projects.facts import COVERAGE

__all__ = ["counted"]

_FILL = """
WITH part AS (
    INSERT INTO parts (key, description, description_key)
    SELECT 'A' || chr(65 + i / 26) || chr(65 + i % 26) || 'A', 'x', 'x' FROM generate_series(0, $2::int) AS i
    RETURNING id, key
), total AS (
    INSERT INTO part_totals (part_id, total_quantity) SELECT id, 1000 FROM part
), project AS (
    INSERT INTO projects (name, name_key, rank, build_target)
    SELECT 'P' || i, 'p' || i, i, 10 FROM generate_series(1, $1::int) AS i RETURNING id
), requirement AS (
    INSERT INTO requirements (project_id, part_id, position, per_unit)
    SELECT project.id, part.id, row_number() OVER (), 1 FROM project, part WHERE part.key <> 'AAAA' RETURNING id
), substitute AS (
    INSERT INTO requirement_substitutes (requirement_id, part_id, position)
    SELECT requirement.id, part.id, 1 FROM requirement, part WHERE part.key = 'AAAA'
), list AS (
    INSERT INTO pick_lists (project_id, units, actor) SELECT id, 1, 'ada' FROM project RETURNING id
)
INSERT INTO pick_lines (pick_list_id, position, part_id, required_part_id, box_number, location_number,
                        planned_quantity, open_quantity)
SELECT list.id, row_number() OVER (), part.id, part.id, 1, 1, 2, 2 FROM list, part
"""
REQUIREMENT = f"id part {{ key reservedQuantity availableQuantity }} project {{ name }} coverage {{ {COVERAGE} }}"
QUERIES = {
    "coverage": "projects(first: 1, orderBy: { field: RANK, direction: DESC }) { nodes { name buildableUnits "
    f"requirements(first: 50) {{ totalCount nodes {{ {REQUIREMENT} }} }} }} }}",
    "projects": "projects(first: 21) { totalCount nodes { id name buildableUnits cover { id } "
    f"requirements(first: 3) {{ nodes {{ {REQUIREMENT} }} }} edits(first: 1) {{ nodes {{ field }} }} }} }}",
    "parts": "parts(first: 51) { nodes { key reservedQuantity availableQuantity reservations { project { name } } "
    "requirements(first: 20) { totalCount nodes { perUnit project { name buildableUnits } } } } }",
}
STATEMENTS = {"coverage": 11, "projects": 12, "parts": 6}


async def filled(connection: asyncpg.Connection, projects: int, parts: int) -> None:
    """So many projects that require so many parts each, each with an open list."""
    await connection.execute(
        "SET session_replication_role = replica; DELETE FROM pick_lines; DELETE FROM pick_lists; "
        "DELETE FROM requirement_substitutes; DELETE FROM requirements; DELETE FROM projects; DELETE FROM part_totals; "
        "DELETE FROM parts; SET session_replication_role = origin"
    )
    await connection.execute(_FILL, projects, parts)


@pytest.mark.parametrize("name", QUERIES)
async def test_the_number_of_statements_does_not_grow(
    counted: Counted, database_connection: asyncpg.Connection, name: str
) -> None:
    await filled(database_connection, 2, 2)
    _, few = await counted(f"{{ {QUERIES[name]} }}")
    await filled(database_connection, 21, 50)
    data, many = await counted(f"{{ {QUERIES[name]} }}")
    assert (few, many) == (STATEMENTS[name], STATEMENTS[name])
    assert (
        len(data[name if name != "coverage" else "projects"]["nodes"])
        == {"coverage": 1, "projects": 21, "parts": 51}[name]
    )


async def test_the_coverage_of_50_requirements_is_told_whole(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    await filled(database_connection, 21, 50)
    data, _ = await counted(f"{{ {QUERIES['coverage']} }}")
    (project,) = data["projects"]["nodes"]
    covered = [node["coverage"] for node in project["requirements"]["nodes"]]
    assert project["requirements"]["totalCount"] == len(covered) == 50
    # 21 projects hold 2 pieces and want 10 more: the last sees 1000 - 20 × 2 - 20 × 10.
    assert {each["availableQuantity"] for each in covered} == {760}
    assert {len(each["reservedBy"]) for each in covered} == {20}


async def test_a_build_plan_is_read_by_one_statement_and_its_names_by_two(
    counted: Counted, database_connection: asyncpg.Connection
) -> None:
    for projects, parts in ((2, 2), (21, 50)):
        await filled(database_connection, projects, parts)
        nodes = (await counted("{ projects(first: 21) { nodes { id } } }"))[0]["projects"]["nodes"]
        planned = ", ".join(f'{{ projectId: "{node["id"]}", units: 1000000 }}' for node in nodes)
        plan, statements = await counted(
            f"{{ buildPlan(projects: [{planned}]) {{ projects {{ project {{ name }} }} "
            "shortages { part { key } projects { project { name } } } } }"
        )
        assert statements == 3
        assert len(plan["buildPlan"]["shortages"]) == parts
