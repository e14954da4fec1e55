"""A plan remembers what relations made of arguments, where these are the same in every run."""

from typing import Any

import asyncpg
import httpx

from tests.graphql_client import Json, post
from tests.rows import fill

BY_VARIABLES = """query Locations($first: Int, $filter: LocationFilter) {
  boxes(first: 1) { nodes { locations(first: $first, filter: $filter) { nodes { number } } } }
}"""
BY_CHOICE = """query Locations($counted: Boolean!) {
  boxes(first: 1) { nodes { locations(first: 2) { nodes { number } totalCount @include(if: $counted) } } }
}"""


async def ask(client: httpx.AsyncClient, query: str, **variables: Any) -> Json:
    """The locations of the first box."""
    answer = (await post(client, query, variables)).json()
    assert "errors" not in answer
    found: Json = answer["data"]["boxes"]["nodes"][0]["locations"]
    return found


async def test_arguments_with_variables_are_looked_at_in_every_run(
    client: httpx.AsyncClient, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 3)
    for first in (1, 2, 1):
        found = await ask(client, BY_VARIABLES, first=first)
        assert len(found["nodes"]) == first
    occupied = await ask(client, BY_VARIABLES, first=200, filter={"isFree": False})
    free = await ask(client, BY_VARIABLES, first=200, filter={"isFree": True})
    numbers = [node["number"] for found in (occupied, free) for node in found["nodes"]]
    assert sorted(numbers) == list(range(1, 11))


async def test_constant_arguments_are_remembered_for_each_choice_of_fields(
    client: httpx.AsyncClient, database_connection: asyncpg.Connection
) -> None:
    await fill(database_connection, 3)
    for counted in (False, True, False, True):
        found = await ask(client, BY_CHOICE, counted=counted)
        assert len(found["nodes"]) == 2
        assert ("totalCount" in found) is counted
        assert not counted or found["totalCount"] > 2
