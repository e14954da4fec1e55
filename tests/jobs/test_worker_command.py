"""`partsgraph worker` runs jobs beside a server, on the stores it finds in the data directory."""

import signal
import subprocess
import time

from tests.jobs.conftest import Jobs
from tests.server_process import COMMAND, ServerProcess, environment


def _start(server: ServerProcess) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "worker", "--slots", "1"],
        env=environment(server.settings),
        cwd=server.directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_worker_without_slots_is_refused(server: ServerProcess) -> None:
    told = server.run_command("worker", "--slots", "0")
    assert (told.returncode, told.stderr) == (
        1,
        "partsgraph: a worker needs PARTSGRAPH_JOB_SLOTS or --slots of at least 1\n",
    )


async def test_a_worker_joins_a_running_server_and_stops_at_a_signal(server: ServerProcess, jobs: Jobs) -> None:
    before = await jobs.connection.fetchval("SELECT count(*) FROM job_schedules")
    worker = _start(server)
    try:
        assert worker.stdout is not None
        told = ""
        end = time.monotonic() + 60
        while "The worker is ready." not in told and time.monotonic() < end:
            told += worker.stdout.readline()
        worker.send_signal(signal.SIGHUP)
        while "nothing_to_restart" not in told and time.monotonic() < end:
            told += worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        rest, _ = worker.communicate(timeout=120)
    finally:
        worker.kill()
    assert worker.returncode == 0
    assert "The worker is ready." in told
    assert "The worker has stopped." in rest
    assert await jobs.connection.fetchval("SELECT count(*) FROM job_schedules") == before == 3
