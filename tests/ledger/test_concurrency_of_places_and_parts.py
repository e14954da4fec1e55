"""What changes or removes a box, a part or a type overlaps with what counts on it; both orders are tried.

Rules: docs/domain.md#lock-order, #shrinking-and-deleting-a-box.
"""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.factories import Line, Workshop, booked
from tests.graphql_client import Json
from tests.locks import Rivals, box_row, held, part_row, type_row
from tests.server_process import ServerProcess

Request = Callable[[], Coroutine[Any, Any, Json]]


async def _one_after_the_other(rivals: Rivals, *requests: Request) -> None:
    for request in requests:
        await rivals.start(request())


async def test_a_booking_into_a_box_that_shrinks_before_it_finds_no_location(workshop: Workshop) -> None:
    await workshop.box(1, capacity=10)
    key = await workshop.stocked(5, "1-1")
    async with box_row(workshop.connection, 1) as rivals:
        await rivals.start(workshop.run("updateBox", number=1, capacity=5))
        await rivals.start(workshop.run("bookStock", changes=booked((key, "1-1", -5), (key, "1-10", 5))))
    shrunk, booking = await rivals.answers()
    assert shrunk["__typename"] == "UpdateBoxSuccess"
    assert (booking["__typename"], booking["reference"]) == ("NotFoundError", "1-10")
    assert await workshop.shelf() == {(key, "1-1"): 5}
    assert await workshop.count_rows("locations") == 5


async def test_a_box_does_not_shrink_below_a_booking_that_came_before(workshop: Workshop) -> None:
    await workshop.box(1, capacity=10)
    key = await workshop.stocked(5, "1-1")
    async with box_row(workshop.connection, 1) as rivals:
        await rivals.start(workshop.run("bookStock", changes=booked((key, "1-1", -5), (key, "1-10", 5))))
        await rivals.start(workshop.run("updateBox", number=1, capacity=5))
    booking, shrunk = await rivals.answers()
    assert booking["__typename"] == "BookStockSuccess"
    assert shrunk["__typename"] == "InUseError"
    assert [usage["references"] for usage in shrunk["usages"]] == [["1-10"]]
    assert await workshop.shelf() == {(key, "1-10"): 5}
    assert await workshop.count_rows("locations") == 10


@pytest.mark.parametrize(
    "mutation", ["receiveStock", "useStock", "moveStock", "countStock", "bookStock", "reverseOperation"]
)
async def test_every_stock_change_waits_for_a_box_that_is_being_changed(workshop: Workshop, mutation: str) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.part()
    received = (await workshop.receive(key, "2-1", 5))["operation"]["id"]
    fields: dict[str, dict[str, Any]] = {
        "receiveStock": {"partKey": key, "location": "2-2", "quantity": 1},
        "useStock": {"partKey": key, "location": "2-1", "quantity": 1},
        "moveStock": {"partKey": key, "source": "2-1", "targets": [{"location": "1-1", "quantity": 1}]},
        "countStock": {"partKey": key, "location": "2-1", "counted": 1},
        "bookStock": {"changes": booked((key, "1-1", 1), (key, "2-3", 1))},
        "reverseOperation": {"operationId": received},
    }
    async with box_row(workshop.connection, 2) as rivals:
        await rivals.start(workshop.run(mutation, **fields[mutation]))
    (answer,) = await rivals.answers()
    assert answer["__typename"].endswith("Success")


@pytest.mark.parametrize("deletes_first", [True, False])
async def test_a_box_is_deleted_or_received_into_but_never_both(workshop: Workshop, deletes_first: bool) -> None:
    await workshop.box(1)
    key = await workshop.part()

    def delete() -> Coroutine[Any, Any, Json]:
        return workshop.run("deleteBox", number=1)

    def receive() -> Coroutine[Any, Any, Json]:
        return workshop.run("receiveStock", partKey=key, location="1-1", quantity=1)

    requests = (delete, receive) if deletes_first else (receive, delete)
    async with box_row(workshop.connection, 1) as rivals:
        await _one_after_the_other(rivals, *requests)
    names = [answer["__typename"] for answer in await rivals.answers()]
    if deletes_first:
        assert names == ["DeleteBoxSuccess", "NotFoundError"]
        assert (await workshop.shelf(), await workshop.count_rows("boxes")) == ({}, 0)
    else:
        assert names == ["ReceiveStockSuccess", "InUseError"]
        assert (await workshop.shelf(), await workshop.count_rows("boxes")) == ({(key, "1-1"): 1}, 1)


