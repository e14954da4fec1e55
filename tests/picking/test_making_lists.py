"""Making pick lists: which pieces from where, what is short, substitutes, previews.

Rules: docs/domain.md#planning-a-list, #short-parts.
"""

from uuid import uuid4

from tests.factories import Workshop
from tests.graphql_client import RawGraphQL
from tests.picking.lists import lines_of, opened, pick_list, preview, project, project_with, promised
from tests.projects.facts import coverage, line


async def test_the_smallest_quantity_comes_first_then_box_then_location(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.part()
    for place, pieces in (("2-1", 3), ("1-3", 7), ("1-2", 7), ("1-1", 50)):
        await workshop.receive(key, place, pieces)
    lamp = await project(workshop, "Lamp", 15, line(key))
    made = await opened(workshop, lamp, 15)
    assert lines_of(made) == [(key, "1-2", 7), (key, "1-3", 5), (key, "2-1", 3)]
    query = "query($id: ID!) { pickList(id: $id) { boxes { number box { number } lines { locationReference } } } }"
    boxes = (await workshop.graphql(query, {"id": made["id"]}))["pickList"]["boxes"]
    assert [(box["number"], box["box"]["number"], len(box["lines"])) for box in boxes] == [(1, 1, 2), (2, 2, 1)]


async def test_lists_of_one_project_take_attrition_and_extra_pieces_once(workshop: Workshop) -> None:
    for name, steps in (("Whole", [10]), ("Halves", [5, 5]), ("Singly", [1] * 10)):
        await workshop.box(100 + len(steps))
        key = await workshop.stocked(100, f"{100 + len(steps)}-1")
        made = await project(workshop, name, 10, line(key, attritionPercent=5, extraPieces=5))
        for units in steps:
            await opened(workshop, made, units)
        assert await promised(workshop, key) == 16


async def test_pieces_on_a_list_stay_with_it_and_others_see_the_rest(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(100)
    first = await project(workshop, "A", 40, line(key))
    second = await project(workshop, "B", 100, line(key))
    seen = []
    made = await opened(workshop, first, 40)
    seen.append((await coverage(workshop, second))[key]["availableQuantity"])
    await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=40)
    assert await workshop.shelf() == {(key, "1-1"): 60}
    seen.append((await coverage(workshop, second))[key]["availableQuantity"])
    await workshop.done("completePickList", pickListId=made["id"])
    seen.append((await coverage(workshop, second))[key]["availableQuantity"])
    assert seen == [60, 60, 60]


async def test_all_shortages_are_told_together_and_nothing_is_made(workshop: Workshop) -> None:
    await workshop.box()
    first, second, third = [await workshop.stocked(pieces) for pieces in (3, 100, 1)]
    lamp = await project(workshop, "Lamp", 10, line(first), line(second), line(third, 2))
    refused = await workshop.refused("createPickList", "ShortageError", projectId=lamp, units=4)
    assert [{**each, "part": None} for each in refused["shortages"]] == [
        {"partKey": first, "part": None, "needed": 4, "available": 3, "missing": 1},
        {"partKey": third, "part": None, "needed": 8, "available": 1, "missing": 7},
    ]
    shown = await preview(workshop, lamp, 4)
    assert [each["partKey"] for each in shown["rejected"]] == [first, third]
    assert shown["shortages"][1] == {"partKey": third, "needed": 8, "available": 1, "missing": 7}


async def test_what_is_short_is_taken_or_left_out_by_part(workshop: Workshop) -> None:
    await workshop.box()
    first, second, third = [await workshop.stocked(pieces) for pieces in (3, 100, 1)]
    lamp = await project(workshop, "Lamp", 10, line(first), line(second), line(third, 2))
    by_part = [{"partKey": third, "whenShort": "LEAVE_OUT"}]
    wish = {"whenShort": "TAKE_AVAILABLE", "whenShortByPart": by_part}
    shown = await preview(workshop, lamp, 4, **wish)
    made = await opened(workshop, lamp, 4, **wish)
    assert lines_of(made) == [(first, "1-1", 3), (second, "1-1", 4)]
    assert [(each["part"]["key"], each["missingQuantity"]) for each in made["shortages"]] == [(first, 1), (third, 8)]
    planned = [(each["part"]["key"], each["locationReference"], each["quantity"]) for each in shown["lines"]]
    assert (planned, shown["rejected"]) == (lines_of(made), [])


async def test_a_list_without_any_line_is_refused(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    lamp = await project(workshop, "Lamp", 10, line(key))
    for answer in ("TAKE_AVAILABLE", "LEAVE_OUT"):
        refused = await workshop.refused("createPickList", "ShortageError", projectId=lamp, units=1, whenShort=answer)
        assert "no line" in refused["message"]
        shown = await preview(workshop, lamp, 1, whenShort=answer)
        assert (shown["rejected"], shown["lines"], shown["canBeMade"]) == ([], [], False)
    bare = await project(workshop, "Bare", 1)
    await workshop.refused("createPickList", "ShortageError", projectId=bare, units=1)
    assert not (await preview(workshop, bare, 1))["canBeMade"]


async def test_substitutes_stand_in_in_order_where_they_are_allowed(workshop: Workshop) -> None:
    await workshop.box()
    key, first, second = [await workshop.stocked(pieces) for pieces in (2, 3, 50)]
    lamp = await project(workshop, "Lamp", 10, line(key, substituteKeys=[first, second], designators=["R1"]))
    refused = await workshop.refused("createPickList", "ShortageError", projectId=lamp, units=10)
    assert refused["shortages"][0]["available"] == 2
    made = await opened(workshop, lamp, 10, substitutesAllowed=True)
    assert sorted(lines_of(made)) == sorted([(key, "1-1", 2), (first, "1-1", 3), (second, "1-1", 5)])
    assert {(each["requiredPart"]["key"], *each["designators"]) for each in made["lines"]} == {(key, "R1")}
    assert (await coverage(workshop, lamp))[key]["openQuantity"] == 10


async def test_a_part_goes_to_its_own_requirement_before_it_stands_in_for_another(workshop: Workshop) -> None:
    await workshop.box()
    scarce, other = await workshop.stocked(1), await workshop.stocked(5)
    lamp = await project(workshop, "Lamp", 5, line(scarce, substituteKeys=[other]), line(other))
    refused = await workshop.refused(
        "createPickList", "ShortageError", projectId=lamp, units=4, substitutesAllowed=True
    )
    assert [(each["partKey"], each["missing"]) for each in refused["shortages"]] == [(scarce, 2)]


async def test_a_higher_rank_goes_first_and_a_lower_one_gets_the_rest(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(20)
    first, second = [await project(workshop, name, 15, line(key)) for name in ("A", "B")]
    refused = await workshop.refused("createPickList", "ShortageError", projectId=second, units=15)
    assert refused["shortages"][0] | {"part": None} == {
        "partKey": key,
        "part": None,
        "needed": 15,
        "available": 5,
        "missing": 10,
    }
    await opened(workshop, second, 5)
    assert (await coverage(workshop, first))[key]["availableQuantity"] == 15


async def test_the_same_request_again_answers_the_first_list(workshop: Workshop) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    wish = {"projectId": lamp, "units": 4, "idempotencyKey": str(uuid4())}
    first, second = [await workshop.done("createPickList", **wish) for _ in range(2)]
    assert (first["replayed"], second["replayed"]) == (False, True)
    assert first["pickList"] == second["pickList"]
    assert await workshop.count_rows("pick_lists") == 1
    await workshop.refused("createPickList", "IdempotencyKeyReusedError", **{**wish, "units": 5})


async def test_faulty_wishes_are_refused(workshop: Workshop, graphql_raw: RawGraphQL) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    for units in (0, 1_000_001):
        refused = await workshop.refused("createPickList", "ValidationError", projectId=lamp, units=units)
        assert refused["path"] == ["units"]
    stranger = await workshop.part()
    by_part = [{"partKey": stranger, "whenShort": "LEAVE_OUT"}]
    refused = await workshop.refused(
        "createPickList", "ValidationError", projectId=lamp, units=1, whenShortByPart=by_part
    )
    assert refused["path"] == ["whenShortByPart", "0", "partKey"]
    twice = [{"partKey": key, "whenShort": "LEAVE_OUT"}] * 2
    await workshop.refused("createPickList", "ValidationError", projectId=lamp, units=1, whenShortByPart=twice)
    await workshop.refused("createPickList", "NotFoundError", projectId="bogus", units=1)
    assert await preview(workshop, "bogus", 1) is None
    document = "query($id: ID!) { previewPickList(input: { projectId: $id, units: 0 }) { lines { quantity } } }"
    answer = (await graphql_raw(document, {"id": lamp})).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_archived_project_gets_no_list_and_one_with_an_open_list_is_not_archived(
    workshop: Workshop, graphql_raw: RawGraphQL
) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 2)
    refused = await workshop.refused("archiveProject", "InUseError", projectId=lamp)
    assert refused["usages"][0]["references"] == [f"{made['number']} (2 units)"]
    await workshop.done("cancelPickList", pickListId=made["id"])
    assert (await preview(workshop, lamp, 1))["canBeMade"]
    assert not (await preview(workshop, lamp, 11))["canBeMade"]
    await workshop.done("archiveProject", projectId=lamp)
    await workshop.refused("createPickList", "InUseError", projectId=lamp, units=1)
    document = "query($id: ID!) { previewPickList(input: { projectId: $id, units: 1 }) { canBeMade } }"
    (error,) = (await graphql_raw(document, {"id": lamp})).json()["errors"]
    assert (error["extensions"]["code"], "archived" in error["message"]) == ("BAD_USER_INPUT", True)


async def test_lists_are_found_by_id_and_through_their_project(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    first, second = [await opened(workshop, lamp, units) for units in (1, 2)]
    await workshop.done("cancelPickList", pickListId=first["id"])
    assert (await pick_list(workshop, second["id"]))["units"] == 2
    query = """
    query($id: ID!, $line: ID!, $key: PartKey!) {
      project(id: $id) { pickLists { nodes { id } } open: pickLists(filter: { states: [OPEN] }) { nodes { id } } }
      node(id: $line) { ... on PickLine { pickList { id } requirement { part { key } } } }
      part(key: $key) { openPickLines { openQuantity pickList { number project { name } } } }
    }
    """
    seen = await workshop.graphql(query, {"id": lamp, "line": second["lines"][0]["id"], "key": key})
    assert [each["id"] for each in seen["project"]["pickLists"]["nodes"]] == [second["id"], first["id"]]
    assert [each["id"] for each in seen["project"]["open"]["nodes"]] == [second["id"]]
    assert seen["node"] == {"pickList": {"id": second["id"]}, "requirement": {"part": {"key": key}}}
    assert seen["part"]["openPickLines"] == [
        {"openQuantity": 2, "pickList": {"number": second["number"], "project": {"name": "Lamp"}}}
    ]
