"""Counting a shelf, and booking many changes as one operation.

Rules: docs/domain.md#counting, #operations.
"""

import json

import httpx
import pytest

from tests.factories import DOCUMENTS, Line, Workshop, booked

GREATEST = 1_000_000_000


@pytest.mark.parametrize(("counted", "delta"), [(13, 3), (4, -6), (0, -10)])
async def test_a_count_sets_what_lies_there(workshop: Workshop, counted: int, delta: int) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    await workshop.receive(key, "1-2", 5)
    success = await workshop.count(key, "1-1", counted, reason="stock-taking")
    assert success["operation"]["kind"] == "COUNT"
    assert success["part"]["totalQuantity"] == counted + 5
    expected = {(key, "1-1"): counted, (key, "1-2"): 5}
    assert await workshop.shelf() == {place: quantity for place, quantity in expected.items() if quantity}
    assert await workshop.totals() == {key: counted + 5}
    assert (await workshop.lines())[-1] == Line("COUNT", key, "1-1", delta, counted, counted + 5)


async def test_a_count_finds_pieces_where_none_were_known(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    await workshop.count(key, "1-4", 7)
    assert await workshop.shelf() == {(key, "1-4"): 7}


async def test_a_count_without_difference_is_recorded_too(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    success = await workshop.count(key, "1-1", 10)
    assert success["operation"]["changes"] == [
        {"part": {"key": key}, "locationReference": "1-1", "delta": 0, "quantityAfter": 10, "totalAfter": 10}
    ]
    assert (await workshop.lines())[-1] == Line("COUNT", key, "1-1", 0, 10, 10)
    assert await workshop.shelf() == {(key, "1-1"): 10}


async def test_a_count_of_nothing_where_nothing_is_is_recorded_too(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    await workshop.count(key, "1-1", 0)
    assert await workshop.lines() == [Line("COUNT", key, "1-1", 0, 0, 0)]
    assert await workshop.shelf() == {}


async def test_a_count_that_expects_what_is_there_is_applied(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    await workshop.count(key, "1-1", 8, expectedQuantity=10)
    assert await workshop.shelf() == {(key, "1-1"): 8}


@pytest.mark.parametrize("counted", [10, 8])
async def test_a_stale_count_is_a_conflict_and_erases_nothing(workshop: Workshop, counted: int) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    refusal = await workshop.refused(
        "countStock", "ConflictError", partKey=key, location="1-1", counted=counted, expectedQuantity=9
    )
    assert (refusal["code"], refusal["expected"], refusal["current"]) == ("CONFLICT", 9, 10)


async def test_a_count_that_expects_nothing_conflicts_with_pieces(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(3)
    refusal = await workshop.refused(
        "countStock", "ConflictError", partKey=key, location="1-1", counted=5, expectedQuantity=0
    )
    assert (refusal["expected"], refusal["current"]) == (0, 3)


@pytest.mark.parametrize("counted", [-1, GREATEST + 1])
async def test_a_counted_quantity_lies_between_zero_and_a_billion(workshop: Workshop, counted: int) -> None:
    await workshop.box()
    key = await workshop.part()
    refusal = await workshop.refused("countStock", "ValidationError", partKey=key, location="1-1", counted=counted)
    assert refusal["path"] == ["counted"]


async def test_a_count_keeps_the_total_within_the_integer_of_graphql(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(GREATEST)
    await workshop.count(key, "1-2", GREATEST)
    refusal = await workshop.refused("countStock", "QuantityLimitError", partKey=key, location="1-3", counted=GREATEST)
    assert (int(refusal["result"]), int(refusal["limit"])) == (3 * GREATEST, 2_147_483_647)


async def test_a_booking_changes_many_parts_and_places_for_one_reason(workshop: Workshop) -> None:
    await workshop.box()
    first, second = await workshop.stocked(10, "1-1"), await workshop.stocked(20, "1-2")
    success = await workshop.book((first, "1-1", -4), (second, "1-2", 5), (second, "1-3", 1), reason="kit")
    operation = success["operation"]
    assert (operation["kind"], operation["reason"]) == ("BOOK", "kit")
    assert {part["key"]: part["totalQuantity"] for part in success["parts"]} == {first: 6, second: 26}
    changes = {
        (change["part"]["key"], change["locationReference"]): (change["delta"], change["quantityAfter"])
        for change in operation["changes"]
    }
    assert changes == {(first, "1-1"): (-4, 6), (second, "1-2"): (5, 25), (second, "1-3"): (1, 1)}
    assert await workshop.shelf() == {(first, "1-1"): 6, (second, "1-2"): 25, (second, "1-3"): 1}
    assert await workshop.totals() == {first: 6, second: 26}
    assert await workshop.count_rows("operations") == 3


async def test_a_booking_that_only_exchanges_places_keeps_the_total_even_at_its_limit(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(GREATEST)
    await workshop.receive(key, "1-2", GREATEST)
    await workshop.receive(key, "1-3", 147_483_647)
    await workshop.book((key, "1-4", 7), (key, "1-3", -7))
    assert await workshop.totals() == {key: 2_147_483_647}
    assert (await workshop.shelf())[key, "1-4"] == 7


async def test_a_booking_is_applied_whole_or_not_at_all_and_names_every_shortfall(workshop: Workshop) -> None:
    await workshop.box()
    first, second = await workshop.stocked(10, "1-1"), await workshop.stocked(20, "1-2")
    changes = booked((first, "1-3", 5), (first, "1-1", -11), (second, "1-2", -21), (second, "1-1", -1))
    refusal = await workshop.refused("bookStock", "InsufficientStockError", changes=changes)
    shortfalls = {
        (shortfall["partKey"], shortfall["location"]): (shortfall["available"], shortfall["requested"])
        for shortfall in refusal["shortfalls"]
    }
    assert shortfalls == {(first, "1-1"): (10, 11), (second, "1-2"): (20, 21), (second, "1-1"): (0, 1)}


async def test_a_booking_with_an_unknown_part_changes_nothing(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    refusal = await workshop.refused("bookStock", "NotFoundError", changes=booked((key, "1-1", 1), ("ZZZZ", "1-1", 1)))
    assert (refusal["kind"], refusal["reference"]) == ("part", "ZZZZ")


async def test_a_booking_with_a_retired_part_changes_nothing(workshop: Workshop) -> None:
    await workshop.box()
    key, retired = await workshop.stocked(10), await workshop.part()
    await workshop.done("retirePart", partKey=retired)
    refusal = await workshop.refused(
        "bookStock", "PartRetiredError", changes=booked((key, "1-1", 1), (retired, "1-1", 1))
    )
    assert refusal["partKeys"] == [retired]


@pytest.mark.parametrize("delta", [0, GREATEST + 1, -GREATEST - 1])
async def test_a_booked_delta_is_not_zero_and_at_most_a_billion(workshop: Workshop, delta: int) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    refusal = await workshop.refused("bookStock", "ValidationError", changes=booked((key, "1-1", delta)))
    assert refusal["path"][:2] == ["changes", "0"]


async def test_a_booking_names_a_part_and_place_once_whatever_the_case_of_the_key(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    changes = booked((key, "1-1", 1), (key.lower(), "1-1", 2))
    refusal = await workshop.refused("bookStock", "ValidationError", changes=changes)
    assert refusal["path"][0] == "changes"


async def test_a_booking_has_1_to_200_changes(workshop: Workshop) -> None:
    await workshop.box(1, capacity=201)
    key = await workshop.part()
    refusal = await workshop.refused("bookStock", "ValidationError", changes=[])
    assert refusal["path"] == ["changes"]
    await workshop.book(*[(key, f"1-{number}", 1) for number in range(1, 201)])
    assert await workshop.totals() == {key: 200}
    assert len(await workshop.lines()) == 200


async def test_a_reason_is_trimmed_and_a_blank_one_is_none(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    for written, kept in [("  new  reel\t", "new reel"), ("   ", None), ("", None), (None, None)]:
        success = await workshop.receive(key, "1-1", 1, reason=written)
        assert success["operation"]["reason"] == kept
    assert [row[0] for row in await workshop.connection.fetch("SELECT reason FROM operations ORDER BY id")] == [
        "new reel",
        None,
        None,
        None,
    ]


async def test_a_reason_has_up_to_500_characters_after_trimming(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    success = await workshop.receive(key, "1-1", 1, reason=" " + "ö" * 500 + " ")
    assert success["operation"]["reason"] == "ö" * 500
    refusal = await workshop.refused(
        "receiveStock", "ValidationError", partKey=key, location="1-1", quantity=1, reason="ö" * 501
    )
    assert refusal["path"] == ["reason"]


async def test_the_character_zero_is_refused_in_a_reason(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    refusal = await workshop.refused(
        "receiveStock", "ValidationError", partKey=key, location="1-1", quantity=1, reason="a\x00b"
    )
    assert refusal["path"] == ["reason"]


async def test_every_fault_of_an_input_is_told_at_once(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    refusal = await workshop.refused(
        "receiveStock", "ValidationError", partKey=key, location="1-1", quantity=0, reason="x" * 501
    )
    assert sorted(issue["path"] for issue in refusal["issues"]) == [["quantity"], ["reason"]]


async def test_half_a_character_is_refused_in_a_reason(workshop: Workshop, client: httpx.AsyncClient) -> None:
    await workshop.box()
    fields = {"partKey": await workshop.part(), "location": "1-1", "quantity": 1, "reason": "half \ud83d"}
    # Written as an escape, a lone surrogate is sound JSON that no database can store.
    body = json.dumps({"query": DOCUMENTS["receiveStock"], "variables": {"input": fields}}).encode("ascii")
    async with workshop.unchanged():
        response = await client.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in {200, 400}
    answer = response.json()
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
    else:
        assert answer["data"]["receiveStock"]["path"] == ["reason"]
