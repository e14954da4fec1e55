"""Servers are restarted and stores stopped under load; what was asked is answered, and the books are audited."""

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.impatient_load import ImpatientLoad
from tests.server_process import ServerProcess
from tests.stores import Stores, halt, open_stores
from tests.torture.conftest import Counted
from tests.torture.ledger_audit import (
    SCALE,
    RunningLoad,
    applied,
    assert_check_is_clean,
    assert_tables_agree,
    furnish,
    more_is_written,
)

pytestmark = pytest.mark.torture

ROUNDS = max(1, round(5 * SCALE))
OUTAGE_SECONDS = 10.0
QUESTION = {"query": "{ partTypes(first: 5) { nodes { name } } }"}


@pytest.fixture
async def stores() -> AsyncIterator[Stores]:
    """Stores that outlive every server of a test."""
    async with open_stores() as opened:
        yield opened


async def test_workers_are_restarted_again_and_again_and_no_change_fails(
    stores: Stores, tmp_path: Path, counted: Counted
) -> None:
    server = ServerProcess(settings=stores.settings | {"PARTSGRAPH_WORKERS": "2"})
    load = None
    try:
        await asyncio.to_thread(server.start)
        await furnish(server)
        load = RunningLoad([server], "--unforgiving", clients=10, seconds=1800, directory=tmp_path)
        for done in range(1, ROUNDS + 1):
            await more_is_written(server)
            server.process.send_signal(signal.SIGHUP)
            for _ in range(600):
                if server.log_path.read_text().count('"event":"restart_done"') == done:
                    break
                await asyncio.sleep(0.1)
            counted(restarts=1)
        journal = await asyncio.to_thread(load.finish)
        assert server.log_path.read_text().count('"event":"restart_done"') == ROUNDS
        await assert_tables_agree(server, journal)
        await asyncio.to_thread(assert_check_is_clean, server)
        counted(acknowledged_operations=applied(journal), audits=1)
        assert await asyncio.to_thread(server.stop) == 0
        assert server.new_error_lines() == []
    finally:
        if load is not None:
            load.end()
        server.remove()


class Balancer:
    """Sends each request to a server whose /readyz was green when it last looked, five times a second."""

    def __init__(self, servers: list[ServerProcess]) -> None:
        self._servers = servers
        self._green = set(servers)
        self._turn = itertools.count()
        self.failures: list[str] = []
        self.answered = 0

    async def look(self, server: ServerProcess) -> None:
        """At one server, for ever: one that is slow to answer must not delay what is known of the other."""
        async with httpx.AsyncClient(timeout=1, trust_env=False) as http:
            while True:
                is_green = False
                with suppress(httpx.HTTPError):
                    is_green = (await http.get(f"{server.base_url}/readyz")).status_code == 200
                (self._green.add if is_green else self._green.discard)(server)
                await asyncio.sleep(0.2)

    async def ask_for_ever(self) -> None:
        """One client; it retries nothing."""
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            while True:
                # With none that is green any will do, as balancers have it.
                green = [server for server in self._servers if server in self._green] or self._servers
                server = green[next(self._turn) % len(green)]
                try:
                    answer = await http.post(f"{server.base_url}/graphql", json=QUESTION)
                    self.answered += 1
                    if "errors" in answer.json():
                        self.failures.append(answer.text)
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))
                await asyncio.sleep(0.02)


async def test_two_servers_behind_a_balancer_are_restarted_in_turn_and_no_request_fails(
    stores: Stores, counted: Counted
) -> None:
    settings = stores.settings | {"PARTSGRAPH_SHUTDOWN_ACCEPT_SECONDS": "5"}
    servers = [ServerProcess(settings=settings) for _ in range(2)]
    tasks: list[asyncio.Task[None]] = []
    try:
        for server in servers:
            await asyncio.to_thread(server.start)
        balancer = Balancer(servers)
        tasks = [asyncio.create_task(balancer.look(server)) for server in servers]
        tasks += [asyncio.create_task(balancer.ask_for_ever()) for _ in range(6)]
        for _ in range(ROUNDS):
            for server in servers:
                assert await asyncio.to_thread(server.stop) == 0
                await asyncio.to_thread(server.start)
                counted(restarts=1)
                # An operator waits until the balancer knows the one that came back before the next one goes.
                await asyncio.sleep(3)
        assert balancer.failures == []
        assert balancer.answered > 100 * ROUNDS
        counted(answered_requests=balancer.answered)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for server in servers:
            server.remove()


async def test_a_database_that_is_away_for_ten_seconds_costs_nothing_that_was_acknowledged(
    stores: Stores, tmp_path: Path, counted: Counted
) -> None:
    server = ServerProcess(settings=stores.settings)
    load = None
    try:
        await asyncio.to_thread(server.start)
        await furnish(server)
        load = RunningLoad([server], clients=10, seconds=1800, directory=tmp_path)
        reading = ImpatientLoad(server.base_url, QUESTION, timeout_seconds=5)
        for _ in range(ROUNDS):
            await more_is_written(server)
            await halt(stores.postgres)
            counted(outages_of_the_database=1)
            await asyncio.sleep(OUTAGE_SECONDS)
            await stores.postgres.start()
            await reading.more_answers(10)
        await more_is_written(server)
        await reading.end()
        journal = await asyncio.to_thread(load.finish)
        assert (set(reading.codes), reading.failures) == ({"UNAVAILABLE"}, [])
        # Two pools of eight, the probe and the event listener.
        assert await stores.connections() <= 18
        assert server.process.poll() is None
        await assert_tables_agree(server, journal)
        await asyncio.to_thread(assert_check_is_clean, server)
        counted(acknowledged_operations=applied(journal), audits=1)
        assert await asyncio.to_thread(server.stop) == 0
        assert server.new_error_lines() == []
    finally:
        if load is not None:
            load.end()
        server.remove()
