"""Projects: create, update, rank, archive, restore, delete; and their requirements.

Rules: docs/domain.md#fields-of-a-project, #ranks, #archiving-and-deleting-a-project.
"""

from uuid import uuid4

import pytest

from tests.factories import Workshop
from tests.projects.facts import edits, line, planted_list, project, ranks


async def test_a_project_is_created_with_the_last_rank(workshop: Workshop) -> None:
    await project(workshop, "Lamp", 5)
    made = (await workshop.done("createProject", name="  Clock ", description=" ", buildTarget=3))["project"]
    assert {**made, "id": ""} == {
        "id": "",
        "name": "Clock",
        "description": None,
        "rank": 2,
        "buildTarget": 3,
        "builtUnits": 0,
        "outstandingUnits": 3,
        "buildableUnits": 3,
        "status": "ACTIVE",
        "version": 1,
        "requirements": {"nodes": []},
    }
    assert await ranks(workshop) == [("Lamp", 1), ("Clock", 2)]


async def test_a_name_is_taken_ignoring_case(workshop: Workshop) -> None:
    await project(workshop, "Straße")
    other = await project(workshop, "Clock")
    refused = await workshop.refused("createProject", "AlreadyExistsError", name="STRASSE")
    assert (refused["kind"], refused["reference"], refused["path"]) == ("project", "STRASSE", ["name"])
    await workshop.refused("updateProject", "AlreadyExistsError", projectId=other, name="strasse")
    assert (await workshop.done("updateProject", projectId=other, name="CLOCK"))["project"]["name"] == "CLOCK"


async def test_creating_again_with_the_same_key_answers_the_first_project(workshop: Workshop) -> None:
    key = str(uuid4())
    first = await workshop.done("createProject", name="Lamp", idempotencyKey=key)
    second = await workshop.done("createProject", name="Lamp", idempotencyKey=key)
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["project"]["id"] == second["project"]["id"]
    await workshop.refused("createProject", "IdempotencyKeyReusedError", name="Clock", idempotencyKey=key)


async def test_every_fault_of_a_project_is_told_at_once(workshop: Workshop) -> None:
    refused = await workshop.refused(
        "createProject", "ValidationError", name=" ", description="x" * 2001, buildTarget=1_000_001
    )
    assert [issue["path"] for issue in refused["issues"]] == [["name"], ["description"], ["buildTarget"]]


async def test_an_update_changes_what_it_names_and_leaves_an_edit_for_each_field(workshop: Workshop) -> None:
    made = await project(workshop, "Lamp", 5, description="A lamp")
    changed = (await workshop.done("updateProject", projectId=made, name="Lantern", description=None))["project"]
    assert (changed["name"], changed["description"], changed["buildTarget"], changed["version"]) == (
        "Lantern",
        None,
        5,
        2,
    )
    assert await edits(workshop, made) == [("description", "A lamp", None), ("name", "Lamp", "Lantern")]
    again = (await workshop.done("updateProject", projectId=made, name="Lantern"))["project"]
    assert again["version"] == 2
    await workshop.refused("updateProject", "ValidationError", projectId=made, buildTarget=None)


async def test_a_version_that_is_not_the_expected_one_is_a_conflict(workshop: Workshop) -> None:
    made = await project(workshop, "Lamp")
    await workshop.done("updateProject", projectId=made, name="Lantern", expectedVersion=1)
    key = await workshop.part()
    for name, fields in (
        ("updateProject", {"name": "Torch"}),
        ("rankProject", {"rank": 1}),
        ("archiveProject", {}),
        ("restoreProject", {}),
        ("deleteProject", {}),
        ("setRequirements", {"requirements": [line(key)]}),
        ("setRequirement", {"requirement": line(key)}),
        ("removeRequirement", {"partKey": key}),
        ("rankProject", {"rank": 1}),
    ):
        refused = await workshop.refused(name, "ConflictError", projectId=made, expectedVersion=1, **fields)
        assert (refused["expected"], refused["current"]) == (1, 2)


async def test_a_project_moves_to_a_rank_and_those_between_move_by_one(workshop: Workshop) -> None:
    ids = [await project(workshop, name) for name in "ABCDE"]
    await workshop.done("rankProject", projectId=ids[3], rank=2)
    assert await ranks(workshop) == [("A", 1), ("D", 2), ("B", 3), ("C", 4), ("E", 5)]
    moved = (await workshop.done("rankProject", projectId=ids[0], rank=5))["project"]
    assert await ranks(workshop) == [("D", 1), ("B", 2), ("C", 3), ("E", 4), ("A", 5)]
    assert (moved["rank"], moved["version"]) == (5, 2)
    assert await edits(workshop, ids[0]) == [("rank", "1", "5")]
    assert await edits(workshop, ids[4]) == []
    for rank in (0, 6):
        refused = await workshop.refused("rankProject", "ValidationError", projectId=ids[0], rank=rank)
        assert refused["issues"][0]["path"] == ["rank"]


