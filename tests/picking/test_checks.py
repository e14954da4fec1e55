"""Each fault of pick lists that `partsgraph check` claims to find is planted, and found."""

import asyncpg
import pytest

from persistence.checks import run_checks
from persistence.database import Database
from tests.factories import Workshop
from tests.picking.lists import line, opened, project

KEY = "5f0c2a70-1111-4222-8333-444455559999"


@pytest.fixture
async def plant(workshop: Workshop) -> asyncpg.Connection:
    """Lists in every state, without a fault; a connection that keeps no constraint."""
    await workshop.box()
    key = await workshop.stocked(100, key="AAAA")
    lamp = await project(workshop, "Lamp", 50, line(key))
    open_, done, given_up = [await opened(workshop, lamp, units) for units in (5, 6, 7)]
    for made in (open_, done, given_up):
        await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=4)
    back = [{"lineId": done["lines"][0]["id"], "quantity": 1}]
    await workshop.done("completePickList", pickListId=done["id"], builtUnits=3, returned=back)
    await workshop.done("cancelPickList", pickListId=given_up["id"])
    close = {"lineId": open_["lines"][0]["id"], "quantity": 0, "close": True}
    await workshop.done("pickLine", **close, idempotencyKey=KEY)
    await workshop.connection.execute("SET session_replication_role = replica")
    return workshop.connection


async def test_lists_without_faults_are_clean(plant: asyncpg.Connection, database: Database) -> None:
    assert await run_checks(database) == []


@pytest.mark.parametrize(
    ("fault", "invariant", "detail"),
    [
        (
            "UPDATE projects SET built_units = 4",
            "The built units of a project are those of its completed pick lists",
            "project Lamp: 4 written, 3 on completed lists",
        ),
        (
            "UPDATE pick_lines SET picked_quantity = 3 WHERE picked_quantity = 4",
            "What a pick list has picked of a part is what its picks took off the shelf and did not give back",
            "part AAAA: 3 picked on its lines, 4 in the history",
        ),
        (
            "UPDATE operations SET project_id = project_id + 1 WHERE kind = 'PICK'",
            "A pick names its pick list and that list's project",
            "operation",
        ),
        (
            "UPDATE pick_lines SET location_number = 2",
            "A pick line leads to the place that is written on it",
            "1-2 written, leads to 1-1",
        ),
        (
            "UPDATE pick_lines SET location_id = NULL, open_quantity = 1 WHERE list_state = 'OPEN'",
            "An open pick line leads to its place where that exists",
            "1-1",
        ),
        (
            "UPDATE idempotency_keys SET result_id = -1000000 WHERE mutation = 'pickLine'",
            "An idempotency key leads to the result of its request",
            f"key {KEY} of local for pickLine: result -1000000",
        ),
    ],
)
async def test_a_planted_fault_is_named(
    plant: asyncpg.Connection, database: Database, fault: str, invariant: str, detail: str
) -> None:
    await plant.execute(fault)
    told = [finding.detail for finding in await run_checks(database) if finding.invariant == invariant]
    assert [text for text in told if detail in text], told
