"""Each fault of projects that `partsgraph check` claims to find is planted, and found."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from persistence.checks import run_checks
from persistence.database import Database
from tests.factories import Workshop
from tests.projects.facts import line, planted_line, planted_list, project

KEY = "5f0c2a70-1111-4222-8333-444455556666"


@pytest.fixture
async def plant(workshop: Workshop) -> AsyncIterator[asyncpg.Connection]:
    """Three projects without a fault, one archived, one with an open list; a connection that keeps no constraint."""
    await workshop.box()
    await workshop.stocked(100, key="AAAA")
    await workshop.part(key="BBBB")
    await project(
        workshop, "Lamp", 10, line("AAAA", 2, attritionPercent=5, substituteKeys=["BBBB"]), idempotencyKey=KEY
    )
    old = await project(workshop, "Old", 10, line("BBBB"))
    await project(workshop, "Clock")
    await workshop.done("archiveProject", projectId=old)
    await planted_line(workshop.connection, await planted_list(workshop.connection, "Lamp"), "AAAA", open=3)
    await workshop.connection.execute("SET session_replication_role = replica")
    formula = await workshop.connection.fetchval("SELECT pg_get_functiondef('pieces_for'::regproc)")
    yield workshop.connection
    await workshop.connection.execute(formula)


async def test_projects_without_faults_are_clean(plant: asyncpg.Connection, database: Database) -> None:
    assert await run_checks(database) == []


@pytest.mark.parametrize(
    ("fault", "invariant", "detail"),
    [
        (
            "DELETE FROM projects WHERE name = 'Old'; DELETE FROM requirements WHERE per_unit = 1",
            "The ranks of projects run from 1 without gaps",
            "project Clock has rank 3 in place 2",
        ),
        (
            "UPDATE parts SET retired_at = now() WHERE key = 'AAAA'",
            "A part that an active project requires is not retired",
            "part AAAA of project Lamp",
        ),
        (
            "UPDATE requirement_substitutes SET part_id = (SELECT id FROM parts WHERE key = 'AAAA')",
            "A requirement and its substitutes are of parts that there are, each another one",
            "of project Lamp",
        ),
        (
            "DELETE FROM projects WHERE name = 'Old'",
            "A requirement and its substitutes are of parts that there are, each another one",
            "of project that is gone",
        ),
        (
            "UPDATE requirements SET per_unit = 1000000; UPDATE projects SET build_target = 3000",
            "A requirement needs no more pieces than there can be",
            "part AAAA of project Lamp",
        ),
        (
            "UPDATE projects SET status = 'ARCHIVED'",
            "An archived project has no open pick list",
            "of project Lamp",
        ),
        (
            "UPDATE projects SET name_key = 'x' WHERE name = 'Lamp'",
            "projects.name_key is the folded form of name",
            "'Lamp' is kept as 'x'",
        ),
        (
            "UPDATE idempotency_keys SET result_id = -1 WHERE mutation = 'createProject'",
            "An idempotency key leads to the result of its request",
            f"key {KEY} of local for createProject: result -1",
        ),
        (
            """
            CREATE OR REPLACE FUNCTION pieces_for(units bigint, per_unit bigint, attrition_percent bigint,
                                                  extra_pieces bigint)
            RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT per_unit * units $$
            """,
            "What is reserved of a part is what projects hold and want by the rule",
            "part AAAA: 20 reserved and 80 available, 21 and 79 by the rule",
        ),
        (
            "UPDATE pick_lines SET list_state = 'COMPLETED'",
            "What is reserved of a part is what projects hold and want by the rule",
            "part AAAA: 24 reserved and 76 available, 21 and 79 by the rule",
        ),
    ],
)
async def test_a_planted_fault_is_named(
    plant: asyncpg.Connection, database: Database, fault: str, invariant: str, detail: str
) -> None:
    # The CHECK of a line would refuse the fault; what is planted is what a missing one would let through.
    await plant.execute("ALTER TABLE pick_lines DROP CONSTRAINT ck_pick_lines_finished_promises_nothing")
    try:
        await plant.execute(fault)
        told = [finding.detail for finding in await run_checks(database) if finding.invariant == invariant]
        assert [text for text in told if detail in text], told
    finally:
        await plant.execute(
            "DELETE FROM pick_lines; ALTER TABLE pick_lines ADD CONSTRAINT ck_pick_lines_finished_promises_nothing "
            "CHECK (list_state = 'OPEN' OR open_quantity = 0)"
        )
