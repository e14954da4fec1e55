"""An operation on stock is counted by what became of it: committed only when its commit is done."""

import asyncio
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.factories import DOCUMENTS, Workshop
from tests.graphql_client import RawGraphQL
from tests.metrics.commits import at_commit
from tests.metrics.scrape import Scrape, scrape

_NAME = "partsgraph_stock_operations_total"


def changed(before: Scrape, after: Scrape) -> dict[tuple[str, str], float]:
    """By how much the counters of operations rose, by kind and outcome."""
    pairs = {(sample.labels["kind"], sample.labels["outcome"]) for sample in after.samples if sample.name == _NAME}
    grown = {
        (kind, outcome): after.value(_NAME, kind=kind, outcome=outcome)
        - before.value(_NAME, kind=kind, outcome=outcome)
        for kind, outcome in pairs
    }
    return {pair: rise for pair, rise in grown.items() if rise}


async def test_each_kind_is_counted_when_it_is_committed(client: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.part()
    before = await scrape(client)
    await workshop.receive(key, "1-1", 10)
    await workshop.move(key, "1-1", [("1-2", 4)])
    await workshop.count(key, "1-1", 6)
    await workshop.book((key, "1-3", 2))
    used = await workshop.use(key, "1-1", 3)
    await workshop.reverse(used["operation"]["id"])
    kinds = ("receive", "move", "count", "book", "use", "reverse")
    assert changed(before, await scrape(client)) == {(kind, "committed"): 1 for kind in kinds}


async def test_a_request_that_is_sent_again_is_counted_as_replayed(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    before = await scrape(client)
    again = str(uuid4())
    for _ in range(3):
        await workshop.use(key, "1-1", 1, idempotencyKey=again)
    assert changed(before, await scrape(client)) == {("use", "committed"): 1, ("use", "replayed"): 2}


async def test_a_refusal_is_counted_as_refused(client: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(1)
    before = await scrape(client)
    await workshop.refused("useStock", "InsufficientStockError", partKey=key, location="1-1", quantity=2)
    await workshop.refused("useStock", "ValidationError", partKey=key, location="1-1", quantity=0)
    assert changed(before, await scrape(client)) == {("use", "refused"): 2}


@pytest.mark.provokes_faults
async def test_what_fails_at_the_commit_is_not_counted_as_committed(
    client: httpx.AsyncClient,
    workshop: Workshop,
    graphql_raw: RawGraphQL,
    database_connection: asyncpg.Connection,
) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    before = await scrape(client)
    async with at_commit(database_connection, "RAISE EXCEPTION 'the disk is full'"), workshop.unchanged():
        answer = await graphql_raw(DOCUMENTS["useStock"], _use(key))
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert changed(before, await scrape(client)) == {("use", "rolled_back"): 1}


async def test_a_connection_that_breaks_during_the_commit_leaves_the_outcome_unknown(
    client: httpx.AsyncClient,
    workshop: Workshop,
    graphql_raw: RawGraphQL,
    database_connection: asyncpg.Connection,
) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    before = await scrape(client)
    async with at_commit(database_connection, "PERFORM pg_terminate_backend(pg_backend_pid())"):
        answer = await graphql_raw(DOCUMENTS["useStock"], _use(key))
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert changed(before, await scrape(client)) == {("use", "unknown"): 1}


async def test_a_deadlock_that_is_repeated_is_one_operation(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    before = await scrape(client)
    await database_connection.execute("CREATE SEQUENCE attempts")
    once = "IF nextval('attempts') = 1 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF"
    try:
        async with at_commit(database_connection, once):
            await workshop.use(key, "1-1", 1)
    finally:
        await database_connection.execute("DROP SEQUENCE attempts")
    after = await scrape(client)
    assert changed(before, after) == {("use", "committed"): 1}
    repeated = {"error": "SerializationError"}
    grown = after.value("partsgraph_work_repeated_total", **repeated) - before.value(
        "partsgraph_work_repeated_total", **repeated
    )
    assert grown == 1


async def test_many_clients_at_once_are_each_counted(client: httpx.AsyncClient, workshop: Workshop) -> None:
    await workshop.box()
    key = await workshop.stocked(5)
    before = await scrape(client)
    payloads = await asyncio.gather(
        *(workshop.run("useStock", partKey=key, location="1-1", quantity=1) for _ in range(12))
    )
    done = sum(payload["__typename"] == "UseStockSuccess" for payload in payloads)
    assert done == 5
    assert changed(before, await scrape(client)) == {("use", "committed"): 5, ("use", "refused"): 7}


def _use(key: str) -> dict[str, object]:
    return {"input": {"partKey": key, "location": "1-1", "quantity": 1}}