@pytest.mark.parametrize("removal", ["retirePart", "deletePart"])
@pytest.mark.parametrize("removes_first", [True, False])
async def test_a_part_is_removed_or_received_but_never_both(
    workshop: Workshop, removal: str, removes_first: bool
) -> None:
    await workshop.box(1)
    key = await workshop.part()

    def remove() -> Coroutine[Any, Any, Json]:
        return workshop.run(removal, partKey=key)

    def receive() -> Coroutine[Any, Any, Json]:
        return workshop.run("receiveStock", partKey=key, location="1-1", quantity=1)

    requests = (remove, receive) if removes_first else (receive, remove)
    async with part_row(workshop.connection, key) as rivals:
        await _one_after_the_other(rivals, *requests)
    names = [answer["__typename"] for answer in await rivals.answers()]
    if removes_first:
        refusal = {"retirePart": "PartRetiredError", "deletePart": "NotFoundError"}[removal]
        assert names == [f"{removal[0].upper()}{removal[1:]}Success", refusal]
        assert (await workshop.shelf(), await workshop.lines()) == ({}, [])
    else:
        assert names == ["ReceiveStockSuccess", "InUseError"]
        assert await workshop.shelf() == {(key, "1-1"): 1}
        assert await workshop.connection.fetchval("SELECT retired_at FROM parts WHERE key = $1", key) is None


@pytest.mark.parametrize("merges_first", [True, False])
async def test_a_merge_takes_along_what_came_before_and_refuses_what_comes_after(
    workshop: Workshop, merges_first: bool
) -> None:
    await workshop.box(1)
    keep, drop = await workshop.stocked(10), await workshop.stocked(1)

    def merge() -> Coroutine[Any, Any, Json]:
        return workshop.run("mergeParts", keep=keep, drop=drop)

    def receive() -> Coroutine[Any, Any, Json]:
        return workshop.run("receiveStock", partKey=drop, location="1-1", quantity=4)

    requests = (merge, receive) if merges_first else (receive, merge)
    async with part_row(workshop.connection, drop) as rivals:
        await _one_after_the_other(rivals, *requests)
    names = [answer["__typename"] for answer in await rivals.answers()]
    if merges_first:
        assert names == ["MergePartsSuccess", "PartRetiredError"]
        assert await workshop.shelf() == {(keep, "1-1"): 11}
    else:
        assert names == ["ReceiveStockSuccess", "MergePartsSuccess"]
        assert await workshop.shelf() == {(keep, "1-1"): 15}
    total = 11 if merges_first else 15
    assert (await workshop.totals())[keep] == total
    assert (await workshop.lines(keep))[-1].total_after == total


@pytest.mark.parametrize("deletes_first", [True, False])
async def test_a_type_is_deleted_or_given_to_a_new_part_but_never_both(workshop: Workshop, deletes_first: bool) -> None:
    await workshop.part_type("Fuse")

    def delete() -> Coroutine[Any, Any, Json]:
        return workshop.run("deletePartType", name="Fuse")

    def create() -> Coroutine[Any, Any, Json]:
        return workshop.run("createPart", description="Fuse 1A", typeName="fuse")

    requests = (delete, create) if deletes_first else (create, delete)
    async with type_row(workshop.connection, "Fuse") as rivals:
        await _one_after_the_other(rivals, *requests)
    answers = await rivals.answers()
    names = [answer["__typename"] for answer in answers]
    if deletes_first:
        assert names == ["DeletePartTypeSuccess", "NotFoundError"]
        assert (await workshop.count_rows("parts"), await workshop.count_rows("part_types")) == (0, 0)
    else:
        assert names == ["CreatePartSuccess", "InUseError"]
        assert [(usage["kind"], usage["count"]) for usage in answers[1]["usages"]] == [("part", 1)]
        assert (await workshop.count_rows("parts"), await workshop.count_rows("part_types")) == (1, 1)


async def test_of_two_edits_that_expect_the_same_version_the_second_is_a_conflict(workshop: Workshop) -> None:
    key = await workshop.part("Resistor")
    async with part_row(workshop.connection, key) as rivals:
        for description in ("Resistor 1k", "Resistor 2k"):
            await rivals.start(workshop.run("updatePart", partKey=key, expectedVersion=1, description=description))
    first, second = await rivals.answers()
    assert (first["__typename"], second["__typename"]) == ("UpdatePartSuccess", "ConflictError")
    assert (second["expected"], second["current"]) == (1, 2)
    row = await workshop.connection.fetchrow("SELECT description, version FROM parts")
    assert row is not None
    assert tuple(row) == ("Resistor 1k", 2)


