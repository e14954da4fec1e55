"""A hundred times the parts: a part by key, a page and a use touch hardly more of the database, and never all of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest

from graph.types.part_list import PartOrderField
from tests.factories import DOCUMENTS
from tests.graphql_client import Json, data_of
from tests.server_process import ServerProcess
from tests.torture.conftest import Counted, Measured
from tests.torture.ledger_audit import SCALE, assert_check_is_clean

pytestmark = pytest.mark.torture

FEW_PARTS = 1_000
MANY_PARTS = max(10_000, round(100_000 * SCALE))
ROUNDS = 20
MOST_GROWTH = 1.5
# A backend tells the statistics what it did when it has been idle for ten seconds.
_STATISTICS_SECONDS = 11.0

PART = (
    "query P($key: PartKey!) { part(key: $key) { key description type { name } totalQuantity "
    "stock { quantity location { reference box { number } } } history(first: 20) "
    "{ nodes { delta totalAfter operation { kind at } } } } }"
)
PAGE = "query L($after: String) { parts(first: 50, after: $after) { nodes { key description } } }"
ORDERED = (
    "query O($by: PartOrderField!, $after: String, $filter: PartFilter) { "
    "parts(first: 50, after: $after, orderBy: { field: $by }, filter: $filter) { nodes { key } } }"
)
MIDDLE = "query M($by: PartOrderField!) { parts(last: 120, orderBy: { field: $by }) { pageInfo { startCursor } } }"
FILTERS: dict[str, Json] = {
    "keys": {"keys": ["AAAA", "ZZZZ"]},
    "a manufacturer that makes nothing": {"manufacturer": "nobody"},
    "nothing made since": {"createdSince": "9000-01-01T00:00:00Z"},
    "nothing edited since": {"updatedSince": "9000-01-01T00:00:00Z"},
    "a range in which nothing lies": {"parameters": [{"name": "Resistance", "from": "4.7123k", "to": "4.7124k"}]},
}
SEARCH = "query S($text: String!) { searchParts(text: $text, first: 20) { nodes { score part { key description } } } }"
LAST = (
    "{ parts(last: 120) { nodes { key manufacturerCode stock { quantity location { reference } } } "
    "pageInfo { startCursor } } }"
)

SEARCHES = ("capacitor", "cermaic capacitr 0805", "4k7", "re", "100n 50V smd", "1-1", "temperature characteristic")

Buffers = dict[str, float]


@asynccontextmanager
async def _grown(parts: int) -> AsyncIterator[tuple[httpx.AsyncClient, asyncpg.Connection, ServerProcess]]:
    server = ServerProcess()
    try:
        server.start()
        seeded = server.run_command("seed", "--parts", str(parts), patience_seconds=900)
        assert seeded.returncode == 0, seeded.stdout + seeded.stderr
        connection = await asyncpg.connect(server.database_url)
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        await connection.execute("VACUUM (ANALYZE)")
        async with httpx.AsyncClient(base_url=server.base_url, timeout=60, trust_env=False) as client:
            yield client, connection, server
        await connection.close()
        assert server.stop() == 0
    finally:
        server.remove()


async def _buffers(connection: asyncpg.Connection, act: Callable[[int], Awaitable[Json]]) -> float:
    """Buffers that one request touches, on average, once its statements are planned."""
    for number in range(ROUNDS):
        await act(number)
    await connection.execute("SELECT pg_stat_statements_reset()")
    for number in range(ROUNDS):
        await act(ROUNDS + number)
    touched: int = await connection.fetchval(
        "SELECT sum(shared_blks_hit + shared_blks_read)::bigint FROM pg_stat_statements "
        "WHERE query !~ 'pg_stat_statements' "
        "AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return touched / ROUNDS


async def _scenarios(client: httpx.AsyncClient) -> dict[str, Callable[[int], Awaitable[Json]]]:
    last = (await data_of(client, LAST))["parts"]
    stocked = [node for node in last["nodes"] if any(place["quantity"] >= 2 for place in node["stock"])]
    assert len(stocked) >= 2 * ROUNDS

    def use(number: int) -> Awaitable[Json]:
        node = stocked[number]
        place = max(node["stock"], key=lambda found: found["quantity"])
        fields = {"partKey": node["key"], "location": place["location"]["reference"], "quantity": 1}
        return data_of(client, DOCUMENTS["useStock"], {"input": fields})

    def ordered(by: str, **more: object) -> Callable[[int], Awaitable[Json]]:
        return lambda number: data_of(client, ORDERED, {"by": by, **more})

    in_order = {}
    for by in (field.name for field in PartOrderField):
        middle = (await data_of(client, MIDDLE, {"by": by}))["parts"]["pageInfo"]["startCursor"]
        in_order[f"a page by {by}"] = ordered(by)
        in_order[f"a deep page by {by}"] = ordered(by, after=middle)
    return {
        **in_order,
        **{name: ordered("KEY", filter=filter) for name, filter in FILTERS.items()},
        "a part by key": lambda number: data_of(client, PART, {"key": last["nodes"][number]["key"]}),
        "the first page": lambda number: data_of(client, PAGE),
        "a deep page": lambda number: data_of(client, PAGE, {"after": last["pageInfo"]["startCursor"]}),
        "useStock": use,
        "a search for an MPN": lambda number: data_of(
            client, SEARCH, {"text": last["nodes"][number]["manufacturerCode"]}
        ),
    }


async def _sequential_scans(connection: asyncpg.Connection) -> dict[str, int]:
    await asyncio.sleep(_STATISTICS_SECONDS)
    rows = await connection.fetch(
        "SELECT relname, seq_scan FROM pg_stat_user_tables "
        "WHERE relname IN ('parts', 'part_totals', 'stock', 'operations', 'quantity_changes', 'search_documents', "
        "'search_postings', 'search_words', 'search_attachments')"
    )
    return {row[0]: row[1] for row in rows}


async def test_a_hundred_times_the_parts_touch_at_most_half_as_many_buffers_again_and_no_table_is_scanned(
    counted: Counted, measured: Measured
) -> None:
    async with _grown(FEW_PARTS) as (client, connection, server):
        few: Buffers = {name: await _buffers(connection, act) for name, act in (await _scenarios(client)).items()}
    async with _grown(MANY_PARTS) as (client, connection, server):
        scenarios = await _scenarios(client)
        before = await _sequential_scans(connection)
        many: Buffers = {name: await _buffers(connection, act) for name, act in scenarios.items()}
        # These touch more the more there is to find; by an index all the same.
        for text in SEARCHES:
            await data_of(client, SEARCH, {"text": text})
        assert await _sequential_scans(connection) == before
        assert_check_is_clean(server)
    growth = {name: many[name] / few[name] for name in few}
    counted(parts=MANY_PARTS, audits=1)
    measured(**{f"times the buffers for {name}": ratio for name, ratio in growth.items()})
    assert {name: ratio for name, ratio in growth.items() if ratio > MOST_GROWTH} == {}, (few, many)
