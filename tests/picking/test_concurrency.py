"""Pick lists against each other and against the shelf, with the overlap forced.

Rules: docs/domain.md#promises, #lock-order.
"""

import asyncio
from collections import Counter

import pytest

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.locks import box_row, deadlocks, held, part_row
from tests.picking.lists import line, lines_of, opened, pick_list, project, project_with, promised, quantities

_LIST_ROW = "SELECT id FROM pick_lists WHERE id = $1 FOR UPDATE"


def _names(answers: list[Json]) -> dict[str, int]:
    return dict(Counter(answer["__typename"] for answer in answers))


async def test_eight_lists_of_four_for_one_project_at_once_against_ten_pieces(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 10, 100)
    async with part_row(workshop.connection, key) as rivals:
        for _ in range(8):
            await rivals.start(workshop.run("createPickList", projectId=lamp, units=4))
    answers = await rivals.answers()
    assert _names(answers) == {"CreatePickListSuccess": 2, "ShortageError": 6}
    shortages = [answer["shortages"] for answer in answers if answer["__typename"] == "ShortageError"]
    told = {"partKey": key, "part": {"key": key}, "needed": 4, "available": 2, "missing": 2}
    assert shortages == [[told]] * 6
    assert await promised(workshop, key) == 8


async def test_eight_projects_of_falling_rank_at_once_against_ten_pieces(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    projects = [await project(workshop, f"Project {rank}", 4, line(key)) for rank in range(1, 9)]
    async with part_row(workshop.connection, key) as rivals:
        # The lowest rank comes first to the lock and is served last all the same.
        for id in reversed(projects):
            await rivals.start(workshop.run("createPickList", projectId=id, units=4))
    answers = list(reversed(await rivals.answers()))
    assert [answer["__typename"] for answer in answers] == ["CreatePickListSuccess"] * 2 + ["ShortageError"] * 6
    missing = [answer["shortages"][0]["missing"] for answer in answers[2:]]
    assert missing == [2, 4, 4, 4, 4, 4]
    assert await promised(workshop, key) == 8


@pytest.mark.parametrize(("pieces", "place"), [(30, "1-1"), (3, "2-1")])
async def test_a_list_finds_what_is_put_into_another_box_meanwhile(workshop: Workshop, pieces: int, place: str) -> None:
    """Its locks are of the boxes that were known; it begins again only when it takes something out of another one."""
    key, lamp = await project_with(workshop, 10, 100)
    await workshop.box(2)
    put = """
    WITH place AS (SELECT locations.id FROM locations JOIN boxes ON boxes.id = box_id
                    WHERE boxes.number = 2 AND locations.number = 1),
         total AS (UPDATE part_totals SET total_quantity = total_quantity + $1 RETURNING part_id)
    INSERT INTO stock (part_id, location_id, quantity) SELECT part_id, place.id, $1 FROM place, total
    """
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(workshop.run("createPickList", projectId=lamp, units=3))
        await workshop.connection.execute(put, pieces)
    (answer,) = await rivals.answers()
    assert lines_of(answer["pickList"]) == [(key, place, 3)]


async def test_lists_of_two_projects_without_soft_claims_never_share_a_piece(workshop: Workshop) -> None:
    """Target 0: nothing but what is on open lists counts, which only the lock of the part shows in time."""
    await workshop.box()
    key = await workshop.stocked(10)
    projects = [await project(workshop, name, 0, line(key)) for name in ("A", "B")]
    async with part_row(workshop.connection, key) as rivals:
        for id in projects:
            await rivals.start(workshop.run("createPickList", projectId=id, units=7))
    assert _names(await rivals.answers()) == {"CreatePickListSuccess": 1, "ShortageError": 1}
    assert await promised(workshop, key) == 7


@pytest.mark.parametrize("first", ["the list", "the use"])
async def test_a_list_and_a_use_of_the_same_stock(workshop: Workshop, first: str) -> None:
    key, lamp = await project_with(workshop, 10, 10)
    requests = {
        "the list": lambda: workshop.run("createPickList", projectId=lamp, units=8),
        "the use": lambda: workshop.run("useStock", partKey=key, location="1-1", quantity=5),
    }
    second = "the use" if first == "the list" else "the list"
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(requests[first]())
        await rivals.start(requests[second]())
    answers = dict(zip([first, second], await rivals.answers(), strict=True))
    assert answers["the use"]["__typename"] == "UseStockSuccess"
    if first == "the list":
        assert answers["the list"]["pickList"]["lines"][0]["openQuantity"] == 8
        shown = await pick_list(workshop, answers["the list"]["pickList"]["id"])
        assert shown["lines"][0]["missingQuantity"] == 3
    else:
        assert answers["the list"]["shortages"][0]["available"] == 5


async def test_two_people_who_pick_one_line_take_its_pieces_once(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 20, 10)
    made = await opened(workshop, lamp, 6)
    id = made["lines"][0]["id"]
    async with part_row(workshop.connection, key) as rivals:
        for _ in range(4):
            await rivals.start(workshop.run("pickLine", lineId=id, quantity=4))
    assert _names(await rivals.answers()) == {"PickLineSuccess": 1, "ValidationError": 3}
    assert await workshop.shelf() == {(key, "1-1"): 16}
    assert quantities((await pick_list(workshop, made["id"]))["lines"][0]) == (6, 2, 4, 0, 0)


@pytest.mark.parametrize("rival", ["completePickList", "cancelPickList"])
async def test_a_pick_waits_for_the_end_of_its_list_and_is_refused(workshop: Workshop, rival: str) -> None:
    key, lamp = await project_with(workshop, 20, 10)
    made = await opened(workshop, lamp, 6)
    id = made["lines"][0]["id"]
    extra = {"builtUnits": 0} if rival == "completePickList" else {}
    async with held(workshop.connection, _LIST_ROW, made["number"]) as rivals:
        await rivals.start(workshop.run(rival, pickListId=made["id"], **extra))
        await rivals.start(workshop.run("pickLine", lineId=id, quantity=4))
    ended, picked = await rivals.answers()
    assert ended["pickList"]["state"] in ("COMPLETED", "CANCELLED")
    assert picked["__typename"] == "PickListStateError"
    assert await workshop.shelf() == {(key, "1-1"): 20}


async def test_a_list_completed_twice_at_once_builds_its_units_once(workshop: Workshop) -> None:
    _, lamp = await project_with(workshop, 20, 10)
    lists = [await opened(workshop, lamp, units) for units in (6, 3)]
    statement = "SELECT id FROM projects FOR UPDATE"
    async with held(workshop.connection, statement) as rivals:
        for made in (lists[0], lists[0], lists[1]):
            request = workshop.run("completePickList", pickListId=made["id"], builtUnits=made["units"])
            await rivals.start(request)
    assert _names(await rivals.answers()) == {"CompletePickListSuccess": 2, "PickListStateError": 1}
    assert await workshop.connection.fetchval("SELECT built_units FROM projects") == 9


@pytest.mark.parametrize("order", [("archiveProject", "createPickList"), ("createPickList", "archiveProject")])
async def test_of_archiving_and_making_a_list_at_once_one_is_refused(
    workshop: Workshop, order: tuple[str, str]
) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    fields: dict[str, Json] = {"archiveProject": {}, "createPickList": {"units": 4}}
    async with held(workshop.connection, "SELECT id FROM projects FOR UPDATE") as rivals:
        for name in order:
            await rivals.start(workshop.run(name, projectId=lamp, **fields[name]))
    answers = await rivals.answers()
    assert answers[0]["__typename"].endswith("Success")
    assert answers[1]["__typename"] == "InUseError"


@pytest.mark.parametrize("order", [("archiveProject", "reopenPickList"), ("reopenPickList", "archiveProject")])
async def test_of_archiving_and_reopening_at_once_one_is_refused(workshop: Workshop, order: tuple[str, str]) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 4)
    await workshop.done("completePickList", pickListId=made["id"], builtUnits=0)
    fields = {"archiveProject": {"projectId": lamp}, "reopenPickList": {"pickListId": made["id"]}}
    async with held(workshop.connection, "SELECT id FROM projects FOR UPDATE") as rivals:
        for name in order:
            await rivals.start(workshop.run(name, **fields[name]))
    answers = await rivals.answers()
    assert answers[0]["__typename"].endswith("Success")
    assert answers[1]["__typename"] == "InUseError"