async def test_deleting_a_project_closes_the_gap_in_the_ranks(workshop: Workshop) -> None:
    ids = [await project(workshop, name) for name in "ABC"]
    key = await workshop.part()
    await workshop.done("setRequirement", projectId=ids[0], requirement=line(key))
    deleted = await workshop.done("deleteProject", projectId=ids[0])
    assert (deleted["deletedId"], deleted["name"]) == (ids[0], "A")
    assert await ranks(workshop) == [("B", 1), ("C", 2)]
    assert await workshop.count_rows("requirements") == 0
    await workshop.refused("deleteProject", "NotFoundError", projectId=ids[0])


async def test_a_project_that_was_picked_for_is_archived_not_deleted(workshop: Workshop) -> None:
    made = await project(workshop, "Lamp")
    number = await planted_list(workshop.connection, "Lamp")
    refused = await workshop.refused("deleteProject", "InUseError", projectId=made)
    assert refused["usages"] == [{"kind": "pick list", "count": 1, "references": [f"{number} (1 units)"]}]
    refused = await workshop.refused("archiveProject", "InUseError", projectId=made)
    assert refused["usages"] == [{"kind": "pick list", "count": 1, "references": [f"{number} (1 units)"]}]
    assert str(number) in refused["message"]
    await workshop.connection.execute(
        "UPDATE pick_lists SET state = 'CANCELLED', finished_at = now(), finished_by = 'ada'"
    )
    assert (await workshop.done("archiveProject", projectId=made))["project"]["status"] == "ARCHIVED"


async def test_an_archived_project_is_read_only_until_it_is_restored(workshop: Workshop) -> None:
    key = await workshop.part()
    made = await project(workshop, "Lamp", 5, line(key))
    await workshop.done("archiveProject", projectId=made)
    for name, fields in (
        ("updateProject", {"buildTarget": 1}),
        ("rankProject", {"rank": 1}),
        ("setRequirements", {"requirements": [line(key, 2)]}),
        ("setRequirement", {"requirement": line(key, 2)}),
        ("removeRequirement", {"partKey": key}),
    ):
        refused = await workshop.refused(name, "InUseError", projectId=made, **fields)
        assert refused["usages"] == [{"kind": "archived project", "count": 1, "references": ["Lamp"]}]
    restored = (await workshop.done("restoreProject", projectId=made))["project"]
    assert (restored["status"], restored["version"]) == ("ACTIVE", 4)
    assert (await edits(workshop, made))[:2] == [("status", "ARCHIVED", "ACTIVE"), ("status", "ACTIVE", "ARCHIVED")]


async def test_an_archived_project_still_takes_files_and_links(workshop: Workshop) -> None:
    made = await project(workshop, "Lamp", 5)
    await workshop.done("archiveProject", projectId=made)
    await workshop.done("attachLink", owner={"projectId": made}, url="https://example.org/photo", title="Photo")
    assert await workshop.count_rows("attachments") == 1


async def test_archived_projects_are_hidden_unless_asked_for(workshop: Workshop) -> None:
    key = await workshop.part()
    await project(workshop, "Lamp", 1, line(key))
    old = await project(workshop, "Old lamp")
    await workshop.done("archiveProject", projectId=old)
    await planted_list(workshop.connection, "Lamp")

    async def shown(arguments: str) -> list[str]:
        found = await workshop.graphql(f"{{ projects{arguments} {{ nodes {{ name }} totalCount }} }}")
        return [node["name"] for node in found["projects"]["nodes"]]

    assert await shown("") == ["Lamp"]
    assert await shown("(filter: { status: ARCHIVED })") == ["Old lamp"]
    assert await shown("(filter: { status: null }, orderBy: { field: RANK, direction: DESC })") == ["Old lamp", "Lamp"]
    assert await shown('(filter: { status: null, text: "OLD" })') == ["Old lamp"]
    assert await shown(f'(filter: {{ partKey: "{key.lower()}" }})') == ["Lamp"]
    assert await shown("(filter: { status: null, hasOpenPickLists: true })") == ["Lamp"]
    assert await shown("(filter: { status: null, hasOpenPickLists: false }, orderBy: { field: NAME })") == ["Old lamp"]


@pytest.mark.parametrize("id", ["nonsense", "UGFydDox", "UHJvamVjdDo5OTk5OTk"])
async def test_an_unknown_project_is_told_by_the_id_that_was_sent(workshop: Workshop, id: str) -> None:
    refused = await workshop.refused("updateProject", "NotFoundError", projectId=id, name="x")
    assert (refused["kind"], refused["reference"], refused["path"]) == ("project", id, ["projectId"])
    assert (await workshop.graphql("query($id: ID!) { project(id: $id) { id } }", {"id": id}))["project"] is None
