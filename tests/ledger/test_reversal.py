"""Reversing: once, exactly, if the stock is still there, and told in full if not.

Rules: docs/domain.md#reversing.
"""

from typing import Any

import pytest

from tests.factories import Line, Workshop, booked


async def _reversed_and_linked(workshop: Workshop, operation_id: str) -> dict[str, Any]:
    success = await workshop.reverse(operation_id, reason="mistake")
    operation: dict[str, Any] = success["operation"]
    assert (operation["kind"], operation["reason"]) == ("REVERSE", "mistake")
    assert operation["reverses"] == {"id": operation_id}
    document = "query O($id: ID!) { operation(id: $id) { reversedBy { id } } }"
    original = (await workshop.graphql(document, {"id": operation_id}))["operation"]
    assert original == {"reversedBy": {"id": operation["id"]}}
    return success


async def test_a_receipt_is_reversed(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    received = (await workshop.receive(key, "1-1", 5))["operation"]["id"]
    success = await _reversed_and_linked(workshop, received)
    assert [(part["key"], part["totalQuantity"]) for part in success["parts"]] == [(key, 10)]
    assert await workshop.shelf() == {(key, "1-1"): 10}
    assert (await workshop.lines())[-1] == Line("REVERSE", key, "1-1", -5, 10, 10)


async def test_a_use_is_reversed_even_when_it_took_the_last_piece(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    used = (await workshop.use(key, "1-1", 10))["operation"]["id"]
    await _reversed_and_linked(workshop, used)
    assert await workshop.shelf() == {(key, "1-1"): 10}
    assert await workshop.totals() == {key: 10}


async def test_a_move_is_reversed_from_all_its_targets(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    moved = (await workshop.move(key, "1-1", [("1-2", 4), ("1-3", 6)]))["operation"]["id"]
    await _reversed_and_linked(workshop, moved)
    assert await workshop.shelf() == {(key, "1-1"): 10}
    assert await workshop.totals() == {key: 10}


async def test_a_count_is_reversed_by_its_difference_not_to_its_old_value(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    counted = (await workshop.count(key, "1-1", 7))["operation"]["id"]
    await workshop.receive(key, "1-1", 100)
    await _reversed_and_linked(workshop, counted)
    assert await workshop.shelf() == {(key, "1-1"): 110}


async def test_a_booking_is_reversed_whole(workshop: Workshop) -> None:
    await workshop.box()
    first, second = await workshop.stocked(10, "1-1"), await workshop.stocked(20, "1-2")
    before = await workshop.shelf()
    booking = (await workshop.book((first, "1-1", -4), (second, "1-3", 9)))["operation"]["id"]
    success = await _reversed_and_linked(workshop, booking)
    assert {part["key"]: part["totalQuantity"] for part in success["parts"]} == {first: 10, second: 20}
    assert await workshop.shelf() == before


async def test_an_operation_is_reversed_once(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    used = (await workshop.use(key, "1-1", 1))["operation"]["id"]
    await workshop.reverse(used)
    refusal = await workshop.refused("reverseOperation", "NotReversibleError", operationId=used)
    assert (refusal["code"], refusal["notReversible"]) == ("NOT_REVERSIBLE", "ALREADY_REVERSED")


async def test_a_reversal_is_not_reversible(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    used = (await workshop.use(key, "1-1", 1))["operation"]["id"]
    reversal = (await workshop.reverse(used))["operation"]["id"]
    refusal = await workshop.refused("reverseOperation", "NotReversibleError", operationId=reversal)
    assert refusal["notReversible"] == "IS_REVERSAL"


async def test_a_count_without_difference_is_not_reversible(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    counted = (await workshop.count(key, "1-1", 10))["operation"]["id"]
    refusal = await workshop.refused("reverseOperation", "NotReversibleError", operationId=counted)
    assert refusal["notReversible"] == "NO_DIFFERENCE"


async def test_a_pick_is_not_reversed_but_undone_where_it_was_made(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    # Pick lists make these; written by hand, the operation is the same to a reversal.
    await workshop.connection.execute(
        "WITH o AS (INSERT INTO operations (kind, actor, at) VALUES ('PICK', 'local', clock_timestamp()) RETURNING id) "
        "INSERT INTO quantity_changes "
        "(operation_id, part_id, box_number, location_number, delta, quantity_after, total_after) "
        "SELECT o.id, p.id, 1, 1, -1, 9, 9 FROM o, parts p WHERE p.key = $1",
        key,
    )
    history = (await workshop.graphql("{ history(first: 1) { nodes { operation { id kind } } } }"))["history"]
    picked = history["nodes"][0]["operation"]
    assert picked["kind"] == "PICK"
    refusal = await workshop.refused("reverseOperation", "NotReversibleError", operationId=picked["id"])
    assert refusal["notReversible"] == "IS_PICK"


async def test_a_reversal_is_refused_when_the_pieces_are_gone_and_names_every_missing_one(workshop: Workshop) -> None:
    await workshop.box()
    first, second = await workshop.part(), await workshop.part()
    booking = (await workshop.book((first, "1-1", 10), (second, "1-2", 20), (second, "1-3", 5)))["operation"]["id"]
    await workshop.use(first, "1-1", 1)
    await workshop.use(second, "1-2", 20)
    refusal = await workshop.refused("reverseOperation", "InsufficientStockError", operationId=booking)
    shortfalls = {
        (found["partKey"], found["location"]): (found["available"], found["requested"], found["locationExists"])
        for found in refusal["shortfalls"]
    }
    assert shortfalls == {(first, "1-1"): (9, 10, True), (second, "1-2"): (0, 20, True)}


async def test_a_reversal_can_follow_when_the_pieces_are_back(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    received = (await workshop.receive(key, "1-1", 10))["operation"]["id"]
    used = (await workshop.use(key, "1-1", 3))["operation"]["id"]
    await workshop.refused("reverseOperation", "InsufficientStockError", operationId=received)
    await workshop.reverse(used)
    await workshop.reverse(received)
    assert await workshop.shelf() == {}
    assert await workshop.totals() == {key: 0}


async def test_a_reversal_names_a_location_that_is_gone(workshop: Workshop) -> None:
    await workshop.box(1, capacity=10)
    key = await workshop.stocked(8, "1-10")
    moved = (await workshop.move(key, "1-10", [("1-1", 8)]))["operation"]["id"]
    await workshop.done("updateBox", number=1, capacity=9)
    refusal = await workshop.refused("reverseOperation", "InsufficientStockError", operationId=moved)
    gone = [found for found in refusal["shortfalls"] if not found["locationExists"]]
    assert [(found["partKey"], found["location"]) for found in gone] == [(key, "1-10")]


async def test_a_reversal_does_not_put_pieces_of_a_retired_part_on_the_shelf(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(5)
    used = (await workshop.use(key, "1-1", 5))["operation"]["id"]
    await workshop.done("retirePart", partKey=key)
    refusal = await workshop.refused("reverseOperation", "PartRetiredError", operationId=used)
    assert refusal["partKeys"] == [key]


async def test_a_reversal_keeps_to_the_limits_of_quantities(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(1_000_000_000)
    used = (await workshop.use(key, "1-1", 1))["operation"]["id"]
    await workshop.receive(key, "1-1", 1)
    refusal = await workshop.refused("reverseOperation", "QuantityLimitError", operationId=used)
    assert int(refusal["result"]) == 1_000_000_001


@pytest.mark.parametrize("kind", ["unknown", "malformed", "of a part"])
async def test_what_is_no_operation_is_not_reversed(workshop: Workshop, kind: str) -> None:
    await workshop.box()
    received = await workshop.receive(await workshop.part(), "1-1", 5)
    ids = {"unknown": "T3BlcmF0aW9uOjk5OTk5OTk5OTk", "malformed": "???", "of a part": received["part"]["id"]}
    async with workshop.unchanged():
        payload = await workshop.run("reverseOperation", operationId=ids[kind])
    assert payload["__typename"] in {"NotFoundError", "ValidationError"}
    assert payload["path"] == ["operationId"]


async def test_an_operation_of_a_merged_part_is_reversed_on_the_part_that_was_kept(workshop: Workshop) -> None:
    await workshop.box()
    keep, drop = await workshop.stocked(10, "1-1"), await workshop.part()
    received = (await workshop.receive(drop, "1-1", 5))["operation"]["id"]
    await workshop.done("mergeParts", keep=keep, drop=drop)
    assert await workshop.shelf() == {(keep, "1-1"): 15}
    success = await workshop.reverse(received)
    assert [part["key"] for part in success["parts"]] == [keep]
    assert await workshop.shelf() == {(keep, "1-1"): 10}


async def test_a_refused_booking_leaves_no_operation_to_reverse(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(1)
    await workshop.refused("bookStock", "InsufficientStockError", changes=booked((key, "1-1", -2)))
    assert await workshop.count_rows("operations") == 1
