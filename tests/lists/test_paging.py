"""Pages of a list: every row once, in order, both ways, whatever comes and goes elsewhere."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.types.part_list import PartOrderField
from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json
from tests.lists.walking import walk
from tests.property_sizes import examples
from tests.rows import fill

WALK = """
query Walk($first: Int, $after: String, $last: Int, $before: String, $orderBy: PartOrder, $filter: PartFilter) {
  parts(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy, filter: $filter) {
    totalCount
    edges { cursor node { key description totalQuantity createdAt } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  }
}
"""
ORDERS = tuple(field.name for field in PartOrderField)
_TYPES = ("Type 10", "type 9")
_LAST = "\U0010ffff"
_START = datetime(2026, 1, 1, tzinfo=UTC)

descriptions = st.sampled_from(["a", "A 2", "b", "ä", "z", "a 10", "Ω", "a 01x"])
rows = st.lists(st.tuples(descriptions, st.integers(0, 2), st.integers(0, 2)), min_size=0, max_size=14)


async def _replace_parts(connection: asyncpg.Connection, parts: Sequence[tuple[str, int, int]]) -> None:
    await connection.execute("DELETE FROM part_totals; DELETE FROM parts; DELETE FROM part_types")
    types = "INSERT INTO part_types (name, name_key) SELECT name, lower(name) FROM unnest($1::text[]) AS name"
    await connection.execute(types, _TYPES)
    for index, (description, minute, total) in enumerate(parts):
        await _insert(connection, f"K{_letters(index)}", description, minute, total)


async def _insert(connection: asyncpg.Connection, key: str, description: str, minute: int, total: int) -> None:
    facts = _facts(description, minute, total)
    await connection.execute(
        "WITH added AS (INSERT INTO parts (key, description, description_key, created_at, updated_at, "
        "manufacturer, manufacturer_key, manufacturer_code, manufacturer_code_key, type_id) "
        "VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $7, (SELECT id FROM part_types WHERE name = $8)) "
        "RETURNING id) INSERT INTO part_totals (part_id, total_quantity) SELECT id, $9 FROM added",
        key,
        description,
        description.casefold(),
        _START + timedelta(minutes=minute),
        _START - timedelta(minutes=minute),
        facts.manufacturer,
        facts.code,
        facts.type,
        total,
    )


class _Facts(NamedTuple):
    """What else a part has, which follows from what is drawn."""

    manufacturer: str | None
    code: str | None
    type: str | None


def _facts(description: str, minute: int, total: int) -> _Facts:
    manufacturer = description.casefold() if description != "z" else None
    return _Facts(manufacturer, (None, "r10", "r2")[minute], (None, *_TYPES)[total])


def _natural(text: str | None) -> bytes:
    """Numbers as numbers, nothing last."""
    return (re.sub("[0-9]+", lambda found: found[0].zfill(15), text) if text is not None else _LAST).encode()


def _letters(index: int) -> str:
    # Neither in the order of insertion nor against it.
    number = index * 7919 % 17576
    return "".join(chr(65 + number // scale % 26) for scale in (676, 26, 1))


async def _walk(graphql: GraphQL, size: int, *, backward: bool, **arguments: Any) -> list[Json]:
    async def ask(page: Json) -> Json:
        connection: Json = (await graphql(WALK, {**page, **arguments}))["parts"]
        return connection

    return await walk(ask, size, backward=backward)


def _expected(parts: Sequence[tuple[str, int, int]], field: str, direction: str) -> list[str]:
    """The keys in the order asked for; parts that are equal in it follow the order of their
    ids or keys."""
    named = [(f"K{_letters(index)}", index, *part) for index, part in enumerate(parts)]
    sort_keys = {
        "KEY": lambda part: (part[0],),
        "DESCRIPTION": lambda part: (_natural(part[2].casefold()), part[1]),
        "TYPE": lambda part: ((_facts(*part[2:]).type or _LAST).lower().encode(), part[0]),
        "MANUFACTURER": lambda part: (_natural(_facts(*part[2:]).manufacturer), part[0]),
        "MANUFACTURER_CODE": lambda part: (_natural(_facts(*part[2:]).code), part[0]),
        "CREATED_AT": lambda part: (part[3], part[1]),
        "UPDATED_AT": lambda part: (-part[3], part[1]),
        "TOTAL_QUANTITY": lambda part: (part[4], part[1]),
    }
    return [part[0] for part in sorted(named, key=sort_keys[field], reverse=direction == "DESC")]


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=rows,
    field=st.sampled_from(ORDERS),
    direction=st.sampled_from(["ASC", "DESC"]),
    size=st.integers(1, 6),
    backward=st.booleans(),
)
async def test_a_walk_sees_every_part_once_in_order(
    graphql: GraphQL,
    database_connection: asyncpg.Connection,
    parts: list[tuple[str, int, int]],
    field: str,
    direction: str,
    size: int,
    backward: bool,
) -> None:
    await _replace_parts(database_connection, parts)
    order = {"field": field, "direction": direction}
    edges = await _walk(graphql, size, backward=backward, orderBy=order)
    assert [edge["node"]["key"] for edge in edges] == _expected(parts, field, direction)


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ORDERS)
async def test_every_order_goes_on_inside_of_equals_and_past_them(
    graphql: GraphQL, database_connection: asyncpg.Connection, field: str, direction: str, backward: bool
) -> None:
    parts = [(text, index % 3, index // 3 % 3) for index, text in enumerate(["a 10", "z", "A 2", "Ω"] * 3)]
    await _replace_parts(database_connection, parts)
    order = {"field": field, "direction": direction}
    expected = _expected(parts, field, direction)
    for filter in ({}, {"createdSince": _START.isoformat(), "isReserved": False}):
        edges = await _walk(graphql, 5, backward=backward, orderBy=order, filter=filter)
        assert [edge["node"]["key"] for edge in edges] == expected


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(rows.filter(bool).flatmap(st.sampled_from), min_size=3, max_size=12),
    arrivals=st.lists(rows.filter(bool).flatmap(st.sampled_from), max_size=6),
    departures=st.lists(st.integers(0, 11), max_size=6),
    order=st.tuples(st.sampled_from(ORDERS), st.sampled_from(["ASC", "DESC"])),
    size=st.integers(1, 3),
    backward=st.booleans(),
)
async def test_a_part_that_neither_changes_nor_leaves_during_a_walk_is_seen_exactly_once(
    graphql: GraphQL,
    database_connection: asyncpg.Connection,
    parts: list[tuple[str, int, int]],
    arrivals: list[tuple[str, int, int]],
    departures: list[int],
    order: tuple[str, str],
    size: int,
    backward: bool,
) -> None:
    await _replace_parts(database_connection, parts)
    seen: list[str] = []
    cursor = None
    arriving = iter([(f"N{_letters(index)}", *part) for index, part in enumerate(arrivals)])
    leaving = iter([f"K{_letters(index)}" for index in departures])
    while True:
        page_arguments = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        ordered = {"field": order[0], "direction": order[1]}
        page = (await graphql(WALK, {**page_arguments, "orderBy": ordered}))["parts"]
        keys = [edge["node"]["key"] for edge in page["edges"]]
        seen = keys + seen if backward else seen + keys
        if not page["pageInfo"]["hasPreviousPage" if backward else "hasNextPage"]:
            break
        cursor = page["pageInfo"]["startCursor" if backward else "endCursor"]
        if (arrival := next(arriving, None)) is not None:
            await _insert(database_connection, *arrival)
        if (departure := next(leaving, None)) is not None:
            await database_connection.execute("DELETE FROM parts WHERE key = $1", departure)
    assert len(seen) == len(set(seen))
    left = {f"K{_letters(index)}" for index in departures}
    stayed = [key for key in _expected(parts, *order) if key not in left]
    assert [key for key in seen if key in stayed] == stayed


async def test_a_page_between_two_cursors_tells_what_lies_on_both_sides(
    graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await _replace_parts(database_connection, [("a", 0, 0)] * 6)
    edges = await _walk(graphql, 6, backward=False)
    keys = [edge["node"]["key"] for edge in edges]
    between = {"after": edges[0]["cursor"], "before": edges[4]["cursor"]}
    for size, shown in (({"first": 2}, keys[1:3]), ({"last": 2}, keys[2:4]), ({"first": 9}, keys[1:4])):
        page = (await graphql(WALK, {**between, **size}))["parts"]
        assert [edge["node"]["key"] for edge in page["edges"]] == shown
        assert (page["pageInfo"]["hasPreviousPage"], page["pageInfo"]["hasNextPage"]) == (True, True)
        assert page["totalCount"] == 6


async def test_an_empty_page_still_has_its_total_and_its_borders(
    graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await _replace_parts(database_connection, [("a", 0, 0)] * 3)
    edges = await _walk(graphql, 3, backward=False)
    after_the_end = (await graphql(WALK, {"first": 5, "after": edges[-1]["cursor"]}))["parts"]
    nothing_asked = (await graphql(WALK, {"first": 0}))["parts"]
    assert after_the_end["edges"] == nothing_asked["edges"] == []
    assert (after_the_end["totalCount"], nothing_asked["totalCount"]) == (3, 3)
    assert after_the_end["pageInfo"] == {
        "startCursor": None,
        "endCursor": None,
        "hasNextPage": False,
        "hasPreviousPage": True,
    }
    assert nothing_asked["pageInfo"]["hasNextPage"] is True


async def test_a_list_shows_fifty_items_unless_asked_otherwise(
    graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 60)
    assert len((await graphql("{ parts { nodes { key } } }"))["parts"]["nodes"]) == 50


async def test_pages_of_many_parents_are_those_of_each_parent(
    graphql: GraphQL, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 12)
    page = "totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor }"
    one = (
        "query Q($key: PartKey!, $after: String) "
        f"{{ part(key: $key) {{ history(first: 4, after: $after) {{ {page} }} }} }}"
    )
    together = await graphql(f"{{ parts(first: 12) {{ nodes {{ key history(first: 2) {{ {page} }} }} }} }}")
    for part in together["parts"]["nodes"]:
        alone = (await graphql(one, {"key": part["key"]}))["part"]["history"]
        assert part["history"]["edges"] == alone["edges"][:2]
        assert (part["history"]["totalCount"], part["history"]["pageInfo"]["hasNextPage"]) == (5, True)
        rest = await graphql(one, {"key": part["key"], "after": alone["pageInfo"]["endCursor"]})
        assert len(rest["part"]["history"]["edges"]) == 1
        assert rest["part"]["history"]["pageInfo"]["hasPreviousPage"] is True


async def test_history_is_newest_first(workshop: Workshop, graphql: GraphQL) -> None:
    await workshop.box(1)
    key = await workshop.part()
    for quantity in (1, 2, 3):
        await workshop.receive(key, "1-1", quantity)
    history = await graphql("{ history { nodes { delta totalAfter } } }")
    assert history["history"]["nodes"] == [
        {"delta": 3, "totalAfter": 6},
        {"delta": 2, "totalAfter": 3},
        {"delta": 1, "totalAfter": 1},
    ]
