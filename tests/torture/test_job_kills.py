"""Workers are killed again and again while they run jobs; every job ends, and each took effect once."""

import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from server.settings import load_settings
from server.wiring import open_application
from tests.emptying import empty_database
from tests.jobs.conftest import SLOTS, Jobs, WorkerProcess
from tests.jobs.kinds import WORK, Work
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.torture.conftest import Counted
from tests.torture.ledger_audit import SCALE, assert_check_is_clean
from tests.waiting import until

pytestmark = pytest.mark.torture

KILLS = max(3, round(20 * SCALE))
JOBS_AT_A_TIME = 10
JOBS = JOBS_AT_A_TIME * KILLS


@pytest.fixture
def start_worker(server: ServerProcess, tmp_path: Path) -> Iterator[Callable[[], WorkerProcess]]:
    """Starts workers that the test kills."""
    started: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        started.append(WorkerProcess(server, tmp_path / f"worker{len(started)}.log", job_lease_seconds="1.5"))
        return started[-1]

    yield start
    for each in started:
        each.kill()


@pytest.fixture
async def jobs(server: ServerProcess) -> AsyncIterator[Jobs]:
    """Enqueues jobs and looks at their rows."""
    await empty_database(server.database_url)
    names = {
        name.removeprefix("PARTSGRAPH_").lower(): value for name, value in settings_for_same_stores(server).items()
    }
    connection = await asyncpg.connect(server.database_url)
    async with open_application(load_settings(**names)) as opened:
        yield Jobs(opened, connection)
    await connection.close()


async def test_every_job_takes_effect_once_whatever_is_killed(
    server: ServerProcess, start_worker: Callable[[], WorkerProcess], jobs: Jobs, counted: Counted
) -> None:
    chance = random.Random(7)
    victims = [start_worker(), start_worker()]

    async def running() -> set[tuple[int, int]]:
        rows = await jobs.connection.fetch("SELECT id, lease_number FROM jobs WHERE state = 'RUNNING'")
        return {(row["id"], row["lease_number"]) for row in rows}

    async def unfinished() -> int:
        count: int = await jobs.connection.fetchval("SELECT count(*) FROM jobs WHERE state IN ('PENDING', 'RUNNING')")
        return count

    for kill in range(KILLS):
        for number in range(kill * JOBS_AT_A_TIME, (kill + 1) * JOBS_AT_A_TIME):
            await jobs.enqueue(WORK, Work(number, steps=3, step_seconds=chance.uniform(0.2, 0.5)))
        # A job that meets many kills would be given up, rightly so; here each may be begun again as often as it takes.
        await jobs.connection.execute("UPDATE jobs SET max_attempts = 100 WHERE finished_at IS NULL")
        # More than one of the two can run: whichever is killed has begun something.
        left = await until(running, lambda now: len(now) > SLOTS)
        victims.pop(0).kill()
        counted(kills_of_a_worker=1)
        victims.append(start_worker())
        # What the victim held is taken over, so that nothing of the dead counts as running at the next kill.
        await until(running, left.isdisjoint)
    await until(unfinished, lambda now: now == 0, patience_seconds=300)
    effects = [await jobs.effects(number) for number in range(JOBS)]
    assert effects == [1] * JOBS
    assert await jobs.connection.fetchval("SELECT count(*) FROM jobs WHERE state = 'DONE'") == JOBS
    again = await jobs.connection.fetchval("SELECT count(*) FROM jobs WHERE attempts > 1")
    assert again >= KILLS
    assert_check_is_clean(server)
    counted(jobs=JOBS, audits=1)
