"""Workers are killed again and again while they run jobs; every job ends, and each took effect once."""

import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from server.settings import load_settings
from server.wiring import open_application
from tests.conftest import empty_database
from tests.jobs.conftest import Jobs, WorkerProcess
from tests.jobs.kinds import WORK, Work
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.torture.ledger_audit import SCALE, assert_check_is_clean
from tests.waiting import until

pytestmark = pytest.mark.torture

KILLS = max(3, round(20 * SCALE))
JOBS = 10 * KILLS


def _fell_below(before: int) -> Callable[[int], bool]:
    return lambda now: now < before or now == 0


@pytest.fixture
def start_worker(server: ServerProcess, tmp_path: Path) -> Iterator[Callable[[], WorkerProcess]]:
    """Starts workers that the test kills."""
    started: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        started.append(WorkerProcess(server, tmp_path / f"worker{len(started)}.log"))
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
    server: ServerProcess, start_worker: Callable[[], WorkerProcess], jobs: Jobs
) -> None:
    chance = random.Random(7)
    # A job that meets many kills would be given up, rightly so; here each may be begun again as often as it takes.
    for number in range(JOBS):
        await jobs.enqueue(WORK, Work(number, steps=3, step_seconds=chance.uniform(0.05, 0.4)))
    await jobs.connection.execute("UPDATE jobs SET max_attempts = 100")
    victims = [start_worker(), start_worker()]

    async def unfinished() -> int:
        count: int = await jobs.connection.fetchval("SELECT count(*) FROM jobs WHERE state IN ('PENDING', 'RUNNING')")
        return count

    for _ in range(KILLS):
        await until(unfinished, _fell_below(await unfinished()))
        victims.pop(0).kill()
        victims.append(start_worker())
    await until(unfinished, lambda now: now == 0, patience_seconds=300)
    effects = [await jobs.effects(number) for number in range(JOBS)]
    assert effects == [1] * JOBS
    assert await jobs.connection.fetchval("SELECT count(*) FROM jobs WHERE state = 'DONE'") == JOBS
    again = await jobs.connection.fetchval("SELECT count(*) FROM jobs WHERE attempts > 1")
    assert again > 0
    assert_check_is_clean(server)
