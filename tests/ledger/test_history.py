"""The history: append-only, newest first, per part, location, box and overall, filtered, and true for any time.

Rules: docs/domain.md#order-and-time, #reading-the-history, #append-only, #written-places, #times.
"""

import asyncpg
import pytest

from tests.factories import Line, Workshop
from tests.graphql_client import Json

_PLACE = (
    "nodes { locationReference delta quantityAfter totalAfter location { reference } operation { kind reason actor } }"
)


async def _busy_workshop(workshop: Workshop) -> tuple[str, str]:
    await workshop.box(1)
    await workshop.box(2)
    first, second = await workshop.part(), await workshop.part()
    await workshop.receive(first, "1-1", 10, reason="a")
    await workshop.receive(second, "2-1", 20, reason="b")
    await workshop.use(first, "1-1", 3, reason="c")
    await workshop.move(first, "1-1", [("2-2", 2)], reason="d")
    await workshop.count(second, "2-1", 15, reason="e")
    return first, second


def _seen(connection: Json) -> list[tuple[str, str, int]]:
    return [(node["operation"]["reason"], node["locationReference"], node["delta"]) for node in connection["nodes"]]


async def test_the_history_of_everything_is_newest_first(workshop: Workshop) -> None:
    await _busy_workshop(workshop)
    history = (await workshop.graphql(f"{{ history {{ totalCount {_PLACE} }} }}"))["history"]
    assert history["totalCount"] == 6
    assert [entry[0] for entry in _seen(history)] == ["e", "d", "d", "c", "b", "a"]
    lines = [Line(*row) for row in reversed(await _as_rows(workshop))]
    assert [(line.place, line.delta, line.quantity_after, line.total_after) for line in lines] == [
        (node["locationReference"], node["delta"], node["quantityAfter"], node["totalAfter"])
        for node in history["nodes"]
    ]


async def _as_rows(workshop: Workshop) -> list[tuple[str, str, str, int, int, int]]:
    return [
        (line.kind, line.part, line.place, line.delta, line.quantity_after, line.total_after)
        for line in await workshop.lines()
    ]


async def test_a_part_a_box_and_a_location_have_their_own_history(workshop: Workshop) -> None:
    first, _ = await _busy_workshop(workshop)
    document = (
        "query H($key: PartKey!) { part(key: $key) { history { ...H } } box(number: 2) { history { ...H } } "
        'location(reference: "1-1") { history { ...H } } } '
        f"fragment H on QuantityChangeConnection {{ totalCount {_PLACE} }}"
    )
    data = await workshop.graphql(document, {"key": first})
    assert sorted(_seen(data["part"]["history"])) == [
        ("a", "1-1", 10),
        ("c", "1-1", -3),
        ("d", "1-1", -2),
        ("d", "2-2", 2),
    ]
    assert [entry[0] for entry in _seen(data["part"]["history"])] == ["d", "d", "c", "a"]
    assert _seen(data["box"]["history"]) == [("e", "2-1", -5), ("d", "2-2", 2), ("b", "2-1", 20)]
    assert _seen(data["location"]["history"]) == [("d", "1-1", -2), ("c", "1-1", -3), ("a", "1-1", 10)]
    assert [data[name]["history"]["totalCount"] for name in ("part", "box", "location")] == [4, 3, 3]


async def test_the_history_is_filtered_by_kind_part_box_location_and_actor(workshop: Workshop) -> None:
    first, second = await _busy_workshop(workshop)
    found: dict[str, list[str]] = {}
    for name, history_filter in {
        "kinds": {"kinds": ["USE", "COUNT"]},
        "no kind": {"kinds": []},
        "part": {"partKey": second.lower()},
        "box": {"boxNumber": 1},
        "location": {"location": "2-1"},
        "actor": {"actor": "local"},
        "other actor": {"actor": "somebody"},
        "part and box": {"partKey": first, "boxNumber": 2},
    }.items():
        document = "query H($f: HistoryFilter) { history(filter: $f) { nodes { operation { reason } } } }"
        nodes = (await workshop.graphql(document, {"f": history_filter}))["history"]["nodes"]
        found[name] = [node["operation"]["reason"] for node in nodes]
    assert found == {
        "kinds": ["e", "c"],
        "no kind": [],
        "part": ["e", "b"],
        "box": ["d", "c", "a"],
        "location": ["e", "b"],
        "actor": ["e", "d", "d", "c", "b", "a"],
        "other actor": [],
        "part and box": ["d"],
    }


