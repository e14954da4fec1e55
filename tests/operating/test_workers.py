"""Several server processes share one port: they are restarted under load, replaced when they die, and stop together."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from tests.impatient_load import ImpatientLoad
from tests.log_lines import coming_lines, lines_of
from tests.operating.processes import eventually
from tests.server_process import ROOT, ServerProcess, settings_for_same_stores
from tests.waiting import until

QUESTION = {"query": "{ partTypes(first: 5) { nodes { name } } }"}
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $1"
# Python runs this at the start of every process: a worker hangs there while the file is there.
HANGING = """
import os, signal, sys
from pathlib import Path

if "server.process.worker_main" in sys.orig_argv and Path(__file__).with_name("hang").exists():
    os.kill(os.getpid(), signal.SIGSTOP)
"""


@pytest.fixture(scope="module")
async def team() -> AsyncIterator[ServerProcess]:
    """A parent with two workers."""
    process = ServerProcess(settings={"PARTSGRAPH_WORKERS": "2"})
    try:
        await start(process)
        yield process
        running = workers(process)
        assert process.stop() == 0, process.log_tail()
        (ended,) = [line for line in lines_of(process, event="shutdown_ended") if "worker" not in line]
        assert ended["duration_ms"] > 0
        assert not any(psutil.pid_exists(pid) for pid in running)
    finally:
        process.remove()


async def start(team: ServerProcess) -> None:
    """Start it and wait for all its workers; ready it is with the first of them."""
    await asyncio.to_thread(team.start)
    await eventually(lambda: team.process.poll() is not None or "Partsgraph is ready: " in team.log_path.read_text())
    assert team.process.poll() is None, team.log_tail()


def workers(team: ServerProcess) -> set[int]:
    """The process ids of the workers."""
    found = set()
    for child in psutil.Process(team.process.pid).children():
        with suppress(psutil.NoSuchProcess):
            found |= {child.pid} if "server.process.worker_main" in child.cmdline() else set()
    return found


def told(team: ServerProcess, event: str) -> int:
    """How often the log tells an event so far."""
    return len(lines_of(team, event=event))


async def restart(team: ServerProcess) -> None:
    """Have every worker replaced."""
    before = told(team, "restart_done")
    team.process.send_signal(signal.SIGHUP)
    await coming_lines(team, before + 1, event="restart_done")


async def ask(team: ServerProcess) -> None:
    """Ask on a connection of its own; it has to be answered."""
    async with httpx.AsyncClient(base_url=team.base_url, timeout=60, trust_env=False) as http:
        assert (await http.post("/graphql", json=QUESTION)).status_code == 200


async def test_a_rolling_restart_under_load_fails_no_request(team: ServerProcess) -> None:
    before = workers(team)
    assert len(before) == 2
    load = ImpatientLoad(team.base_url, QUESTION, timeout_seconds=60)
    await load.more_answers(20)
    await restart(team)
    await load.more_answers(20)
    await load.end()
    assert (load.failures, load.codes) == ([], Counter())
    assert load.last_on_their_connection > 0
    after = workers(team)
    assert len(after) == 2
    assert not before & after


async def test_a_restart_that_is_asked_for_during_the_start_is_made_after_it() -> None:
    early = ServerProcess(settings={"PARTSGRAPH_WORKERS": "2"})
    lock = Path(early.settings["PARTSGRAPH_DATA_DIR"]) / "run" / "lock"
    starting = asyncio.create_task(asyncio.to_thread(early.start))
    try:
        await eventually(lambda: early.was_started and lock.exists() and lock.read_text() == str(early.process.pid))
        early.process.send_signal(signal.SIGHUP)
        await starting
        await coming_lines(early, event="restart_done")
        assert await asyncio.to_thread(early.stop) == 0, early.log_tail()
    finally:
        await asyncio.wait({starting})
        early.remove()


async def test_a_worker_that_hangs_at_its_start_is_killed_and_the_restart_given_up(
    server: ServerProcess, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HANGING)
    team = await impatient_team(
        settings_for_same_stores(server) | {"PARTSGRAPH_WORKERS": "2", "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    )
    try:
        before = workers(team)
        (tmp_path / "hang").touch()
        team.process.send_signal(signal.SIGHUP)
        await eventually(lambda: len(workers(team)) == 3)
        (hanging,) = workers(team) - before
        await coming_lines(team, event="restart_given_up")
        assert told(team, "worker_did_not_start_in_time") == 1
        assert workers(team) == before
        assert not psutil.pid_exists(hanging)
        await ask(team)
        assert await asyncio.to_thread(team.stop) == 0, team.log_tail()
    finally:
        team.remove()


async def impatient_team(settings: dict[str, str]) -> ServerProcess:
    """A team that waits for its workers hardly longer than they need, which depends on how busy this machine is."""
    for seconds in (2, 6, 18):
        team = ServerProcess(settings=settings | {"PARTSGRAPH_WORKER_START_SECONDS": str(seconds)})
        try:
            await start(team)
        except (RuntimeError, AssertionError):
            team.remove()
        else:
            return team
    team = ServerProcess(settings=settings)
    await start(team)
    return team


async def test_a_worker_that_dies_is_replaced_while_the_other_answers(team: ServerProcess) -> None:
    victim = min(workers(team))
    before = told(team, "worker_restarted")
    os.kill(victim, signal.SIGKILL)
    for _ in range(5):
        await ask(team)
    await coming_lines(team, before + 1, event="worker_restarted")
    assert len(workers(team)) == 2
    assert victim not in workers(team)


async def test_the_workers_leave_no_connection_behind(team: ServerProcess) -> None:
    """After restarts and a kill there are those of two workers: at most sixteen each, a probe and a listener."""
    before = told(team, "worker_restarted")
    os.kill(min(workers(team)), signal.SIGKILL)
    await coming_lines(team, before + 1, event="worker_restarted")
    await restart(team)
    connection = await asyncpg.connect(team.database_url)
    try:
        # A killed client's connection is noticed by the database a moment later.
        await until(lambda: connection.fetchval(CONNECTIONS, "partsgraph%"), lambda number: number <= 2 * 18)
    finally:
        await connection.close()


def test_commands_join_the_servers_of_the_parent(team: ServerProcess) -> None:
    checked = team.run_command("check")
    assert (checked.returncode, checked.stdout) == (0, "Everything reconciles.\n")
