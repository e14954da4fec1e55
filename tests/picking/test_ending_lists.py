"""Completing, reopening and cancelling lists.

Rules: docs/domain.md#the-end-of-a-list, #promises.
"""

from uuid import uuid4

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, opened, pick_list, project, project_with, promised, quantities
from tests.projects.facts import coverage


async def picked_list(workshop: Workshop, project_id: str, units: int) -> Json:
    """A list whose lines are all picked."""
    made = await opened(workshop, project_id, units)
    lines = [{"lineId": each["id"], "quantity": each["openQuantity"]} for each in made["lines"]]
    picked: Json = (await workshop.done("pickLines", lines=lines))["pickList"]
    return picked


async def test_a_list_picked_whole_is_completed_with_all_its_units(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await picked_list(workshop, lamp, 6)
    request = {"pickListId": made["id"], "idempotencyKey": str(uuid4())}
    done = await workshop.done("completePickList", **request)
    ended = done["pickList"]
    assert (ended["state"], ended["builtUnits"], ended["project"]["builtUnits"]) == ("COMPLETED", 6, 6)
    assert done["operation"] is None
    assert (await workshop.done("completePickList", **request))["replayed"] is True
    assert (await coverage(workshop, lamp))[key]["neededQuantity"] == 4
    id = made["lines"][0]["id"]
    for name, fields in (
        ("pickLine", {"lineId": id, "quantity": 1}),
        ("undoPick", {"lineId": id, "quantity": 1}),
        ("completePickList", {"pickListId": made["id"]}),
        ("cancelPickList", {"pickListId": made["id"]}),
    ):
        assert (await workshop.refused(name, "PickListStateError", **fields))["state"] == "COMPLETED"


async def test_built_units_are_named_when_a_line_is_short_and_what_is_open_is_released(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 6)
    await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=4)
    refused = await workshop.refused("completePickList", "ValidationError", pickListId=made["id"])
    assert refused["path"] == ["builtUnits"]
    for built in (-1, 7):
        await workshop.refused("completePickList", "ValidationError", pickListId=made["id"], builtUnits=built)
    done = (await workshop.done("completePickList", pickListId=made["id"], builtUnits=4))["pickList"]
    assert (quantities(done["lines"][0]), done["project"]["builtUnits"]) == ((6, 0, 4, 2, 0), 4)
    assert await promised(workshop, key) == 0
    assert (await coverage(workshop, lamp))[key]["neededQuantity"] == 6


async def test_a_list_with_parts_left_out_is_completed_with_fewer_units(workshop: Workshop) -> None:
    await workshop.box()
    key, missing = await workshop.stocked(10), await workshop.part()
    lamp = await project(workshop, "Lamp", 10, line(key), line(missing))
    made = await opened(workshop, lamp, 6, whenShort="LEAVE_OUT")
    await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=6)
    await workshop.refused("completePickList", "ValidationError", pickListId=made["id"])
    done = (await workshop.done("completePickList", pickListId=made["id"], builtUnits=2))["pickList"]
    assert (done["builtUnits"], done["project"]["builtUnits"]) == (2, 2)


