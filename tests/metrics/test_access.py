"""Who may read /metrics is a setting."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from tests.conftest import connect
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched
from tests.waiting import until
from tests.wire.conftest import make_token


@pytest.fixture
async def with_access(
    request: pytest.FixtureRequest, shared_servers: SharedServers
) -> AsyncIterator[httpx.AsyncClient]:
    """A server on the stores of the first, with the access that the test is parametrized by."""
    settings = {"PARTSGRAPH_METRICS_ACCESS": request.param}
    async with watched(await shared_servers.with_settings(settings)) as server, connect(server) as client:
        yield client


@pytest.fixture
async def reopened(
    server: ServerProcess, client: httpx.AsyncClient, database_connection: asyncpg.Connection
) -> AsyncIterator[None]:
    """Afterwards there is no token, and the server knows it."""
    yield
    await database_connection.execute("DELETE FROM api_tokens")
    await until(lambda: client.get("/metrics"), lambda answer: answer.status_code == 200)


async def test_a_token_is_asked_for_once_there_is_one_and_each_outcome_is_counted(
    client: httpx.AsyncClient, server: ServerProcess, reopened: None
) -> None:
    before = await scrape(client)
    token = await make_token(server, "VIEWER")
    # That there was none is kept for a moment.
    await until(lambda: client.get("/metrics"), lambda answer: answer.status_code == 401)
    assert (await client.get("/metrics", headers={"authorization": "Basic x"})).status_code == 401
    assert (await client.get("/metrics", headers={"authorization": "Bearer pg_wrong"})).status_code == 401
    after = await scrape(client, authorization=f"Bearer {token}")
    name = "partsgraph_authentications_total"
    grown = {
        outcome: told - before.by(name, "outcome").get(outcome, 0)
        for outcome, told in after.by(name, "outcome").items()
    }
    assert {outcome: rise for outcome, rise in grown.items() if rise and outcome != "open"} == {
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