async def test_the_history_is_filtered_by_time_from_inclusive_to_exclusive(workshop: Workshop) -> None:
    await _busy_workshop(workshop)
    document = "query H($f: HistoryFilter) { history(filter: $f) { nodes { operation { reason at } } } }"
    nodes = (await workshop.graphql(document))["history"]["nodes"]
    at = {node["operation"]["reason"]: node["operation"]["at"] for node in nodes}
    bounded = (await workshop.graphql(document, {"f": {"from": at["b"], "until": at["e"]}}))["history"]["nodes"]
    assert [node["operation"]["reason"] for node in bounded] == ["d", "d", "c", "b"]


async def test_history_is_read_in_pages(workshop: Workshop) -> None:
    key, _ = await _busy_workshop(workshop)
    document = (
        "query H($key: PartKey!, $after: String) { part(key: $key) { history(first: 3, after: $after) "
        "{ nodes { delta } pageInfo { hasNextPage endCursor } } } }"
    )
    first = (await workshop.graphql(document, {"key": key}))["part"]["history"]
    rest = (await workshop.graphql(document, {"key": key, "after": first["pageInfo"]["endCursor"]}))["part"]["history"]
    assert first["pageInfo"]["hasNextPage"] is True
    assert rest["pageInfo"]["hasNextPage"] is False
    written = [line.delta for line in reversed(await workshop.lines(key))]
    assert [node["delta"] for node in first["nodes"] + rest["nodes"]] == written


async def test_the_quantity_at_any_time_is_what_was_there_then(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    known = [(await workshop.receive(key, "1-1", quantity))["operation"]["at"] for quantity in (10, 5, 7)]
    known.append((await workshop.use(key, "1-1", 22))["operation"]["at"])
    document = "query Q($key: PartKey!, $time: DateTime!) { part(key: $key) { quantityAt(time: $time) } }"

    async def quantity_at(time: str) -> int:
        quantity: int = (await workshop.graphql(document, {"key": key, "time": time}))["part"]["quantityAt"]
        return quantity

    assert await quantity_at("2000-01-01T00:00:00Z") == 0
    assert [await quantity_at(time) for time in known] == [10, 15, 22, 0]
    assert await quantity_at("2999-01-01T00:00:00Z") == 0


async def test_an_operation_is_read_by_its_id(workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    made = (await workshop.receive(key, "1-1", 10, reason="why"))["operation"]
    document = (
        "query O($id: ID!) { operation(id: $id) { id kind reason actor at changes { delta } } "
        "node(id: $id) { __typename ... on StockOperation { id } } }"
    )
    data = await workshop.graphql(document, {"id": made["id"]})
    assert data["operation"] == {
        "id": made["id"],
        "kind": "RECEIVE",
        "reason": "why",
        "actor": "local",
        "at": made["at"],
        "changes": [{"delta": 10}],
    }
    assert data["node"] == {"__typename": "StockOperation", "id": made["id"]}


async def test_history_outlives_the_location_it_names(workshop: Workshop) -> None:
    await workshop.box(7)
    key = await workshop.stocked(5, "7-9")
    await workshop.use(key, "7-9", 5)
    await workshop.done("deleteBox", number=7)
    document = (
        "query H($key: PartKey!) { part(key: $key) { history { nodes { locationReference location { reference } } } } }"
    )
    nodes = (await workshop.graphql(document, {"key": key}))["part"]["history"]["nodes"]
    assert nodes == [{"locationReference": "7-9", "location": None}] * 2
    assert [line.place for line in await workshop.lines()] == ["7-9", "7-9"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE operations SET reason = 'other'",
        "DELETE FROM operations",
        "TRUNCATE operations CASCADE",
        "UPDATE quantity_changes SET delta = delta + 1",
        "DELETE FROM quantity_changes",
        "TRUNCATE quantity_changes",
    ],
)
async def test_the_database_itself_refuses_to_rewrite_history(workshop: Workshop, statement: str) -> None:
    await workshop.box()
    await workshop.stocked(5)
    async with workshop.unchanged():
        with pytest.raises(asyncpg.PostgresError):
            await workshop.connection.execute(statement)


async def test_time_never_runs_backwards_for_a_part_even_if_the_clock_does(workshop: Workshop) -> None:
    await workshop.box()
    first, second = await workshop.stocked(5), await workshop.stocked(5)
    ahead = await workshop.connection.fetchval(
        "UPDATE part_totals SET last_operation_at = now() + interval '1 hour' "
        "WHERE part_id = (SELECT id FROM parts WHERE key = $1) RETURNING last_operation_at",
        first,
    )
    await workshop.book((first, "1-1", 1), (second, "1-1", 1))
    await workshop.use(second, "1-1", 1)
    times = [row[0] for row in await workshop.connection.fetch("SELECT at FROM operations ORDER BY id DESC LIMIT 2")]
    assert times == [ahead, ahead]
    last = await workshop.connection.fetch("SELECT last_operation_at FROM part_totals")
    assert [row[0] for row in last] == [ahead, ahead]