async def test_pieces_not_built_in_go_back_and_the_rest_is_used_up(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await picked_list(workshop, lamp, 6)
    id = made["lines"][0]["id"]
    for quantity in (0, 7):
        back = [{"lineId": id, "quantity": quantity}]
        refused = await workshop.refused("completePickList", "ValidationError", pickListId=made["id"], returned=back)
        assert refused["path"] == ["returned", "0", "quantity"]
    back = [{"lineId": id, "quantity": 2, "location": "1-7"}]
    refused = await workshop.refused("completePickList", "ValidationError", pickListId=made["id"], returned=back)
    assert refused["path"] == ["builtUnits"]
    done = await workshop.done("completePickList", pickListId=made["id"], builtUnits=4, returned=back)
    assert quantities(done["pickList"]["lines"][0]) == (6, 0, 4, 0, 2)
    assert await workshop.shelf() == {(key, "1-1"): 4, (key, "1-7"): 2}
    assert [each["delta"] for each in done["operation"]["changes"]] == [2]


async def test_reopening_takes_the_units_back_and_promises_again_what_was_released(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 6)
    id = made["lines"][0]["id"]
    await workshop.done("pickLine", lineId=id, quantity=4)
    back = [{"lineId": id, "quantity": 1}]
    await workshop.done("completePickList", pickListId=made["id"], builtUnits=3, returned=back)
    await workshop.refused("cancelPickList", "PickListStateError", pickListId=made["id"])
    reopened = (await workshop.done("reopenPickList", pickListId=made["id"]))["pickList"]
    assert (reopened["state"], reopened["builtUnits"], reopened["project"]["builtUnits"]) == ("OPEN", None, 0)
    assert quantities(reopened["lines"][0]) == (6, 3, 3, 0, 0)
    assert (await coverage(workshop, lamp))[key]["openQuantity"] == 3
    await workshop.refused("reopenPickList", "PickListStateError", pickListId=made["id"])


async def test_what_others_hold_by_now_is_not_promised_twice_by_reopening(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 6, 6)
    made = await opened(workshop, lamp, 6)
    await workshop.done("completePickList", pickListId=made["id"], builtUnits=6)
    clock = await project(workshop, "Clock", 5, line(key))
    other = await opened(workshop, clock, 5)
    refused = await workshop.refused("reopenPickList", "ShortageError", pickListId=made["id"])
    shortage = {**refused["shortages"][0], "part": None}
    assert shortage == {"partKey": key, "part": None, "needed": 6, "available": 1, "missing": 5}
    await workshop.done("cancelPickList", pickListId=other["id"])
    await workshop.done("reopenPickList", pickListId=made["id"])
    assert await promised(workshop, key) == 6


async def test_cancelling_returns_what_was_picked_and_promises_nothing(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    first, second = await workshop.stocked(5, "2-1"), await workshop.stocked(9, "1-2")
    lamp = await project(workshop, "Lamp", 10, line(first), line(second))
    made = await opened(workshop, lamp, 5)
    ids = {each["part"]["key"]: each["id"] for each in made["lines"]}
    await workshop.done(
        "pickLines", lines=[{"lineId": ids[first], "quantity": 5}, {"lineId": ids[second], "quantity": 2}]
    )
    await workshop.done("deleteBox", number=2)
    refused = await workshop.refused("cancelPickList", "ValidationError", pickListId=made["id"])
    assert "2-1 is gone" in refused["message"]
    back = [{"lineId": ids[first], "location": "1-9"}]
    done = await workshop.done("cancelPickList", pickListId=made["id"], returnTo=back)
    assert done["pickList"]["state"] == "CANCELLED"
    assert sorted(quantities(each) for each in done["pickList"]["lines"]) == [(5, 0, 0, 0, 5), (5, 0, 0, 3, 2)]
    assert await workshop.shelf() == {(first, "1-9"): 5, (second, "1-2"): 9}
    assert await promised(workshop, second) == 0
    untouched = await opened(workshop, lamp, 1)
    key = str(uuid4())
    for replayed in (False, True):
        done = await workshop.done("cancelPickList", pickListId=untouched["id"], idempotencyKey=key)
        assert (done["operation"], done["replayed"]) == (None, replayed)


async def test_a_completed_list_survives_its_requirement_its_stock_and_its_box(workshop: Workshop) -> None:
    await workshop.box(1)
    key = await workshop.stocked(6)
    lamp = await project(workshop, "Lamp", 6, line(key, designators=["R1", "R2"]))
    made = await picked_list(workshop, lamp, 6)
    await workshop.done("removeRequirement", projectId=lamp, partKey=key)
    done = (await workshop.done("completePickList", pickListId=made["id"]))["pickList"]
    await workshop.done("deleteBox", number=1)
    kept = await pick_list(workshop, made["id"])
    assert [{**each, "location": None} for each in done["lines"]] == kept["lines"]
    assert (kept["lines"][0]["designators"], kept["lines"][0]["locationReference"]) == (["R1", "R2"], "1-1")


async def test_a_target_below_what_is_built_reserves_nothing(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 20, 10)
    made = await picked_list(workshop, lamp, 6)
    await workshop.done("completePickList", pickListId=made["id"])
    await workshop.done("updateProject", projectId=lamp, buildTarget=3)
    seen = (await coverage(workshop, lamp))[key]
    assert (seen["neededQuantity"], seen["shortageQuantity"]) == (0, 0)
    query = "query($key: PartKey!) { part(key: $key) { reservedQuantity availableQuantity totalQuantity } }"
    part = (await workshop.graphql(query, {"key": key}))["part"]
    assert part == {"reservedQuantity": "0", "availableQuantity": 14, "totalQuantity": 14}


async def test_a_list_and_its_project_keep_who_did_what(workshop: Workshop) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 6)
    await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=4, close=True)
    await workshop.done("completePickList", pickListId=made["id"], builtUnits=4)
    query = """
    query($id: ID!) { pickList(id: $id) { actor finishedBy finishedAt
      edits { nodes { field before after actor } } project { edits { nodes { field before after } } } } }
    """
    seen = (await workshop.graphql(query, {"id": made["id"]}))["pickList"]
    assert (seen["actor"], seen["finishedBy"], seen["finishedAt"] is not None) == ("local", "local", True)
    told = {(node["field"], node["before"] is None, node["after"]) for node in seen["edits"]["nodes"]}
    assert told == {("builtUnits", True, "4"), ("state", False, "COMPLETED"), ("closedLine", False, None)}
    assert seen["project"]["edits"]["nodes"][0] == {"field": "builtUnits", "before": "0", "after": "4"}


