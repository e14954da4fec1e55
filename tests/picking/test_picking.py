"""Picking and undoing: what is taken from where, what is missing there, what the history tells.

Rules: docs/domain.md#pick-lines, #picking-and-undoing.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import uuid4

import pytest

from persistence.checks import run_checks
from persistence.database import Database
from tests.factories import Line, Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, opened, pick_list, project, project_with, quantities

Step: TypeAlias = Callable[[Workshop], Awaitable[None]]


async def test_a_line_is_picked_in_pieces_and_stays_open_until_all_are_there(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 6)
    id = made["lines"][0]["id"]
    first = await workshop.done("pickLine", lineId=id, quantity=4)
    assert quantities(first["pickList"]["lines"][0]) == (6, 2, 4, 0, 0)
    second = await workshop.done("pickLine", lineId=id, quantity=2)
    assert quantities(second["pickList"]["lines"][0]) == (6, 0, 6, 0, 0)
    assert second["pickList"]["version"] == 3
    assert await workshop.shelf() == {(key, "1-1"): 4}
    assert [each.kind for each in await workshop.lines()] == ["RECEIVE", "PICK", "PICK"]
    refused = await workshop.refused("pickLine", "ValidationError", lineId=id, quantity=1)
    assert refused["path"] == ["quantity"]


async def test_a_closed_line_promises_no_more_and_may_be_closed_without_a_piece(workshop: Workshop) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    request: Json = {}
    for quantity, kept in ((3, (6, 0, 3, 0, 0)), (0, (2, 0, 0, 0, 0))):
        made = await opened(workshop, lamp, kept[0])
        request = {"lineId": made["lines"][0]["id"], "quantity": quantity, "close": True}
        key = str(uuid4())
        done = await workshop.done("pickLine", **request, idempotencyKey=key)
        assert quantities(done["pickList"]["lines"][0]) == kept
        again = await workshop.done("pickLine", **request, idempotencyKey=key)
        assert again == {**done, "replayed": True}
        assert (done["operation"] is None) == (quantity == 0)
    await workshop.refused("pickLine", "ValidationError", **{**request, "close": False})
    await workshop.refused("pickLine", "ValidationError", **request)


@pytest.mark.parametrize("quantity", [0, 7, -1])
async def test_no_more_than_is_open_is_picked(workshop: Workshop, quantity: int) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 6)
    await workshop.refused("pickLine", "ValidationError", lineId=made["lines"][0]["id"], quantity=quantity)


async def test_stock_used_by_hand_shows_on_the_line_and_picking_tells_what_is_left(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 8)
    await workshop.use(key, "1-1", 7)
    shown = (await pick_list(workshop, made["id"]))["lines"][0]
    assert (shown["openQuantity"], shown["missingQuantity"]) == (8, 5)
    refused = await workshop.refused("pickLine", "InsufficientStockError", lineId=shown["id"], quantity=8)
    assert refused["shortfalls"] == [
        {"partKey": key, "location": "1-1", "locationExists": True, "available": 3, "requested": 8}
    ]
    done = await workshop.done("pickLine", lineId=shown["id"], quantity=3)
    left = done["pickList"]["lines"][0]
    assert (quantities(left), left["missingQuantity"]) == ((8, 5, 3, 0, 0), 5)


async def test_two_open_lines_at_one_place_share_what_lies_there_the_older_first(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    first, second = [await opened(workshop, lamp, 5) for _ in range(2)]
    await workshop.use(key, "1-1", 3)
    shown = [(await pick_list(workshop, made["id"]))["lines"][0]["missingQuantity"] for made in (first, second)]
    assert shown == [0, 3]


async def test_another_place_may_be_named_and_must_be_when_the_old_one_is_short(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 8)
    await workshop.move(key, "1-1", [("1-5", 9)])
    id = made["lines"][0]["id"]
    refused = await workshop.refused("pickLine", "InsufficientStockError", lineId=id, quantity=8)
    assert (refused["available"], refused["path"]) == (1, ["location"])
    await workshop.refused("pickLine", "InsufficientStockError", lineId=id, quantity=8, location="9-9")
    done = await workshop.done("pickLine", lineId=id, quantity=8, location="1-5")
    assert done["operation"]["changes"][0]["locationReference"] == "1-5"
    assert done["pickList"]["lines"][0]["locationReference"] == "1-1"


async def test_several_lines_are_picked_as_one_operation_all_or_nothing(workshop: Workshop) -> None:
    await workshop.box()
    first, second = await workshop.stocked(10), await workshop.stocked(10, "1-2")
    lamp = await project(workshop, "Lamp", 10, line(first), line(second))
    made = await opened(workshop, lamp, 5)
    ids = [each["id"] for each in made["lines"]]
    faulty = [{"lineId": ids[0], "quantity": 6}, {"lineId": ids[1], "quantity": 0}]
    refused = await workshop.refused("pickLines", "ValidationError", lines=faulty)
    assert [issue["path"] for issue in refused["issues"]] == [["lines", "0", "quantity"], ["lines", "1", "quantity"]]
    await workshop.use(second, "1-2", 8)
    wish = [{"lineId": id, "quantity": 5} for id in ids]
    refused = await workshop.refused("pickLines", "InsufficientStockError", lines=wish)
    assert refused["path"] == ["lines", "1", "location"]
    twice = await workshop.refused("pickLines", "ValidationError", lines=[wish[0], wish[0]])
    assert twice["issues"][0]["path"] == ["lines", "1", "lineId"]
    await workshop.refused("pickLines", "ValidationError", lines=[])
    missing = await workshop.refused("pickLines", "NotFoundError", lines=[wish[0], {"lineId": lamp, "quantity": 1}])
    assert missing["path"] == ["lines", "1", "lineId"]
    wish[1]["quantity"] = 2
    done = await workshop.done("pickLines", lines=wish)
    assert [(each["part"]["key"], each["delta"]) for each in done["operation"]["changes"]] == [
        (first, -5),
        (second, -2),
    ]
    other = await opened(workshop, lamp, 1, whenShort="TAKE_AVAILABLE")
    strangers = [{"lineId": made["lines"][1]["id"], "quantity": 1}, {"lineId": other["lines"][0]["id"], "quantity": 1}]
    refused = await workshop.refused("pickLines", "ValidationError", lines=strangers)
    assert refused["issues"][0]["path"] == ["lines", "1", "lineId"]


async def test_two_lines_of_one_part_and_place_become_one_change(workshop: Workshop) -> None:
    await workshop.box()
    empty, key = await workshop.part(), await workshop.stocked(10)
    lamp = await project(workshop, "Lamp", 10, line(empty, substituteKeys=[key]), line(key))
    made = await opened(workshop, lamp, 4, substitutesAllowed=True)
    done = await workshop.done("pickLines", lines=[{"lineId": each["id"], "quantity": 4} for each in made["lines"]])
    assert [each["delta"] for each in done["operation"]["changes"]] == [-8]
    assert [quantities(each) for each in done["pickList"]["lines"]] == [(4, 0, 4, 0, 0)] * 2


async def test_undoing_opens_exactly_the_pieces_given_back(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 6)
    id = made["lines"][0]["id"]
    await workshop.done("pickLine", lineId=id, quantity=4, close=True)
    undo = str(uuid4())
    for replayed in (False, True):
        undone = await workshop.done("undoPick", lineId=id, quantity=3, idempotencyKey=undo)
        assert (quantities(undone["pickList"]["lines"][0]), undone["replayed"]) == ((6, 3, 1, 0, 0), replayed)
    assert await workshop.shelf() == {(key, "1-1"): 9}
    for quantity in (0, 2):
        await workshop.refused("undoPick", "ValidationError", lineId=id, quantity=quantity)


async def test_a_place_deleted_after_it_was_picked_empty_and_the_pick_undone_into_another(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.stocked(5, "2-1")
    lamp = await project(workshop, "Lamp", 5, line(key))
    made = await opened(workshop, lamp, 5)
    id = made["lines"][0]["id"]
    refused = await workshop.refused("deleteBox", "InUseError", number=2)
    await workshop.done("pickLine", lineId=id, quantity=5)
    await workshop.done("deleteBox", number=2)
    gone = (await pick_list(workshop, made["id"]))["lines"][0]
    assert (gone["locationReference"], gone["location"]) == ("2-1", None)
    refused = await workshop.refused("undoPick", "ValidationError", lineId=id, quantity=5)
    assert refused["path"] == ["location"]
    undone = await workshop.done("undoPick", lineId=id, quantity=5, location="1-4")
    shown = undone["pickList"]["lines"][0]
    assert (shown["locationReference"], shown["missingQuantity"], quantities(shown)) == ("1-4", 0, (5, 5, 0, 0, 0))
    assert await workshop.shelf() == {(key, "1-4"): 5}
    await workshop.done("pickLine", lineId=id, quantity=5)


async def _without_box(workshop: Workshop) -> None:
    await workshop.done("deleteBox", number=2)


async def _shrunk(workshop: Workshop) -> None:
    await workshop.done("updateBox", number=2, capacity=1)


async def _box_again(workshop: Workshop) -> None:
    await workshop.box(2)


async def _grown(workshop: Workshop) -> None:
    await workshop.done("updateBox", number=2, capacity=10)


@pytest.mark.parametrize(("remove", "restore"), [(_without_box, _box_again), (_shrunk, _grown)])
async def test_a_place_that_was_removed_and_made_again_is_led_to_again(
    workshop: Workshop, database: Database, remove: Step, restore: Step
) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.stocked(5, "2-3")
    lamp = await project(workshop, "Lamp", 5, line(key))
    made = await opened(workshop, lamp, 5)
    id = made["lines"][0]["id"]
    await workshop.done("pickLine", lineId=id, quantity=5)
    await remove(workshop)
    await restore(workshop)
    await workshop.done("undoPick", lineId=id, quantity=5)
    shown = (await pick_list(workshop, made["id"]))["lines"][0]
    assert (shown["location"], shown["missingQuantity"]) == ({"reference": "2-3"}, 0)
    assert await workshop.shelf() == {(key, "2-3"): 5}
    await workshop.use(key, "2-3", 5)
    for name, fields in (("deleteBox", {}), ("updateBox", {"capacity": 1})):
        await workshop.refused(name, "InUseError", number=2, **fields)
    assert await run_checks(database) == []


async def test_a_box_with_open_lines_is_neither_deleted_nor_shrunk_even_when_it_is_empty(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.stocked(5, "2-3")
    lamp = await project(workshop, "Lamp", 5, line(key))
    made = await opened(workshop, lamp, 5)
    await workshop.use(key, "2-3", 5)
    for name, fields in (("deleteBox", {}), ("updateBox", {"capacity": 2})):
        refused = await workshop.refused(name, "InUseError", number=2, **fields)
        assert [(each["kind"], each["references"]) for each in refused["usages"]] == [
            ("pick list", [f"{made['number']} at 2-3"])
        ]
    await workshop.done("updateBox", number=2, capacity=3)
    await workshop.done("cancelPickList", pickListId=made["id"])
    await workshop.done("deleteBox", number=2)


async def test_history_names_the_list_and_the_project_and_a_pick_is_not_reversed(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 6)
    id = made["lines"][0]["id"]
    operation = (await workshop.done("pickLine", lineId=id, quantity=6))["operation"]["id"]
    await workshop.done("undoPick", lineId=id, quantity=2)
    refused = await workshop.refused("reverseOperation", "NotReversibleError", operationId=operation)
    assert (refused["notReversible"], "undo it" in refused["message"]) == ("IS_PICK", True)
    query = """
    query($id: ID!, $project: ID!, $key: PartKey!) {
      operation(id: $id) { kind project { name } source { ... on PickList { id units } } }
      part(key: $key) { history { nodes { operation { source { __typename } } } } }
      project(id: $project) { history { totalCount nodes { delta part { key } operation { kind } } } }
    }
    """
    seen = await workshop.graphql(query, {"id": operation, "project": lamp, "key": key})
    source = {"id": made["id"], "units": 6}
    assert seen["operation"] == {"kind": "PICK", "project": {"name": "Lamp"}, "source": source}
    sources = [node["operation"]["source"] for node in seen["part"]["history"]["nodes"]]
    assert sources == [{"__typename": "PickList"}] * 2 + [None]
    assert [(each["delta"], each["operation"]["kind"]) for each in seen["project"]["history"]["nodes"]] == [
        (2, "PICK"),
        (-6, "PICK"),
    ]
    assert (await workshop.lines())[1:] == [Line("PICK", key, "1-1", -6, 4, 4), Line("PICK", key, "1-1", 2, 6, 6)]


async def test_a_part_on_an_open_list_is_not_retired_and_one_ever_listed_not_deleted(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 6, 6)
    made = await opened(workshop, lamp, 6)
    await workshop.use(key, "1-1", 6)
    await workshop.done("removeRequirement", projectId=lamp, partKey=key)
    refused = await workshop.refused("retirePart", "InUseError", partKey=key)
    assert any("Lamp" in reference for each in refused["usages"] for reference in each["references"])
    await workshop.done("cancelPickList", pickListId=made["id"])
    await workshop.done("retirePart", partKey=key)
    await workshop.refused("deletePart", "InUseError", partKey=key)


async def test_merging_parts_moves_their_lines(workshop: Workshop) -> None:
    drop, lamp = await project_with(workshop, 10, 10)
    keep = await workshop.part()
    made = await opened(workshop, lamp, 6)
    await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=2)
    await workshop.done("mergeParts", keep=keep, drop=drop)
    moved = (await pick_list(workshop, made["id"]))["lines"][0]
    assert (moved["part"]["key"], moved["requiredPart"]["key"], quantities(moved)) == (keep, keep, (6, 4, 2, 0, 0))
    await workshop.done("pickLine", lineId=moved["id"], quantity=4)
    await workshop.done("completePickList", pickListId=made["id"])
    assert await workshop.shelf() == {(keep, "1-1"): 4}