@pytest.mark.parametrize("first", ["deleteBox", "undoPick"])
async def test_a_box_is_not_deleted_under_a_line_that_is_opened_again(workshop: Workshop, first: str) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.stocked(5, "2-1")
    lamp = await project(workshop, "Lamp", 5, line(key))
    made = await opened(workshop, lamp, 5)
    await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=5)
    requests = {
        "deleteBox": lambda: workshop.run("deleteBox", number=2),
        "undoPick": lambda: workshop.run("undoPick", lineId=made["lines"][0]["id"], quantity=5),
    }
    second = "undoPick" if first == "deleteBox" else "deleteBox"
    async with box_row(workshop.connection, 2) as rivals:
        await rivals.start(requests[first]())
        await rivals.start(requests[second]())
    answers = await rivals.answers()
    assert answers[0]["__typename"].endswith("Success")
    assert answers[1]["__typename"] in ("InUseError", "ValidationError")


async def test_a_reopened_list_and_a_new_one_at_once_do_not_share_pieces(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 6, 6)
    made = await opened(workshop, lamp, 6)
    await workshop.done("completePickList", pickListId=made["id"], builtUnits=6)
    clock = await project(workshop, "Clock", 0, line(key))
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(workshop.run("createPickList", projectId=clock, units=4))
        await rivals.start(workshop.run("reopenPickList", pickListId=made["id"]))
    answers = await rivals.answers()
    assert [answer["__typename"] for answer in answers] == ["CreatePickListSuccess", "ShortageError"]
    assert await promised(workshop, key) == 4


