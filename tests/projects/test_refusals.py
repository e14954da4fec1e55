"""Every refusal that a mutation of projects lists is reached by a request, names the field at fault, and changes
nothing."""

import pytest

from tests.factories import Workshop
from tests.projects.facts import line, planted_list, project
from tests.projects.refusals import KEY_OF_GONE, REFUSALS, USED_KEY


@pytest.fixture
async def ids(workshop: Workshop) -> dict[str, str]:
    """The ids of an active, a picked and an archived project; a part of the last one is retired."""
    await workshop.part(key="AAAA")
    await workshop.part(key="RRRR")
    gone = await workshop.done("createProject", name="Gone", idempotencyKey=KEY_OF_GONE)
    await workshop.done("deleteProject", projectId=gone["project"]["id"])
    lamp = (await workshop.done("createProject", name="Lamp", idempotencyKey=USED_KEY))["project"]["id"]
    picked = await project(workshop, "Picked")
    await planted_list(workshop.connection, "Picked")
    old = await project(workshop, "Old", 1, line("RRRR"))
    await workshop.done("archiveProject", projectId=old)
    await workshop.done("retirePart", partKey="RRRR")
    return {"Lamp": lamp, "Picked": picked, "Old": old, "nothing": gone["project"]["id"]}


@pytest.mark.parametrize(("mutation", "typename"), REFUSALS)
async def test_a_refusal_names_the_field_at_fault_and_changes_nothing(
    workshop: Workshop, ids: dict[str, str], mutation: str, typename: str
) -> None:
    name, fields, path = REFUSALS[mutation, typename]
    given = fields if name is None else fields | {"projectId": ids[name]}
    refusal = await workshop.refused(mutation, typename, **given)
    assert refusal["path"] == path
