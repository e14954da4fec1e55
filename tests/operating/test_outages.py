"""The database and the object store go away and come back under load: typed errors at once, recovery by itself."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest

from tests.attachments.uploading import PDF, attached, attachments_of, payload, pdf
from tests.factories import DOCUMENTS
from tests.graphql_client import data_of
from tests.impatient_load import ImpatientLoad
from tests.locks import rivals_waiting
from tests.log_lines import coming_lines, lines_of
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess
from tests.stores import Stores, halt, open_stores
from tests.waiting import until
from tests.wire.conftest import code_of

QUESTION = {"query": "{ partTypes(first: 5) { nodes { name } } }"}
ADDITION = {"query": 'mutation { createBox(input: {description: "box", capacity: 1}) { __typename } }'}
SETTINGS = {
    "PARTSGRAPH_JOB_LOOK_SECONDS": "0.1",
    "PARTSGRAPH_REQUEST_TIMEOUT_SECONDS": "60",
    "PARTSGRAPH_S3_WRITE_TIMEOUT_SECONDS": "2",
    "PARTSGRAPH_STATEMENT_TIMEOUT_SECONDS": "60",
}
# Both pools, the probe and the event listener.
MOST_CONNECTIONS = 18


@dataclass(frozen=True)
class Served:
    """A server, the stores it uses, and HTTP to it."""

    server: ServerProcess
    stores: Stores
    http: httpx.AsyncClient

    async def readiness(self) -> tuple[int, set[str]]:
        """The status of /readyz and the names of what fails."""
        response = await self.http.get("/readyz")
        answer = response.json()
        checks = answer["checks"] if response.status_code == 200 else answer["errors"][0]["extensions"]["checks"]
        return response.status_code, {name for name, check in checks.items() if check["state"] == "failing"}

    async def until_readiness_is(self, status: int, failing: set[str]) -> None:
        """Ask until it is."""
        await until(self.readiness, lambda found: found == (status, failing))

    async def until_no_connection_is_lent(self) -> None:
        """Ask the figures until the pools are at rest; now and then the server looks for work by itself."""
        pools = ("partsgraph_pool_connections_in_use", "partsgraph_pool_waiting")
        await until(lambda: scrape(self.http), lambda told: all(told.value(figure) == 0 for figure in pools))

    async def part(self) -> str:
        """The key of a new part."""
        made = await data_of(self.http, DOCUMENTS["createPart"], {"input": {"description": "Part"}})
        return str(made["createPart"]["part"]["key"])

    async def ask(self, body: dict[str, str]) -> Any:
        """The answer to a GraphQL request."""
        return (await self.http.post("/graphql", json=body)).json()


@pytest.fixture(scope="module")
async def served() -> AsyncIterator[Served]:
    """A server whose stores are run by the test; its log holds no error at the end, whatever went away."""
    async with open_stores() as stores:
        server = ServerProcess(settings=stores.settings | SETTINGS)
        try:
            await asyncio.to_thread(server.start)
            async with httpx.AsyncClient(base_url=server.base_url, timeout=60, trust_env=False) as http:
                yield Served(server, stores, http)
            assert await asyncio.to_thread(server.stop) == 0
            assert server.new_error_lines() == []
        finally:
            server.remove()


async def test_a_database_that_goes_and_comes_is_told_at_once_and_found_again(served: Served) -> None:
    outages = len(lines_of(served.server, event="no_jobs_taken"))
    loads = [
        ImpatientLoad(served.server.base_url, body, clients=4, timeout_seconds=60) for body in (QUESTION, ADDITION)
    ]
    for load in loads:
        await load.more_answers(10)
    await served.until_readiness_is(200, set())
    await halt(served.stores.postgres)
    await served.until_readiness_is(503, {"database", "migrations", "eventListener"})
    assert (await served.http.get("/healthz")).status_code == 200
    for load in loads:
        await load.more_refusals(20)
    await coming_lines(served.server, outages + 1, event="no_jobs_taken")
    await served.stores.postgres.start()
    await served.until_readiness_is(200, set())
    for load in loads:
        await load.more_answers(10)
        await load.end()
        assert set(load.codes) == {"UNAVAILABLE"}
        assert load.failures == []
    await served.until_no_connection_is_lent()
    # As many changes at once as the pool has connections: none of them was lost.
    added = await asyncio.gather(*(served.ask(ADDITION) for _ in range(8)))
    assert [answer["data"]["createBox"]["__typename"] for answer in added] == ["CreateBoxSuccess"] * 8
    assert await served.stores.connections() <= MOST_CONNECTIONS
    assert served.server.process.poll() is None
    # One line, however often the worker looked meanwhile.
    assert len(lines_of(served.server, event="no_jobs_taken")) == outages + 1
    checked = await asyncio.to_thread(served.server.run_command, "check")
    assert (checked.returncode, checked.stdout) == (0, "Everything reconciles.\n")


async def test_an_object_store_that_goes_and_comes_turns_readiness_and_leaves_the_data_alone(served: Served) -> None:
    await halt(served.stores.object_store)
    await served.until_readiness_is(503, {"objectStore"})
    assert "errors" not in await served.ask(QUESTION)
    await served.stores.object_store.start()
    await served.until_readiness_is(200, set())


async def test_files_are_refused_fast_while_the_object_store_is_away_and_taken_afterwards(served: Served) -> None:
    owner = {"partKey": await served.part()}
    there = await attached(served.http, owner, PDF)
    await halt(served.stores.object_store)
    try:
        for content in (PDF + b"%", pdf(6_000_000)):
            assert (await payload(served.http, owner, content))["__typename"] == "FileStoreError"
        answer = await served.http.get(there["url"])
        assert (answer.status_code, code_of(answer)) == (503, "UNAVAILABLE")
        assert [found["id"] for found in await attachments_of(served.http, owner["partKey"])] == [there["id"]]
    finally:
        await served.stores.object_store.start()
    await served.until_readiness_is(200, set())
    assert (await served.http.get(there["url"])).content == PDF
    again = await attached(served.http, owner, PDF + b"%")
    assert (await served.http.get(again["url"])).content == PDF + b"%"


async def test_uploads_to_an_object_store_that_hangs_are_given_up_before_their_request_is(served: Served) -> None:
    """A part of a large one, too; no connection to the database is held any longer, and no row is left."""
    owner = {"partKey": await served.part()}
    process = served.stores.object_store.pid
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    try:
        answers = await asyncio.gather(
            *(payload(served.http, owner, content) for content in (PDF, PDF + b"%", pdf(6_000_000)))
        )
    finally:
        os.kill(process, signal.SIGCONT)
    assert [answer["__typename"] for answer in answers] == ["FileStoreError"] * 3
    await served.until_no_connection_is_lent()
    assert await attachments_of(served.http, owner["partKey"]) == []
    await served.until_readiness_is(200, set())
    await attached(served.http, owner, pdf(6_000_000))


async def test_an_outage_is_told_by_the_figures_though_nobody_asks_for_readiness(served: Served) -> None:
    """Of one process, and of two that share their figures, whichever of them is asked."""
    team = ServerProcess(settings=served.stores.settings | {"PARTSGRAPH_WORKERS": "2"})
    try:
        await asyncio.to_thread(team.start)
        async with httpx.AsyncClient(base_url=team.base_url, timeout=60, trust_env=False) as http:
            both = (served.http, http)
            await asyncio.gather(*(_until_told_ready(client, 1) for client in both))
            await halt(served.stores.object_store)
            await asyncio.gather(*(_until_told_ready(client, 0) for client in both))
            await served.stores.object_store.start()
            await asyncio.gather(*(_until_told_ready(client, 1) for client in both))
        assert await asyncio.to_thread(team.stop) == 0, team.log_tail()
    finally:
        team.remove()
    await served.until_readiness_is(200, set())


async def _until_told_ready(http: httpx.AsyncClient, is_ready: int) -> None:
    await until(lambda: scrape(http), lambda told: told.value("partsgraph_ready", check="objectStore") == is_ready)


async def test_a_read_whose_connection_breaks_is_repeated_and_a_change_is_not(served: Served) -> None:
    connection = await asyncpg.connect(served.stores.postgres.url)
    try:
        for body, table, outcome in ((QUESTION, "part_types", None), (ADDITION, "boxes", "UNAVAILABLE")):
            asking = None
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
                asking = asyncio.create_task(served.ask(body))
                await rivals_waiting(connection, 1)
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
            answer = await asking
            codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
            assert codes == ([] if outcome is None else [outcome]), answer
    finally:
        await connection.close()


async def test_a_request_that_finds_no_connection_in_time_is_told_so(served: Served) -> None:
    """All connections of the pool are held by statements that wait; the next request does not wait as long as they."""
    connection = await asyncpg.connect(served.stores.postgres.url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE")
            holding = [asyncio.create_task(served.ask(ADDITION)) for _ in range(8)]
            await rivals_waiting(connection, 8)
            answer = await served.ask(ADDITION)
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"]
            assert not any(task.done() for task in holding)
            assert await served.readiness() == (200, set()), "a busy pool is no reason to send requests elsewhere"
        for held in await asyncio.gather(*holding):
            assert held["data"]["createBox"]["__typename"] == "CreateBoxSuccess"
    finally:
        await connection.close()
