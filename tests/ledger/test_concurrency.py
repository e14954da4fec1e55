"""Stock operations that overlap: every test holds what they need until all rivals wait for it.

Rules: docs/domain.md#no-oversell, #lock-order, #order-and-time.
"""

from collections import Counter
from datetime import datetime
from uuid import uuid4

import httpx
import pytest

from tests.factories import DOCUMENTS, Line, Workshop, booked
from tests.graphql_client import Json, data_of
from tests.locks import deadlocks, held, part_row


def _names(answers: list[Json]) -> Counter[str]:
    return Counter(answer["__typename"] for answer in answers)


async def test_twenty_receipts_at_once_are_all_on_the_shelf_and_in_the_history(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(100)
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(*(workshop.run("receiveStock", partKey=key, location="1-1", quantity=1) for _ in range(20)))
    answers = await rivals.answers()
    assert _names(answers) == {"ReceiveStockSuccess": 20}
    assert await workshop.shelf() == {(key, "1-1"): 120}
    assert await workshop.totals() == {key: 120}
    lines = await workshop.lines()
    assert lines == [Line("RECEIVE", key, "1-1", 100, 100, 100)] + [
        Line("RECEIVE", key, "1-1", 1, after, after) for after in range(101, 121)
    ]
    told = sorted(answer["operation"]["changes"][0]["totalAfter"] for answer in answers)
    assert told == list(range(101, 121))


async def test_receipts_at_different_places_add_up_to_one_total(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(
            *(workshop.run("receiveStock", partKey=key, location=f"1-{place}", quantity=1) for place in range(1, 9))
        )
    assert _names(await rivals.answers()) == {"ReceiveStockSuccess": 8}
    assert await workshop.totals() == {key: 8}
    assert [line.total_after for line in await workshop.lines()] == list(range(1, 9))


async def test_of_eight_uses_of_four_on_ten_two_succeed_and_two_pieces_are_left(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(*(workshop.run("useStock", partKey=key, location="1-1", quantity=4) for _ in range(8)))
    answers = await rivals.answers()
    assert _names(answers) == {"UseStockSuccess": 2, "InsufficientStockError": 6}
    refusals = [answer for answer in answers if answer["__typename"] == "InsufficientStockError"]
    assert {(refusal["available"], refusal["requested"]) for refusal in refusals} == {(2, 4)}
    assert await workshop.shelf() == {(key, "1-1"): 2}
    assert await workshop.totals() == {key: 2}
    assert [(line.delta, line.total_after) for line in await workshop.lines()] == [(10, 10), (-4, 6), (-4, 2)]


@pytest.mark.parametrize("held_thing", ["the key", "the part"])
async def test_one_key_sent_eight_times_at_once_applies_once_and_is_answered_alike(
    workshop: Workshop, held_thing: str
) -> None:
    await workshop.box()
    part, key = await workshop.part(), uuid4()
    holding = {
        "the key": held(
            workshop.connection,
            "INSERT INTO idempotency_keys (actor, key, mutation, digest) VALUES ('local', $1, 'rival', sha256(''))",
            key,
            keep=False,
        ),
        "the part": part_row(workshop.connection, part),
    }[held_thing]
    async with holding as rivals:
        await rivals.start(
            *(
                workshop.run("receiveStock", partKey=part, location="1-1", quantity=5, idempotencyKey=str(key))
                for _ in range(8)
            )
        )
    answers = await rivals.answers()
    assert Counter(answer.pop("replayed") for answer in answers) == {False: 1, True: 7}
    assert all(answer == answers[0] for answer in answers)
    assert await workshop.shelf() == {(part, "1-1"): 5}
    assert await workshop.lines() == [Line("RECEIVE", part, "1-1", 5, 5, 5)]
    assert await workshop.count_rows("operations") == 1


async def test_one_key_with_two_inputs_at_once_applies_one_and_refuses_the_other(workshop: Workshop) -> None:
    await workshop.box()
    part, key = await workshop.part(), str(uuid4())
    async with part_row(workshop.connection, part) as rivals:
        await rivals.start(
            *(
                workshop.run("receiveStock", partKey=part, location="1-1", quantity=quantity, idempotencyKey=key)
                for quantity in (5, 7)
            )
        )
    assert _names(await rivals.answers()) == {"ReceiveStockSuccess": 1, "IdempotencyKeyReusedError": 1}
    assert await workshop.count_rows("operations") == 1


async def test_a_key_whose_first_use_is_refused_passes_to_the_next_one_waiting(workshop: Workshop) -> None:
    await workshop.box()
    part, key = await workshop.stocked(3), str(uuid4())
    async with part_row(workshop.connection, part) as rivals:
        for _ in range(3):
            await rivals.start(workshop.run("useStock", partKey=part, location="1-1", quantity=5, idempotencyKey=key))
    assert _names(await rivals.answers()) == {"InsufficientStockError": 3}
    assert await workshop.count_rows("idempotency_keys") == 0
    assert await workshop.shelf() == {(part, "1-1"): 3}


async def test_moves_of_one_part_that_cross_both_succeed(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.stocked(10, "1-1")
    await workshop.receive(key, "2-1", 10)
    before = await deadlocks(workshop.connection)
    async with part_row(workshop.connection, key) as rivals:
        for source, target in [("1-1", "2-1"), ("2-1", "1-1")] * 4:
            await rivals.start(
                workshop.run("moveStock", partKey=key, source=source, targets=[{"location": target, "quantity": 2}])
            )
    assert _names(await rivals.answers()) == {"MoveStockSuccess": 8}
    assert await workshop.shelf() == {(key, "1-1"): 10, (key, "2-1"): 10}
    assert await deadlocks(workshop.connection) == before


async def test_bookings_that_name_the_same_parts_in_opposite_order_do_not_deadlock(workshop: Workshop) -> None:
    await workshop.box(1)
    await workshop.box(2)
    first, second = await workshop.stocked(100, "1-1"), await workshop.stocked(100, "2-1")
    before = await deadlocks(workshop.connection)
    forth = booked((first, "1-1", -1), (second, "2-1", 1))
    back = booked((second, "2-1", -1), (first, "1-1", 1))
    # Holding each part in turn stops the rivals at each point where a wrong order would let them cross.
    for held_part in (first, second):
        async with part_row(workshop.connection, held_part) as rivals:
            await rivals.start(*(workshop.run("bookStock", changes=changes) for changes in [forth, back] * 5))
        assert _names(await rivals.answers()) == {"BookStockSuccess": 10}
    assert await workshop.shelf() == {(first, "1-1"): 100, (second, "2-1"): 100}
    assert await deadlocks(workshop.connection) == before


async def test_two_processes_share_one_shelf_without_losing_a_piece(
    workshop: Workshop, second_client: httpx.AsyncClient
) -> None:
    await workshop.box()
    key = await workshop.stocked(10)

    async def use_elsewhere() -> Json:
        fields = {"partKey": key, "location": "1-1", "quantity": 4}
        payload: Json = (await data_of(second_client, DOCUMENTS["useStock"], {"input": fields}))["useStock"]
        return payload

    async with part_row(workshop.connection, key) as rivals:
        for _ in range(3):
            await rivals.start(workshop.run("useStock", partKey=key, location="1-1", quantity=4), use_elsewhere())
    assert _names(await rivals.answers()) == {"UseStockSuccess": 2, "InsufficientStockError": 4}
    assert await workshop.shelf() == {(key, "1-1"): 2}


@pytest.mark.parametrize("first", ["use", "count"])
async def test_a_count_with_an_expected_quantity_loses_against_a_use_before_it(workshop: Workshop, first: str) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    requests = {
        "use": lambda: workshop.run("useStock", partKey=key, location="1-1", quantity=4),
        "count": lambda: workshop.run("countStock", partKey=key, location="1-1", counted=9, expectedQuantity=10),
    }
    second = "count" if first == "use" else "use"
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(requests[first]())
        await rivals.start(requests[second]())
    answers = dict(zip([first, second], await rivals.answers(), strict=True))
    assert answers["use"]["__typename"] == "UseStockSuccess"
    if first == "use":
        assert (answers["count"]["__typename"], answers["count"]["current"]) == ("ConflictError", 6)
        assert await workshop.shelf() == {(key, "1-1"): 6}
    else:
        assert answers["count"]["__typename"] == "CountStockSuccess"
        assert await workshop.shelf() == {(key, "1-1"): 5}


async def test_of_two_reversals_of_one_operation_at_once_one_is_applied(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    used = (await workshop.use(key, "1-1", 4))["operation"]["id"]
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(*(workshop.run("reverseOperation", operationId=used) for _ in range(4)))
    answers = await rivals.answers()
    assert _names(answers) == {"ReverseOperationSuccess": 1, "NotReversibleError": 3}
    refused = [answer for answer in answers if answer["__typename"] == "NotReversibleError"]
    assert {answer["notReversible"] for answer in refused} == {"ALREADY_REVERSED"}
    assert await workshop.shelf() == {(key, "1-1"): 10}


async def test_an_operation_takes_its_number_and_its_time_after_its_locks(workshop: Workshop) -> None:
    await workshop.box()
    late, other = await workshop.part(), await workshop.part()
    async with part_row(workshop.connection, late) as rivals:
        await rivals.start(workshop.run("receiveStock", partKey=late, location="1-1", quantity=1))
        # While the first one waits, another is applied; so the history has to tell the other one first.
        await workshop.receive(other, "1-2", 1)
        let_go: datetime = await workshop.connection.fetchval("SELECT clock_timestamp()")
    (answer,) = await rivals.answers()
    assert datetime.fromisoformat(answer["operation"]["at"]) >= let_go
    assert [line.part for line in await workshop.lines()] == [other, late]
    rows = await workshop.connection.fetch("SELECT at FROM operations ORDER BY id")
    assert rows[0]["at"] < let_go <= rows[1]["at"]
    history = (await workshop.graphql("{ history { nodes { part { key } } } }"))["history"]["nodes"]
    assert [node["part"]["key"] for node in history] == [late, other]