async def test_lists_and_lines_that_do_not_exist_are_not_found(workshop: Workshop) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    for name in ("completePickList", "reopenPickList", "cancelPickList"):
        refused = await workshop.refused(name, "NotFoundError", pickListId=lamp)
        assert (refused["kind"], refused["reference"]) == ("pick list", lamp)
    refused = await workshop.refused("undoPick", "NotFoundError", lineId=lamp, quantity=1)
    assert (refused["kind"], refused["path"]) == ("pick line", ["lineId"])
    made = await opened(workshop, lamp, 1)
    other = await opened(workshop, lamp, 1)
    back = [{"lineId": other["lines"][0]["id"], "location": "1-1"}]
    await workshop.refused("cancelPickList", "ValidationError", pickListId=made["id"], returnTo=back)


async def test_an_end_that_expects_another_version_changes_nothing(workshop: Workshop) -> None:
    _, lamp = await project_with(workshop, 20, 20)
    for name, ending in (("completePickList", {"builtUnits": 1}), ("cancelPickList", {})):
        made = await opened(workshop, lamp, 2)
        picked = (await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=1))["pickList"]
        request = {"pickListId": made["id"], **ending}
        refused = await workshop.refused(name, "ConflictError", **request, expectedVersion=made["version"])
        assert (refused["path"], await pick_list(workshop, made["id"])) == (["expectedVersion"], picked)
        ended = (await workshop.done(name, **request, expectedVersion=picked["version"]))["pickList"]
        if ended["state"] == "COMPLETED":
            stale = {"pickListId": made["id"], "expectedVersion": picked["version"]}
            await workshop.refused("reopenPickList", "ConflictError", **stale)
            await workshop.done("reopenPickList", **stale | {"expectedVersion": ended["version"]})
            await workshop.done("cancelPickList", pickListId=made["id"])


async def test_no_more_units_are_built_than_can_be_counted(workshop: Workshop) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    made = await picked_list(workshop, lamp, 6)
    await workshop.connection.execute("UPDATE projects SET built_units = 2147483642")
    refused = await workshop.refused("completePickList", "ValidationError", pickListId=made["id"])
    assert refused["path"] == ["builtUnits"]
    done = await workshop.done("completePickList", pickListId=made["id"], builtUnits=5)
    assert done["pickList"]["project"]["builtUnits"] == 2_147_483_647


async def test_an_end_that_expects_another_version_keeps_its_idempotency_key_for_the_right_one(
    workshop: Workshop,
) -> None:
    """Only successes are kept: the same key goes with the version that is right."""
    _, lamp = await project_with(workshop, 20, 20)
    made = await opened(workshop, lamp, 2)
    for name, ending in (("completePickList", {"builtUnits": 1}), ("reopenPickList", {}), ("cancelPickList", {})):
        version = (await pick_list(workshop, made["id"]))["version"]
        request = {"pickListId": made["id"], "idempotencyKey": str(uuid4()), **ending}
        for other in (version - 1, version + 1):
            refused = await workshop.refused(name, "ConflictError", **request, expectedVersion=other)
            assert (refused["expected"], refused["current"]) == (other, version)
        done = await workshop.done(name, **request, expectedVersion=version)
        assert done["pickList"]["version"] == version + 1
        # The same request again is answered, though the version moved on.
        again = await workshop.done(name, **request, expectedVersion=version)
        assert again == done | {"replayed": True}
