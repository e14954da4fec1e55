"""Rivals over projects are made to overlap: each waits for the lock that the other holds, and then sees what it did.

Rules: docs/domain.md#lock-order.
"""

import pytest

from tests.factories import Workshop
from tests.locks import held
from tests.projects.facts import line, planted_list, project, ranks

LOCK_PART = "SELECT 1 FROM parts WHERE key = $1 FOR NO KEY UPDATE"
LOCK_PROJECT = "SELECT 1 FROM projects WHERE name = $1 FOR NO KEY UPDATE"
LOCK_RANKS = "SELECT pg_advisory_xact_lock(x'72616e6b73'::bigint)"


async def test_projects_created_at_once_get_ranks_of_their_own(workshop: Workshop) -> None:
    async with held(workshop.connection, LOCK_RANKS) as rivals:
        await rivals.start(*(workshop.run("createProject", name=name) for name in "ABCDEFGH"))
    payloads = await rivals.answers()
    assert sorted(payload["project"]["rank"] for payload in payloads) == list(range(1, 9))


async def test_of_two_projects_created_at_once_with_one_name_one_is_refused(workshop: Workshop) -> None:
    async with held(workshop.connection, LOCK_RANKS) as rivals:
        await rivals.start(*(workshop.run("createProject", name=name) for name in ("Lamp", "LAMP")))
    payloads = await rivals.answers()
    assert sorted(payload["__typename"] for payload in payloads) == ["AlreadyExistsError", "CreateProjectSuccess"]
    assert await workshop.count_rows("projects") == 1


async def test_ranks_stay_without_gaps_when_projects_are_ranked_and_deleted_at_once(workshop: Workshop) -> None:
    ids = [await project(workshop, name) for name in "ABCDEF"]
    async with held(workshop.connection, LOCK_RANKS) as rivals:
        await rivals.start(
            workshop.run("rankProject", projectId=ids[5], rank=1),
            workshop.run("deleteProject", projectId=ids[2]),
            workshop.run("rankProject", projectId=ids[0], rank=4),
            workshop.run("createProject", name="G"),
            workshop.run("deleteProject", projectId=ids[3]),
        )
    payloads = await rivals.answers()
    assert {payload["__typename"].endswith("Success") for payload in payloads} == {True}
    assert [rank for _, rank in await ranks(workshop)] == [1, 2, 3, 4, 5]


async def test_two_updates_of_one_version_are_one_success_and_one_conflict(workshop: Workshop) -> None:
    made = await project(workshop, "Lamp", 1)
    async with held(workshop.connection, LOCK_PROJECT, "Lamp") as rivals:
        await rivals.start(
            workshop.run("updateProject", projectId=made, buildTarget=2, expectedVersion=1),
            workshop.run("updateProject", projectId=made, buildTarget=3, expectedVersion=1),
        )
    payloads = await rivals.answers()
    assert sorted(payload["__typename"] for payload in payloads) == ["ConflictError", "UpdateProjectSuccess"]
    assert await workshop.connection.fetchval("SELECT version FROM projects") == 2


async def test_a_target_and_a_requirement_set_at_once_never_need_too_many_pieces_together(workshop: Workshop) -> None:
    key = await workshop.part()
    made = await project(workshop, "Lamp", 1)
    async with held(workshop.connection, LOCK_PROJECT, "Lamp") as rivals:
        await rivals.start(
            workshop.run("updateProject", projectId=made, buildTarget=1_000_000),
            workshop.run("setRequirement", projectId=made, requirement=line(key, 1_000_000)),
        )
    payloads = await rivals.answers()
    assert sorted(payload["__typename"] for payload in payloads)[1] == "ValidationError"


async def test_a_part_that_is_retired_meanwhile_is_not_required(workshop: Workshop) -> None:
    key = await workshop.part()
    made = await project(workshop, "Lamp", 1)
    retire = "UPDATE parts SET retired_at = now() WHERE key = $1"
    async with held(workshop.connection, retire, key) as rivals:
        await rivals.start(workshop.run("setRequirement", projectId=made, requirement=line(key)))
    (payload,) = await rivals.answers()
    assert payload["issues"] == [{"path": ["requirement", "partKey"], "message": f"part {key} is retired"}]
    assert await workshop.count_rows("requirements") == 0


