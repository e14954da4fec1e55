"""`partsgraph worker` runs jobs beside a server, on the stores it finds in the data directory."""

import asyncio
import signal
import subprocess
from pathlib import Path

from tests.jobs.conftest import Jobs
from tests.server_process import COMMAND, ServerProcess, environment
from tests.waiting import until


def _start(server: ServerProcess, output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as told:
        return subprocess.Popen(
            [*COMMAND, "worker", "--slots", "1"],
            env=environment(server.settings),
            cwd=server.directory,
            stdout=told,
            stderr=subprocess.STDOUT,
        )


def test_a_worker_without_slots_is_refused(server: ServerProcess) -> None:
    told = server.run_command("worker", "--slots", "0")
    assert (told.returncode, told.stderr) == (
        1,
        "partsgraph: a worker needs PARTSGRAPH_JOB_SLOTS or --slots of at least 1\n",
    )


async def test_a_worker_joins_a_running_server_and_stops_at_a_signal(
    server: ServerProcess, jobs: Jobs, tmp_path: Path
) -> None:
    output = tmp_path / "worker.log"

    async def told() -> str:
        return await asyncio.to_thread(output.read_text)

    worker = _start(server, output)
    try:
        await until(told, lambda text: "The worker is ready." in text)
        worker.send_signal(signal.SIGHUP)
        await until(told, lambda text: "nothing_to_restart" in text)
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, 60) == 0
    finally:
        worker.kill()
    assert "The worker has stopped." in await told()
    # The schedules of a database that has none yet.
    assert await jobs.connection.fetchval("SELECT count(*) FROM job_schedules") == 6