async def test_picks_of_lines_in_opposite_order_do_not_deadlock(workshop: Workshop) -> None:
    await workshop.box()
    parts = [await workshop.stocked(50, f"1-{number}") for number in (1, 2)]
    lamp = await project(workshop, "Lamp", 50, *(line(key) for key in parts))
    made = await opened(workshop, lamp, 20)
    before = await deadlocks(workshop.connection)
    forth = [{"lineId": each["id"], "quantity": 1} for each in made["lines"]]
    for key in parts:
        async with part_row(workshop.connection, key) as rivals:
            for wish in [forth, forth[::-1]] * 4:
                await rivals.start(workshop.run("pickLines", lines=wish))
        assert _names(await rivals.answers()) == {"PickLinesSuccess": 8}
    assert await workshop.shelf() == {(parts[0], "1-1"): 34, (parts[1], "1-2"): 34}
    assert await deadlocks(workshop.connection) == before


async def test_a_list_is_never_open_in_an_archived_project_however_often_both_are_asked_for(
    workshop: Workshop,
) -> None:
    _, lamp = await project_with(workshop, 10, 10)
    made = await opened(workshop, lamp, 4)
    archive, reopen = {"projectId": lamp}, {"pickListId": made["id"]}
    open_in_archived = """
    SELECT count(*) FROM pick_lists JOIN projects ON projects.id = project_id
     WHERE status = 'ARCHIVED' AND state = 'OPEN'
    """
    won = set()
    for number in range(30):
        await workshop.done("completePickList", pickListId=made["id"], builtUnits=0)
        requests = [("reopenPickList", reopen), ("archiveProject", archive)]
        asked = [workshop.run(name, **fields) for name, fields in requests * 2]
        answers = await asyncio.gather(*(asked if number % 2 else reversed(asked)))
        assert await workshop.connection.fetchval(open_in_archived) == 0
        succeeded = {each["__typename"] for each in answers if each["__typename"].endswith("Success")}
        # Archiving what is archived may be no fault; but only one of the two acts took place.
        assert len(succeeded) == 1, answers
        won |= succeeded
        if succeeded == {"ArchiveProjectSuccess"}:
            await workshop.done("restoreProject", projectId=lamp)
            await workshop.done("reopenPickList", **reopen)
    assert won == {"ArchiveProjectSuccess", "ReopenPickListSuccess"}
