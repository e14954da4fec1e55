"""A server that is stopped while it runs a job hands it back and ends, however long the job would have gone on."""

import asyncio
import time

import asyncpg

from tests.locks import rivals_waiting
from tests.server_process import ServerProcess
from tests.stores import open_stores
from tests.waiting import until

GRACE_SECONDS = 2
DUE = "INSERT INTO job_schedules VALUES ($1, now()) ON CONFLICT (kind) DO UPDATE SET next_at = now()"
KIND = "CLEAN_UP_IDEMPOTENCY_KEYS"


async def test_a_job_without_an_end_is_handed_back_and_done_by_another_server() -> None:
    async with open_stores() as stores:
        patience = {
            "PARTSGRAPH_STATEMENT_TIMEOUT_SECONDS": "600",
            "PARTSGRAPH_SHUTDOWN_GRACE_SECONDS": str(GRACE_SECONDS),
        }
        first, second = (ServerProcess(settings=stores.settings | patience) for _ in range(2))
        database = None
        try:
            await asyncio.to_thread(first.start)
            database = await asyncpg.connect(stores.postgres.url)
            lock = database.transaction()
            await lock.start()
            await database.execute("LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE")
            other = await asyncpg.connect(stores.postgres.url)
            await other.execute(DUE, KIND)
            await rivals_waiting(database, 1)
            assert await _job(other) == ("RUNNING", 1)
            began = time.perf_counter()
            assert await asyncio.to_thread(first.stop) == 0, first.log_tail()
            assert time.perf_counter() - began < GRACE_SECONDS + 5
            assert await _job(other) == ("PENDING", 0)
            await asyncio.to_thread(second.start)
            await rivals_waiting(database, 1)
            assert await _job(other) == ("RUNNING", 1)
            await lock.rollback()
            await until(lambda: _job(other), lambda job: job == ("DONE", 1))
            await other.close()
            assert await asyncio.to_thread(second.stop) == 0, second.log_tail()
            assert first.new_error_lines() == second.new_error_lines() == []
        finally:
            if database is not None:
                database.terminate()
            first.remove()
            second.remove()


async def _job(connection: asyncpg.Connection) -> tuple[str, int]:
    row = await connection.fetchrow("SELECT state, attempts FROM jobs WHERE kind = $1", KIND)
    assert row is not None
    return row["state"], row["attempts"]
