"""Lists whose places, stock and requirements go away: what they still tell, and where pieces go instead.

Rules: docs/domain.md#pick-lines, #the-end-of-a-list.
"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import httpx
import pypdfium2
import pytest

from persistence.checks import run_checks
from persistence.database import Database
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, opened, pick_list, project, quantities

Step: TypeAlias = Callable[[Workshop], Awaitable[None]]

_LINE = """
id part { key } requiredPart { key } designators locationReference plannedQuantity openQuantity pickedQuantity
releasedQuantity returnedQuantity missingQuantity pickList { id number }
"""
_LIST = f"""
id number units state builtUnits version actor createdAt finishedAt finishedBy project {{ id name builtUnits }}
lines {{ {_LINE} }} boxes {{ number lines {{ {_LINE} }} }}
shortages {{ part {{ key }} missingQuantity }}
edits {{ totalCount nodes {{ field before after actor at }} }}
"""
_LIVING = "lines { requirement { part { key } } location { reference } } boxes { box { number } }"


async def _told(workshop: Workshop, id: str, selection: str) -> Json:
    found: Json = await workshop.graphql(f"query($id: ID!) {{ pickList(id: $id) {{ {selection} }} }}", {"id": id})
    told: Json = found["pickList"]
    return told


async def _printed(workshop: Workshop, client: httpx.AsyncClient, id: str) -> str:
    answer = await client.get((await _told(workshop, id, "printUrl"))["printUrl"])
    document = pypdfium2.PdfDocument(answer.content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


async def test_a_completed_list_reads_the_same_without_its_requirement_its_stock_and_its_box(
    workshop: Workshop, client: httpx.AsyncClient, database: Database
) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key, short, stand_in = [await workshop.stocked(pieces, f"2-{pieces}") for pieces in (9, 2, 7)]
    missing = await workshop.part()
    lines = [line(key, designators=["R1"]), line(short, substituteKeys=[stand_in]), line(missing, 2)]
    lamp = await project(workshop, "Lamp", 6, *lines)
    made = await opened(workshop, lamp, 4, whenShort="TAKE_AVAILABLE", substitutesAllowed=True)
    picks = {each["part"]["key"]: (each["id"], each["openQuantity"]) for each in made["lines"]}
    assert {of: pieces for of, (_, pieces) in picks.items()} == {key: 4, short: 2, stand_in: 2}
    wish = [{"lineId": picks[of][0], "quantity": quantity} for of, quantity in ((key, 3), (short, 2), (stand_in, 2))]
    await workshop.done("pickLines", lines=wish)
    back = [{"lineId": picks[stand_in][0], "quantity": 1}]
    await workshop.done("completePickList", pickListId=made["id"], builtUnits=2, returned=back)
    before, printed = await _told(workshop, made["id"], _LIST), await _printed(workshop, client, made["id"])
    assert before["shortages"] == [{"part": {"key": missing}, "missingQuantity": 8}]
    living = await _told(workshop, made["id"], _LIVING)
    assert [each["requirement"] is None or each["location"] is None for each in living["lines"]] == [False] * 3

    for of in (key, short, missing):
        await workshop.done("removeRequirement", projectId=lamp, partKey=of)
    for (of, place), there in (await workshop.shelf()).items():
        await workshop.use(of, place, there)
    await workshop.done("deleteBox", number=2)

    after = await _told(workshop, made["id"], _LIST)
    assert {name: value for name, value in after.items() if value != before[name]} == {}
    assert await _printed(workshop, client, made["id"]) == printed
    living = await _told(workshop, made["id"], _LIVING)
    assert living == {"lines": [{"requirement": None, "location": None}] * 3, "boxes": [{"box": None}]}
    assert await run_checks(database) == []


async def _box_deleted(workshop: Workshop) -> None:
    await workshop.done("deleteBox", number=2)


async def _box_shrunk(workshop: Workshop) -> None:
    await workshop.done("updateBox", number=2, capacity=2)


gone = pytest.mark.parametrize("take_away", [_box_deleted, _box_shrunk])


async def _picked_empty(workshop: Workshop, take_away: Step) -> tuple[str, Json]:
    """A part, and a list of it that was picked whole at 2-3, which then went away."""
    await workshop.box(1)
    await workshop.box(2, capacity=3)
    key = await workshop.stocked(5, "2-3")
    made = await opened(workshop, await project(workshop, "Lamp", 5, line(key)), 5)
    await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=5)
    await take_away(workshop)
    shown = await pick_list(workshop, made["id"])
    (only,) = shown["lines"]
    assert (only["locationReference"], only["location"], quantities(only)) == ("2-3", None, (5, 0, 5, 0, 0))
    return key, shown


@gone
async def test_a_pick_is_undone_into_another_place_when_its_own_is_gone(
    workshop: Workshop, database: Database, take_away: Step
) -> None:
    key, made = await _picked_empty(workshop, take_away)
    id = made["lines"][0]["id"]
    for given in ({}, {"location": "2-3"}):
        refused = await workshop.refused("undoPick", "ValidationError", lineId=id, quantity=5, **given)
        assert (refused["path"], "2-3 is gone" in refused["message"]) == (["location"], True)
    (undone,) = (await workshop.done("undoPick", lineId=id, quantity=5, location="1-4"))["pickList"]["lines"]
    assert (undone["locationReference"], undone["location"]) == ("1-4", {"reference": "1-4"})
    assert (undone["missingQuantity"], quantities(undone)) == (0, (5, 5, 0, 0, 0))
    assert await workshop.shelf() == {(key, "1-4"): 5}
    for name, fields in (("deleteBox", {}), ("updateBox", {"capacity": 3})):
        await workshop.refused(name, "InUseError", number=1, **fields)
    (again,) = (await workshop.done("pickLine", lineId=id, quantity=5))["pickList"]["lines"]
    assert (again["locationReference"], quantities(again)) == ("1-4", (5, 0, 5, 0, 0))
    assert await workshop.shelf() == {}
    assert await run_checks(database) == []


@gone
async def test_pieces_that_are_put_back_to_two_places_leave_the_line_with_the_first(
    workshop: Workshop, database: Database, take_away: Step
) -> None:
    key, made = await _picked_empty(workshop, take_away)
    id = made["lines"][0]["id"]
    await workshop.done("undoPick", lineId=id, quantity=2, location="1-4")
    (only,) = (await workshop.done("undoPick", lineId=id, quantity=3, location="1-5"))["pickList"]["lines"]
    assert (only["locationReference"], only["missingQuantity"], only["openQuantity"]) == ("1-4", 3, 5)
    refused = await workshop.refused("pickLine", "InsufficientStockError", lineId=id, quantity=5)
    assert (refused["location"], refused["available"]) == ("1-4", 2)
    await workshop.done("pickLine", lineId=id, quantity=2)
    await workshop.done("pickLine", lineId=id, quantity=3, location="1-5")
    assert await workshop.shelf() == {}
    assert key == made["lines"][0]["part"]["key"]
    assert await run_checks(database) == []


@gone
async def test_what_is_returned_at_the_end_needs_another_place_when_its_own_is_gone(
    workshop: Workshop, database: Database, take_away: Step
) -> None:
    key, made = await _picked_empty(workshop, take_away)
    back = {"lineId": made["lines"][0]["id"], "quantity": 2}
    request = {"pickListId": made["id"], "builtUnits": 3}
    refused = await workshop.refused("completePickList", "ValidationError", **request, returned=[back])
    assert refused["path"] == ["returned", "0", "location"]
    done = await workshop.done("completePickList", **request, returned=[back | {"location": "1-4"}])
    (only,) = done["pickList"]["lines"]
    # What is written on the line of an ended list is where its pieces were taken.
    assert (only["locationReference"], only["location"], quantities(only)) == ("2-3", None, (5, 0, 3, 0, 2))
    assert await workshop.shelf() == {(key, "1-4"): 2}
    assert await run_checks(database) == []


@gone
async def test_giving_a_list_up_needs_another_place_when_that_of_a_line_is_gone(
    workshop: Workshop, database: Database, take_away: Step
) -> None:
    key, made = await _picked_empty(workshop, take_away)
    refused = await workshop.refused("cancelPickList", "ValidationError", pickListId=made["id"])
    assert "2-3 is gone" in refused["message"]
    elsewhere = [{"lineId": made["lines"][0]["id"], "location": "1-4"}]
    done = await workshop.done("cancelPickList", pickListId=made["id"], returnTo=elsewhere)
    (only,) = done["pickList"]["lines"]
    assert (only["locationReference"], only["location"], quantities(only)) == ("2-3", None, (5, 0, 0, 0, 5))
    assert await workshop.shelf() == {(key, "1-4"): 5}
    assert await run_checks(database) == []
