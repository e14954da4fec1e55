"""Several server processes share one port: they are restarted under load, replaced when they die, and stop together."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest

from tests.impatient_load import ImpatientLoad
from tests.log_lines import lines_of
from tests.server_process import ServerProcess

QUESTION = {"query": "{ partTypes(first: 5) { nodes { name } } }"}


@pytest.fixture(scope="module")
def team() -> Iterator[ServerProcess]:
    """A parent with two workers."""
    process = ServerProcess(settings={"PARTSGRAPH_WORKERS": "2", "PARTSGRAPH_WORKER_START_SECONDS": "20"})
    try:
        process.start()
        yield process
        running = workers(process)
        assert process.stop() == 0, process.log_tail()
        (ended,) = [line for line in lines(process, "shutdown_ended") if "worker" not in line]
        assert ended["duration_ms"] > 0
        assert not any(psutil.pid_exists(pid) for pid in running)
    finally:
        process.remove()


def workers(team: ServerProcess) -> set[int]:
    """The process ids of the workers."""
    children = psutil.Process(team.process.pid).children()
    return {child.pid for child in children if "server.worker" in child.cmdline()}


def lines(team: ServerProcess, event: str) -> list[dict[str, Any]]:
    """The lines of the log that tell an event."""
    return lines_of(team, event=event)


def told(team: ServerProcess, event: str) -> int:
    """How often the log tells an event."""
    return len(lines(team, event))


async def eventually(is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Ask again and again."""
    for _ in range(round(seconds / 0.1)):
        if is_so():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"it did not come true within {seconds} s")


async def test_a_rolling_restart_under_load_fails_no_request(team: ServerProcess) -> None:
    before = workers(team)
    assert len(before) == 2
    load = ImpatientLoad(team.base_url, QUESTION)
    await load.more_answers(20)
    team.process.send_signal(signal.SIGHUP)
    await eventually(lambda: told(team, "restart_done") == 1)
    await load.end()
    assert (load.failures, load.codes) == ([], Counter())
    assert load.answered > 100
    assert load.last_on_their_connection > 0
    after = workers(team)
    assert len(after) == 2
    assert not before & after


async def test_a_restart_that_is_asked_for_during_the_start_is_made_after_it() -> None:
    early = ServerProcess(settings={"PARTSGRAPH_WORKERS": "2"})
    lock = Path(early.settings["PARTSGRAPH_DATA_DIR"]) / "run" / "lock"
    try:
        starting = asyncio.create_task(asyncio.to_thread(early.start))
        await eventually(lambda: lock.exists() and lock.read_text() == str(early.process.pid))
        early.process.send_signal(signal.SIGHUP)
        await starting
        await eventually(lambda: told(early, "restart_done") == 1)
        assert await asyncio.to_thread(early.stop) == 0, early.log_tail()
    finally:
        early.remove()


async def test_a_worker_that_hangs_at_its_start_is_killed_and_the_restart_given_up(team: ServerProcess) -> None:
    before = workers(team)
    team.process.send_signal(signal.SIGHUP)
    await eventually(lambda: len(workers(team)) == 3)
    (hanging,) = workers(team) - before
    os.kill(hanging, signal.SIGSTOP)
    await eventually(lambda: told(team, "restart_given_up") == 1)
    assert told(team, "worker_did_not_start_in_time") == 1
    assert workers(team) == before
    assert not psutil.pid_exists(hanging)
    async with httpx.AsyncClient(base_url=team.base_url, timeout=30, trust_env=False) as http:
        assert (await http.post("/graphql", json=QUESTION)).status_code == 200


async def test_a_worker_that_dies_is_replaced_while_the_other_answers(team: ServerProcess) -> None:
    victim = min(workers(team))
    os.kill(victim, signal.SIGKILL)
    for _ in range(5):
        async with httpx.AsyncClient(base_url=team.base_url, timeout=30, trust_env=False) as http:
            assert (await http.post("/graphql", json=QUESTION)).status_code == 200
    await eventually(lambda: told(team, "worker_restarted") == 1)
    assert len(workers(team)) == 2
    assert victim not in workers(team)


async def test_the_workers_leave_no_connection_behind(team: ServerProcess) -> None:
    """After restarts and a kill there are those of two workers: at most sixteen each, a probe and a listener."""
    connection = await asyncpg.connect(team.database_url)
    statement = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'partsgraph%'"
    try:
        # A killed client's connection is noticed by the database a moment later.
        for _ in range(50):
            if await connection.fetchval(statement) <= 2 * 18:
                break
            await asyncio.sleep(0.2)
        assert await connection.fetchval(statement) <= 2 * 18
    finally:
        await connection.close()


def test_commands_join_the_servers_of_the_parent(team: ServerProcess) -> None:
    checked = team.run_command("check")
    assert (checked.returncode, checked.stdout) == (0, "Everything reconciles.\n")
