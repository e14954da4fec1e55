"""Pages of hits: every hit once, in order, both ways, whatever comes and goes meanwhile."""

from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.entities.search import SearchField
from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json, RawGraphQL
from tests.lists.walking import walk
from tests.property_sizes import examples
from tests.search.oracle import Known, write

WALK = """
query Walk($text: String!, $first: Int, $after: String, $last: Int, $before: String, $orderBy: PartOrder,
           $filter: PartFilter) {
  searchParts(text: $text, first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy,
              filter: $filter) {
    totalCount
    edges { cursor node { score part { id key } } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  }
}
"""
_WORDS = ("relay", "relays", "rely", "coil")
documents = st.dictionaries(st.sampled_from(_WORDS), st.sampled_from([SearchField.DESCRIPTION, SearchField.TAG]))
documents_of_many = st.lists(documents, min_size=1, max_size=14)


async def _walk(graphql: GraphQL, size: int, *, backward: bool, **arguments: Any) -> list[Json]:
    async def ask(page: Json) -> Json:
        connection: Json = (await graphql(WALK, {**page, **arguments}))["searchParts"]
        return connection

    return await walk(ask, size, backward=backward)


async def _written(connection: asyncpg.Connection, many: list[dict[str, SearchField]]) -> list[int]:
    ids = await write(connection, [Known(words) for words in many])
    await connection.execute("INSERT INTO part_totals (part_id, total_quantity) SELECT id, id % 3 FROM parts")
    return ids


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents_of_many, st.integers(1, 6), st.sampled_from([None, "KEY", "TOTAL_QUANTITY"]))
async def test_every_hit_is_met_once_and_in_order_forward_and_back(
    database_connection: asyncpg.Connection,
    graphql: GraphQL,
    many: list[dict[str, SearchField]],
    size: int,
    order: str | None,
) -> None:
    await _written(database_connection, many)
    arguments = {"text": "relay", "orderBy": None if order is None else {"field": order, "direction": "DESC"}}
    forward = await _walk(graphql, size, backward=False, **arguments)
    backward = await _walk(graphql, size, backward=True, **arguments)
    assert forward == backward
    assert len({edge["node"]["part"]["id"] for edge in forward}) == len(forward)
    if order is None:
        scores = [edge["node"]["score"] for edge in forward]
        assert scores == sorted(scores, reverse=True)
    if order == "KEY":
        keys = [edge["node"]["part"]["key"] for edge in forward]
        assert keys == sorted(keys, reverse=True)


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents_of_many, documents_of_many, st.integers(1, 4), st.booleans(), st.data())
async def test_a_hit_that_neither_changes_nor_leaves_is_met_once_while_others_come_and_go(
    database_connection: asyncpg.Connection,
    graphql: GraphQL,
    staying: list[dict[str, SearchField]],
    leaving: list[dict[str, SearchField]],
    size: int,
    backward: bool,
    data: st.DataObject,
) -> None:
    ids = await _written(database_connection, [*staying, *leaving])
    gone = ids[len(staying) :]
    stays = {f"{key}" for key in await _keys(database_connection, ids[: len(staying)])}
    expected = {edge["node"]["part"]["key"] for edge in await _walk(graphql, 200, backward=False, text="relay")} & stays
    met: list[str] = []
    cursor, goes_on = None, True
    while goes_on:
        arguments = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        page = (await graphql(WALK, {"text": "relay", **arguments}))["searchParts"]
        met += [edge["node"]["part"]["key"] for edge in page["edges"]]
        cursor = page["pageInfo"]["startCursor" if backward else "endCursor"]
        goes_on = page["pageInfo"]["hasPreviousPage" if backward else "hasNextPage"] and cursor is not None
        if gone:
            leaver = gone.pop(data.draw(st.integers(0, len(gone) - 1)))
            await database_connection.execute(
                "UPDATE search_documents SET words = $2, fields = $3 WHERE part_id = $1",
                leaver,
                *data.draw(st.sampled_from([(["relay"], [6]), (["rely"], [10]), (["other"], [6])])),
            )
    kept = [key for key in met if key in stays]
    assert sorted(kept) == sorted(expected)


async def _keys(connection: asyncpg.Connection, ids: list[int]) -> list[str]:
    return [row[0] for row in await connection.fetch("SELECT key FROM parts WHERE id = ANY($1)", ids)]


async def test_a_cursor_goes_on_among_the_hits_of_another_filter_and_is_refused_by_another_order(
    workshop: Workshop, graphql: GraphQL, graphql_raw: RawGraphQL
) -> None:
    for number in range(4):
        await workshop.part(f"Relay {number}", tags=["odd"] if number % 2 else [])
    page = (await graphql(WALK, {"text": "relay", "first": 1}))["searchParts"]
    cursor = page["pageInfo"]["endCursor"]
    following = await graphql(WALK, {"text": "relay", "after": cursor, "filter": {"tag": "odd"}})
    assert len(following["searchParts"]["edges"]) == 2
    by_key = {"text": "relay", "after": cursor, "orderBy": {"field": "KEY"}}
    answer = (await graphql_raw(WALK, by_key)).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("arguments", [{"first": 201}, {"first": -1}, {"first": 1, "last": 1}, {"after": "x"}])
async def test_faulty_arguments_of_a_page_are_refused(graphql_raw: RawGraphQL, arguments: dict[str, Any]) -> None:
    answer = (await graphql_raw(WALK, {"text": "relay", **arguments})).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