async def test_a_part_that_is_required_meanwhile_is_not_retired(workshop: Workshop) -> None:
    key = await workshop.part()
    await project(workshop, "Lamp", 1)
    require = """
    WITH part AS (SELECT id FROM parts WHERE key = $1 FOR SHARE)
    INSERT INTO requirements (project_id, part_id, position, per_unit)
    SELECT projects.id, part.id, 1, 1 FROM projects, part
    """
    async with held(workshop.connection, require, key) as rivals:
        await rivals.start(workshop.run("retirePart", partKey=key))
    (payload,) = await rivals.answers()
    assert payload["usages"] == [{"kind": "project", "count": 1, "references": ["Lamp"]}]


async def test_a_part_that_is_retired_while_its_project_is_restored_keeps_it_archived(workshop: Workshop) -> None:
    key = await workshop.part()
    made = await project(workshop, "Lamp", 1, line(key))
    await workshop.done("archiveProject", projectId=made)
    async with held(workshop.connection, "UPDATE parts SET retired_at = now() WHERE key = $1", key) as rivals:
        await rivals.start(workshop.run("restoreProject", projectId=made))
    (payload,) = await rivals.answers()
    assert (payload["__typename"], payload["partKeys"]) == ("PartRetiredError", [key])
    assert await workshop.connection.fetchval("SELECT status FROM projects") == "ARCHIVED"


@pytest.mark.parametrize(
    ("mutation", "lock"), [("archiveProject", "FOR NO KEY UPDATE"), ("deleteProject", "FOR UPDATE")]
)
async def test_a_pick_list_that_is_made_meanwhile_keeps_its_project(
    workshop: Workshop, mutation: str, lock: str
) -> None:
    made = await project(workshop, "Lamp", 1)
    async with held(workshop.connection, f"SELECT 1 FROM projects WHERE name = $1 {lock}", "Lamp") as rivals:
        await rivals.start(workshop.run(mutation, projectId=made))
        await planted_list(workshop.connection, "Lamp")
    (payload,) = await rivals.answers()
    assert payload["__typename"] == "InUseError"
    assert [usage["kind"] for usage in payload["usages"]] == ["pick list"]


async def test_a_project_that_is_archived_meanwhile_is_not_edited(workshop: Workshop) -> None:
    key = await workshop.part()
    made = await project(workshop, "Lamp", 1)
    archive = "UPDATE projects SET status = 'ARCHIVED' WHERE name = $1"
    async with held(workshop.connection, archive, "Lamp") as rivals:
        await rivals.start(
            workshop.run("setRequirement", projectId=made, requirement=line(key)),
            workshop.run("updateProject", projectId=made, name="Torch"),
        )
    assert {payload["__typename"] for payload in await rivals.answers()} == {"InUseError"}
    assert await workshop.count_rows("requirements") == 0


async def test_a_project_edited_while_parts_are_merged_names_the_part_that_stays(workshop: Workshop) -> None:
    keep, drop = await workshop.part(), await workshop.part()
    made = await project(workshop, "Lamp", 1, line(drop))
    async with held(workshop.connection, LOCK_PROJECT, "Lamp") as rivals:
        await rivals.start(workshop.run("mergeParts", keep=keep, drop=drop))
        await rivals.start(workshop.run("setRequirement", projectId=made, requirement=line(drop, 5)))
    payloads = await rivals.answers()
    assert [payload["__typename"] for payload in payloads] == ["MergePartsSuccess", "ValidationError"]
    assert await workshop.connection.fetchval("SELECT key FROM parts JOIN requirements ON part_id = parts.id") == keep


async def test_merging_parts_waits_for_no_part_while_it_holds_projects(workshop: Workshop) -> None:
    """Whoever makes a pick list holds the substitute and waits for the project: neither waits for the other in turn."""
    keep, drop, substitute = [await workshop.part() for _ in range(3)]
    await project(workshop, "Lamp", 1, line(drop, substituteKeys=[substitute]))
    connection = workshop.connection
    async with connection.transaction():
        await connection.execute(LOCK_PART, substitute)
        merged = await workshop.run("mergeParts", keep=keep, drop=drop)
        await connection.execute(f"{LOCK_PROJECT} NOWAIT", "Lamp")
    assert merged["__typename"] == "MergePartsSuccess"


async def test_deleting_a_project_holds_none_while_it_waits_for_one_that_comes_before_it(workshop: Workshop) -> None:
    ids = [await project(workshop, name) for name in "AB"]
    await workshop.done("rankProject", projectId=ids[0], rank=2)
    async with held(workshop.connection, LOCK_PROJECT, "A") as rivals:
        await rivals.start(workshop.run("deleteProject", projectId=ids[1]))
        await workshop.connection.execute(f"{LOCK_PROJECT} NOWAIT", "B")
    (payload,) = await rivals.answers()
    assert payload["__typename"] == "DeleteProjectSuccess"
    assert await ranks(workshop) == [("A", 1)]
