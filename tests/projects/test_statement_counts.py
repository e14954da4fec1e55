"""Projects and their coverage take so many statements whatever the number of requirements and of other projects."""

import asyncpg
import pytest

from tests.projects.facts import COVERAGE, filled
from tests.statement_counting import Counted

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
