"""Every refusal that a payload of pick lists names, provoked once through HTTP."""

import pytest

from tests.factories import Workshop
from tests.picking.lists import line, opened, project
from tests.picking.refusals import REFUSALS, USED_KEY, Known

_RETIRE = "UPDATE parts SET retired_at = clock_timestamp() WHERE key = $1"


@pytest.fixture
async def known(workshop: Workshop) -> Known:
    """Lists in which every refusal has its reason, half of each picked, of parts that are there, full or retired."""
    await workshop.box()
    found: Known = {}

    async def half_picked(name: str, pieces: int, units: int = 4) -> str:
        key = await workshop.stocked(pieces)
        found["project"] = await project(workshop, name, 0, line(key))
        made = await opened(workshop, found["project"], units)
        found[f"{name} list"], found[f"{name} line"] = made["id"], made["lines"][0]["id"]
        await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=2)
        return key

    async def ended(name: str) -> None:
        await workshop.done("completePickList", pickListId=found[f"{name} list"], builtUnits=2)

    await half_picked("archived", 10)
    await ended("archived")
    await workshop.done("archiveProject", projectId=found["project"])
    found["archived"] = found["project"]
    taken = await half_picked("taken", 4)
    await ended("taken")
    await workshop.use(taken, "1-1", 2)
    full = await half_picked("full", 1_000_000_000)
    await workshop.receive(full, "1-1", 2)
    for name in ("retired", "retired done"):
        key = await half_picked(name, 10)
        if name == "retired done":
            await ended(name)
        await workshop.connection.execute(_RETIRE, key)
    await half_picked("open", 10)
    await workshop.done("createPart", description="Fuse", idempotencyKey=USED_KEY)
    return found


async def test_each_refusal_is_answered_and_changes_nothing(workshop: Workshop, known: Known) -> None:
    for (name, typename), request in REFUSALS.items():
        await workshop.refused(name, typename, **request(known))
