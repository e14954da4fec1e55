"""Who may read /metrics is a setting."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import connect
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.wire.conftest import make_token


@pytest.fixture
async def with_access(request: pytest.FixtureRequest, server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """A server on the stores of the first, with the access that the test is parametrized by."""
    settings = settings_for_same_stores(server) | {"PARTSGRAPH_METRICS_ACCESS": request.param}
    process = ServerProcess(settings=settings)
    try:
        await asyncio.to_thread(process.start)
        async with connect(process) as client:
            yield client
        assert await asyncio.to_thread(process.stop) == 0, process.log_tail()
    finally:
        process.remove()


async def test_a_token_is_asked_for_once_there_is_one_and_each_outcome_is_counted(
    client: httpx.AsyncClient, server: ServerProcess
) -> None:
    before = await scrape(client)
    token = await make_token(server, "VIEWER")
    # An answer is kept for two seconds.
    await asyncio.sleep(2.1)
    assert (await client.get("/metrics")).status_code == 401
    assert (await client.get("/metrics", headers={"authorization": "Basic x"})).status_code == 401
    assert (await client.get("/metrics", headers={"authorization": "Bearer pg_wrong"})).status_code == 401
    after = await scrape(client, authorization=f"Bearer {token}")
    name = "partsgraph_authentications_total"
    grown = {
        outcome: told - before.by(name, "outcome").get(outcome, 0)
        for outcome, told in after.by(name, "outcome").items()
    }
    assert {outcome: rise for outcome, rise in grown.items() if rise} == {
        "missing": 1,
        "malformed": 1,
        "refused": 1,
        "accepted": 1,
    }
    assert (
        await client.get("/metrics", headers={"authorization": f"Bearer {token}", "host": "10.0.0.7"})
    ).status_code == 200


@pytest.mark.parametrize("with_access", ["anyone"], indirect=True)
async def test_anyone_may_read_where_the_setting_says_so(with_access: httpx.AsyncClient) -> None:
    told = await scrape(with_access, host="10.0.0.7:8000")
    assert told.value("partsgraph_processes") == 1


@pytest.mark.parametrize("with_access", ["nobody"], indirect=True)
async def test_nobody_may_read_where_the_setting_says_so(with_access: httpx.AsyncClient) -> None:
    answer = await with_access.get("/metrics")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "ROUTE_NOT_FOUND")


async def test_a_foreign_page_cannot_read_an_open_server(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics", headers={"host": "evil.example"})).status_code == 421
