"""Receiving, using, moving, counting and booking stock: what they write and what they refuse.

Rules: docs/domain.md#quantities, #operations, #emptied-places.
"""

from typing import Any

import pytest

from tests.factories import Line, Workshop, booked

GREATEST = 1_000_000_000


async def test_receiving_adds_pieces_to_the_place_the_total_and_the_history(workshop: Workshop) -> None:
    await workshop.box(7)
    key = await workshop.part()
    success = await workshop.receive(key, "7-3", 25, reason="  first delivery ")
    assert success["replayed"] is False
    assert success["part"]["totalQuantity"] == 25
    assert success["part"]["stock"] == [{"location": {"reference": "7-3"}, "quantity": 25}]
    operation = success["operation"]
    assert (operation["kind"], operation["reason"], operation["actor"]) == ("RECEIVE", "first delivery", "local")
    assert operation["reverses"] is None
    assert operation["reversedBy"] is None
    assert operation["changes"] == [
        {"part": {"key": key}, "locationReference": "7-3", "delta": 25, "quantityAfter": 25, "totalAfter": 25}
    ]
    assert await workshop.shelf() == {(key, "7-3"): 25}
    assert await workshop.totals() == {key: 25}
    assert await workshop.lines() == [Line("RECEIVE", key, "7-3", 25, 25, 25)]


async def test_receiving_again_adds_to_what_is_there(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10, "1-1")
    await workshop.receive(key, "1-1", 5)
    await workshop.receive(key, "1-2", 7)
    assert await workshop.shelf() == {(key, "1-1"): 15, (key, "1-2"): 7}
    assert await workshop.totals() == {key: 22}
    assert await workshop.lines() == [
        Line("RECEIVE", key, "1-1", 10, 10, 10),
        Line("RECEIVE", key, "1-1", 5, 15, 15),
        Line("RECEIVE", key, "1-2", 7, 7, 22),
    ]


