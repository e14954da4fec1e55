"""An application that enqueues, and workers as processes of their own."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest

from domain.entities.actor import Actor, Role
from domain.entities.ids import JobId
from domain.entities.job import JobKind
from server.settings import load_settings
from server.wiring import Application, open_application
from tests.server_process import ROOT, ServerProcess, environment, settings_for_same_stores
from tests.waiting import until

T = TypeVar("T")
ADA = Actor("ada", Role.EDITOR)
SLOTS = 4


class WorkerProcess:
    """`partsgraph worker` with the kinds of tests.jobs.kinds and quick looks."""

    def __init__(self, server: ServerProcess, log_path: Path, **more: str) -> None:
        self.log_path = log_path
        settings = settings_for_same_stores(server) | {
            "PARTSGRAPH_JOB_LOOK_SECONDS": "0.1",
            "PARTSGRAPH_JOB_SLOTS": str(SLOTS),
            "PARTSGRAPH_LOG_FORMAT": "json",
        }
        settings |= {f"PARTSGRAPH_{name.upper()}": value for name, value in more.items()}
        with log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.kinds"], env=environment(settings), cwd=ROOT, stdout=log, stderr=log
            )
        end = time.monotonic() + 60
        while "The worker is ready." not in log_path.read_text():
            assert self.process.poll() is None, log_path.read_text()
            assert time.monotonic() < end, log_path.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.wait(60)

    def stop(self, patience_seconds: float = 60) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience_seconds)


@pytest.fixture(scope="module")
def worker(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    """One that lives through all tests of a file."""
    started = WorkerProcess(server, tmp_path_factory.mktemp("worker") / "worker.log")
    try:
        yield started
        assert started.stop() == 0, started.log_path.read_text()
    finally:
        started.kill()


@pytest.fixture
def start_worker(server: ServerProcess, tmp_path: Path) -> Iterator[Callable[[], WorkerProcess]]:
    """Starts workers that a test may kill."""
    started: list[WorkerProcess] = []

    def start() -> WorkerProcess:
        started.append(WorkerProcess(server, tmp_path / f"worker{len(started)}.log"))
        return started[-1]

    yield start
    for each in started:
        each.kill()


@pytest.fixture
async def application(server: ServerProcess) -> AsyncIterator[Application]:
    """Services on the stores of the server, in this process."""
    async with opened(server) as application:
        yield application


@asynccontextmanager
async def opened(server: ServerProcess, **settings: object) -> AsyncIterator[Application]:
    """Services on the stores of the server, with settings of their own."""
    names = {
        name.removeprefix("PARTSGRAPH_").lower(): value for name, value in settings_for_same_stores(server).items()
    }
    async with open_application(load_settings(**names, **settings)) as application:
        yield application


class Jobs:
    """Enqueues jobs and looks at their rows."""

    def __init__(self, application: Application, connection: asyncpg.Connection) -> None:
        self.application = application
        self.connection = connection

    async def enqueue(self, kind: JobKind[T], payload: T, actor: Actor = ADA) -> JobId:
        """A job of ada, in a unit of work of its own."""
        units_of_work = self.application.services.jobs.units_of_work
        return await units_of_work.begin(actor, lambda uow: uow.jobs.enqueue(kind, payload))

    async def row(self, job_id: int) -> asyncpg.Record:
        """The row as it is now."""
        row = await self.connection.fetchrow("SELECT * FROM jobs WHERE id = $1", job_id)
        assert row is not None
        return row

    async def until(self, job_id: int, *states: str, patience_seconds: float = 60) -> asyncpg.Record:
        """The row, once it is in one of these states."""
        row: asyncpg.Record = await until(
            lambda: self.row(job_id), lambda row: row["state"] in states, patience_seconds
        )
        return row

    async def effects(self, object_id: int) -> int:
        """How often a job of TEST_WORK took effect on the object."""
        count: int = await self.connection.fetchval(
            "SELECT count(*) FROM edits WHERE field = 'effect' AND object_id = $1", object_id
        )
        return count


@pytest.fixture
def jobs(application: Application, database_connection: asyncpg.Connection) -> Jobs:
    """Enqueues jobs and looks at their rows."""
    return Jobs(application, database_connection)


async def until_there(path: Path) -> None:
    """Return when the file is there: the job has begun."""

    async def look() -> bool:
        return await asyncio.to_thread(path.exists)

    await until(look, bool)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
