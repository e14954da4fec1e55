"""A server that is stopped while it runs a job hands it back and ends, however long the job would have gone on."""

import asyncio

import asyncpg

from tests.locks import rivals_waiting
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.waiting import until

DUE = "INSERT INTO job_schedules VALUES ($1, now()) ON CONFLICT (kind) DO UPDATE SET next_at = now()"
KIND = "CLEAN_UP_IDEMPOTENCY_KEYS"


async def test_a_job_without_an_end_is_handed_back_and_done_by_another_server(run_stores: RunStores) -> None:
    settings = await run_stores.place() | {
        "PARTSGRAPH_STATEMENT_TIMEOUT_SECONDS": "600",
        "PARTSGRAPH_SHUTDOWN_GRACE_SECONDS": "2",
        "PARTSGRAPH_JOB_LOOK_SECONDS": "0.1",
    }
    first, second = (ServerProcess(settings=settings) for _ in range(2))
    holder = await asyncpg.connect(first.database_url)
    other = await asyncpg.connect(first.database_url)
    try:
        await asyncio.to_thread(first.start)
        await holder.execute("BEGIN; LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE")
        await other.execute(DUE, KIND)
        await rivals_waiting(holder, 1)
        assert await _job(other) == ("RUNNING", 1)
        assert await asyncio.to_thread(first.stop, 60) == 0, first.log_tail()
        assert await _job(other) == ("PENDING", 0)
        await asyncio.to_thread(second.start)
        await rivals_waiting(holder, 1)
        assert await _job(other) == ("RUNNING", 1)
        await holder.execute("ROLLBACK")
        await until(lambda: _job(other), lambda job: job == ("DONE", 1))
        assert await asyncio.to_thread(second.stop) == 0, second.log_tail()
        assert first.new_error_lines() == second.new_error_lines() == []
    finally:
        holder.terminate()
        other.terminate()
        first.remove()
        second.remove()


async def _job(connection: asyncpg.Connection) -> tuple[str, int]:
    row = await connection.fetchrow("SELECT state, attempts FROM jobs WHERE kind = $1", KIND)
    assert row is not None
    return row["state"], row["attempts"]