async def test_edits_of_different_fields_at_once_are_both_kept(workshop: Workshop) -> None:
    key = await workshop.part("Resistor")
    async with part_row(workshop.connection, key) as rivals:
        await rivals.start(
            workshop.run("updatePart", partKey=key, package="0805"),
            workshop.run("updatePart", partKey=key, series="E24"),
        )
    await rivals.answers()
    row = await workshop.connection.fetchrow("SELECT package, series, version FROM parts")
    assert row is not None
    assert tuple(row) == ("0805", "E24", 3)


async def test_two_boxes_created_at_once_without_a_number_draw_different_ones(workshop: Workshop) -> None:
    taken = "INSERT INTO boxes (number, description, capacity) VALUES (1, 'rival', 1)"
    async with held(workshop.connection, taken) as rivals:
        await rivals.start(*(workshop.run("createBox", description="Drawer", capacity=2) for _ in range(2)))
    answers = await rivals.answers()
    assert sorted(answer["box"]["number"] for answer in answers) == [2, 3]
    assert await workshop.count_rows("locations") == 4


@pytest.mark.parametrize("keep", [True, False], ids=["the rival commits", "the rival gives up"])
async def test_a_given_part_key_waits_for_a_rival_and_is_refused_only_if_it_commits(
    workshop: Workshop, keep: bool
) -> None:
    rival = "INSERT INTO parts (key, description, description_key) VALUES ('ABCD', 'rival', 'rival')"
    async with held(workshop.connection, rival, keep=keep) as rivals:
        await rivals.start(workshop.run("createPart", description="mine", key="ABCD"))
    (answer,) = await rivals.answers()
    if keep:
        assert (answer["__typename"], answer["reference"]) == ("AlreadyExistsError", "ABCD")
    else:
        assert answer["part"]["key"] == "ABCD"
    assert await workshop.count_rows("parts") == 1


async def test_parts_created_at_once_have_keys_of_their_own(workshop: Workshop) -> None:
    async with held(workshop.connection, "LOCK TABLE parts IN SHARE MODE") as rivals:
        await rivals.start(*(workshop.run("createPart", description="Bolt") for _ in range(10)))
    keys = {answer["part"]["key"] for answer in await rivals.answers()}
    assert len(keys) == 10
    assert await workshop.count_rows("parts") == 10


async def test_stock_of_a_part_changes_while_the_part_is_named_elsewhere(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(5)
    # A foreign key to the part takes this lock; a stock change must not wait for it.
    async with held(workshop.connection, "SELECT 1 FROM parts WHERE key = $1 FOR KEY SHARE", key):
        await workshop.use(key, "1-1", 1)
    assert await workshop.lines() == [Line("RECEIVE", key, "1-1", 5, 5, 5), Line("USE", key, "1-1", -1, 4, 4)]


async def test_stock_changes_of_different_parts_in_one_box_do_not_wait_for_each_other(workshop: Workshop) -> None:
    await workshop.box()
    held_part, other = await workshop.stocked(5), await workshop.stocked(5)
    async with part_row(workshop.connection, held_part) as rivals:
        await rivals.start(workshop.run("useStock", partKey=held_part, location="1-1", quantity=1))
        await workshop.use(other, "1-1", 2)
    assert (await rivals.answers())[0]["__typename"] == "UseStockSuccess"
    assert await workshop.shelf() == {(held_part, "1-1"): 4, (other, "1-1"): 3}


async def test_a_receipt_that_waited_for_a_box_that_was_made_anew_starts_again_to_lock_the_new_box(
    workshop: Workshop, server: ServerProcess
) -> None:
    await workshop.box(1)
    key = await workshop.part()
    repeated_before = server.log_path.read_text().count("unit of work is repeated")
    async with box_row(workshop.connection, 1) as rivals:
        await rivals.start(workshop.run("receiveStock", partKey=key, location="1-2", quantity=1))
        await workshop.connection.execute("DELETE FROM boxes WHERE number = 1")
        await workshop.connection.execute(
            "WITH box AS (INSERT INTO boxes (number, description, capacity) VALUES (1, 'new', 2) RETURNING id) "
            "INSERT INTO locations (box_id, number) SELECT id, place FROM box, generate_series(1, 2) AS place"
        )
    (answer,) = await rivals.answers()
    assert answer["__typename"] == "ReceiveStockSuccess"
    assert await workshop.shelf() == {(key, "1-2"): 1}
    assert server.log_path.read_text().count("unit of work is repeated") == repeated_before + 1