async def test_a_location_holds_several_parts_and_a_part_lies_in_many_locations(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    first, second = await workshop.part(), await workshop.part()
    for place in ("1-1", "1-10", "2-1"):
        await workshop.receive(first, place, 3)
    success = await workshop.receive(second, "1-1", 4)
    assert await workshop.shelf() == {(first, "1-1"): 3, (first, "1-10"): 3, (first, "2-1"): 3, (second, "1-1"): 4}
    assert success["part"]["totalQuantity"] == 4


async def test_a_part_is_found_by_its_key_in_lower_case(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part(key="abcd")
    assert key == "ABCD"
    success = await workshop.receive("abcd", "1-1", 1)
    assert success["part"]["key"] == "ABCD"


async def test_using_takes_pieces_away(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    success = await workshop.use(key, "1-1", 4, reason="repair")
    assert success["operation"]["kind"] == "USE"
    assert success["part"]["totalQuantity"] == 6
    assert await workshop.shelf() == {(key, "1-1"): 6}
    assert await workshop.totals() == {key: 6}
    assert (await workshop.lines())[-1] == Line("USE", key, "1-1", -4, 6, 6)


async def test_using_the_last_piece_frees_the_location_and_keeps_the_history(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    success = await workshop.use(key, "1-1", 10)
    assert success["part"]["stock"] == []
    assert await workshop.shelf() == {}
    assert await workshop.totals() == {key: 0}
    assert await workshop.lines() == [Line("RECEIVE", key, "1-1", 10, 10, 10), Line("USE", key, "1-1", -10, 0, 0)]
    location = (await workshop.graphql('{ location(reference: "1-1") { isFree stock { quantity } } }'))["location"]
    assert location == {"isFree": True, "stock": []}


async def test_using_more_than_there_is_is_refused_with_what_is_there(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    await workshop.receive(key, "1-2", 50)
    refusal = await workshop.refused("useStock", "InsufficientStockError", partKey=key, location="1-1", quantity=11)
    assert refusal["code"] == "INSUFFICIENT_STOCK"
    assert (refusal["partKey"], refusal["location"]) == (key, "1-1")
    assert (refusal["available"], refusal["requested"]) == (10, 11)
    assert refusal["shortfalls"] == [
        {"partKey": key, "location": "1-1", "locationExists": True, "available": 10, "requested": 11}
    ]


async def test_using_where_the_part_does_not_lie_is_refused_with_nothing_there(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    refusal = await workshop.refused("useStock", "InsufficientStockError", partKey=key, location="1-2", quantity=1)
    assert (refusal["location"], refusal["available"], refusal["requested"]) == ("1-2", 0, 1)


@pytest.mark.parametrize("mutation", ["receiveStock", "useStock"])
@pytest.mark.parametrize("quantity", [0, -1, GREATEST + 1])
async def test_a_quantity_lies_between_one_and_a_billion(workshop: Workshop, mutation: str, quantity: int) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    refusal = await workshop.refused(mutation, "ValidationError", partKey=key, location="1-1", quantity=quantity)
    assert refusal["code"] == "VALIDATION"
    assert [issue["path"] for issue in refusal["issues"]] == [["quantity"]]
    assert refusal["path"] == ["quantity"]


async def test_a_location_holds_at_most_a_billion_pieces_of_a_part(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(GREATEST)
    refusal = await workshop.refused("receiveStock", "QuantityLimitError", partKey=key, location="1-1", quantity=1)
    assert refusal["code"] == "QUANTITY_LIMIT"
    assert (refusal["partKey"], int(refusal["result"]), int(refusal["limit"])) == (key, GREATEST + 1, GREATEST)


async def test_a_total_fits_the_integer_of_graphql(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(GREATEST)
    await workshop.receive(key, "1-2", GREATEST)
    refusal = await workshop.refused(
        "receiveStock", "QuantityLimitError", partKey=key, location="1-3", quantity=147_483_648
    )
    assert (int(refusal["result"]), int(refusal["limit"])) == (2_147_483_648, 2_147_483_647)
    success = await workshop.receive(key, "1-3", 147_483_647)
    assert success["part"]["totalQuantity"] == 2_147_483_647
    assert await workshop.totals() == {key: 2_147_483_647}


@pytest.mark.parametrize(
    ("mutation", "fields"),
    [
        ("receiveStock", {"location": "1-1", "quantity": 1}),
        ("useStock", {"location": "1-1", "quantity": 1}),
        ("moveStock", {"source": "1-1", "targets": [{"location": "1-2", "quantity": 1}]}),
        ("countStock", {"location": "1-1", "counted": 1}),
    ],
)
async def test_a_part_that_does_not_exist_is_told(workshop: Workshop, mutation: str, fields: dict[str, Any]) -> None:
    await workshop.box()
    refusal = await workshop.refused(mutation, "NotFoundError", partKey="zzzz", **fields)
    assert (refusal["code"], refusal["kind"], refusal["reference"]) == ("NOT_FOUND", "part", "ZZZZ")


@pytest.mark.parametrize("place", ["1-11", "2-1"])
async def test_a_location_that_does_not_exist_is_told_whatever_is_done_there(workshop: Workshop, place: str) -> None:
    await workshop.box(1, capacity=10)
    key = await workshop.stocked(5)
    targets = [{"location": "1-2", "quantity": 1}, {"location": place, "quantity": 1}]
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("receiveStock", {"partKey": key, "location": place, "quantity": 1}),
        ("useStock", {"partKey": key, "location": place, "quantity": 1}),
        ("moveStock", {"partKey": key, "source": place, "targets": [{"location": "1-2", "quantity": 1}]}),
        ("moveStock", {"partKey": key, "source": "1-1", "targets": targets}),
        ("countStock", {"partKey": key, "location": place, "counted": 1}),
        ("bookStock", {"changes": booked((key, "1-1", 1), (key, place, 1))}),
    ]
    for mutation, fields in attempts:
        refusal = await workshop.refused(mutation, "NotFoundError", **fields)
        assert (refusal["kind"], refusal["reference"]) == ("location", place), mutation


async def test_a_retired_part_takes_part_in_nothing(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    await workshop.done("retirePart", partKey=key)
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("receiveStock", {"partKey": key, "location": "1-1", "quantity": 1}),
        ("countStock", {"partKey": key, "location": "1-1", "counted": 1}),
        ("bookStock", {"changes": booked((key, "1-1", 1))}),
    ]
    for mutation, fields in attempts:
        refusal = await workshop.refused(mutation, "PartRetiredError", **fields)
        assert (refusal["code"], refusal["partKeys"]) == ("PART_RETIRED", [key]), mutation


async def test_moving_takes_from_one_source_to_many_targets_as_one_operation(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.stocked(10)
    await workshop.receive(key, "2-1", 1)
    success = await workshop.move(key, "1-1", [("1-2", 3), ("2-1", 4)], reason="sorted")
    assert success["operation"]["kind"] == "MOVE"
    assert success["part"]["totalQuantity"] == 11
    changes = {change["locationReference"]: change for change in success["operation"]["changes"]}
    assert {place: (change["delta"], change["quantityAfter"]) for place, change in changes.items()} == {
        "1-1": (-7, 3),
        "1-2": (3, 3),
        "2-1": (4, 5),
    }
    assert success["operation"]["changes"][-1]["totalAfter"] == 11
    assert await workshop.shelf() == {(key, "1-1"): 3, (key, "1-2"): 3, (key, "2-1"): 5}
    assert await workshop.totals() == {key: 11}
    assert await workshop.count_rows("operations") == 3


async def test_moving_everything_frees_the_source(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    await workshop.move(key, "1-1", [("1-2", 10)])
    assert await workshop.shelf() == {(key, "1-2"): 10}


async def test_moving_more_than_there_is_is_refused(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    targets = [{"location": "1-2", "quantity": 6}, {"location": "1-3", "quantity": 5}]
    refusal = await workshop.refused("moveStock", "InsufficientStockError", partKey=key, source="1-1", targets=targets)
    assert (refusal["location"], refusal["available"], refusal["requested"]) == ("1-1", 10, 11)


async def test_moving_beyond_a_billion_at_the_target_is_refused(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(GREATEST, "1-1")
    await workshop.receive(key, "1-2", 5)
    refusal = await workshop.refused(
        "moveStock", "QuantityLimitError", partKey=key, source="1-2", targets=[{"location": "1-1", "quantity": 5}]
    )
    assert (int(refusal["result"]), int(refusal["limit"])) == (GREATEST + 5, GREATEST)


@pytest.mark.parametrize(
    "targets",
    [
        [],
        [("1-1", 1)],
        [("1-2", 1), ("1-2", 2)],
        [("1-2", 0)],
        [("1-2", -1)],
        [("1-2", GREATEST + 1)],
    ],
    ids=["none", "the source itself", "one twice", "nothing", "negative", "too many pieces"],
)
async def test_the_targets_of_a_move_are_others_with_pieces(workshop: Workshop, targets: list[tuple[str, int]]) -> None:
    await workshop.box(1, capacity=200)
    key = await workshop.stocked(500)
    wanted = [{"location": place, "quantity": quantity} for place, quantity in targets]
    refusal = await workshop.refused("moveStock", "ValidationError", partKey=key, source="1-1", targets=wanted)
    assert refusal["path"][0] == "targets"


async def test_a_move_to_100_targets_is_one_operation(workshop: Workshop) -> None:
    await workshop.box(1, capacity=101)
    key = await workshop.stocked(100)
    await workshop.move(key, "1-1", [(f"1-{number}", 1) for number in range(2, 102)])
    assert await workshop.shelf() == {(key, f"1-{number}"): 1 for number in range(2, 102)}
    assert len(await workshop.lines()) == 102
