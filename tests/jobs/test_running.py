"""Jobs are run by whichever worker takes them, to one of their ends.

Rules: docs/domain.md#states-of-a-job, #retries.
"""

import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.entities.actor import Actor, Role
from domain.errors import ExhaustedError
from domain.ports.unit_of_work import UnitOfWork
from domain.rules.job_retries import retry_after
from tests.jobs.conftest import ADA, Jobs, WorkerProcess, until_there
from tests.jobs.kinds import FAULTY, GUIDED, IDLE, REFUSED, STUBBORN, WORK, Signs, Work
from tests.locks import rivals_waiting
from tests.metrics.waits import until_waited_for
from tests.waiting import until


async def test_a_job_takes_effect_once_and_its_row_tells_so(worker: WorkerProcess, jobs: Jobs) -> None:
    job_id = await jobs.enqueue(WORK, Work(7, steps=3, step_seconds=0.25))
    row = await jobs.until(job_id, "DONE")
    assert (row["progress"], row["attempts"], row["result"], row["owner"]) == (1, 1, "It took effect.", "ada")
    assert row["message"] == "step 3 of 3"
    assert row["created_at"] < row["started_at"] < row["finished_at"]
    assert (row["due_at"], await jobs.effects(7)) == (None, 1)


async def test_the_log_names_the_job_of_an_attempt_and_of_its_slow_statements(
    worker: WorkerProcess, jobs: Jobs, database_connection: asyncpg.Connection
) -> None:
    lock = database_connection.transaction()
    await lock.start()
    await database_connection.execute("LOCK TABLE edits IN ACCESS EXCLUSIVE MODE")
    job_id = await jobs.enqueue(WORK, Work(7))
    await rivals_waiting(database_connection, 1)
    await until_waited_for(database_connection, seconds=0.6)
    await lock.rollback()
    await jobs.until(job_id, "DONE")
    about = {"job_id": job_id, "kind": "TEST_WORK"}
    attempt = await until(lambda: _lines(worker, event="job_attempt", **about), bool)
    assert (attempt[0]["owner"], attempt[0]["state"]) == ("ada", "done")
    assert attempt[0]["duration_ms"] >= 600

    async def slow() -> list[dict[str, Any]]:
        lines = await _lines(worker, event="slow_statement", **about)
        return [line for line in lines if "INSERT INTO edits" in line["statement"]]

    (line,) = await until(slow)
    assert line["duration_ms"] >= 600


async def _lines(worker: WorkerProcess, **fields: object) -> list[dict[str, Any]]:
    """The lines of the worker's log that carry these fields."""
    written = [line for line in worker.log_path.read_text().splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, written) if fields.items() <= line.items()]


async def test_progress_is_seen_while_it_runs(worker: WorkerProcess, jobs: Jobs, tmp_path: Path) -> None:
    job_id = await jobs.enqueue(GUIDED, Signs(str(tmp_path / "step")))
    for step in range(3):
        (tmp_path / f"step{step}").touch()
    row = await until(lambda: jobs.row(job_id), lambda row: row["progress"] == 0.5)
    assert (row["state"], row["message"]) == ("RUNNING", "step 3 of 4")
    for step in (3, 4):
        (tmp_path / f"step{step}").touch()
    await jobs.until(job_id, "DONE")


async def test_a_job_exists_only_with_the_data_it_belongs_to(jobs: Jobs) -> None:
    async def refuse(uow: UnitOfWork) -> None:
        await uow.part_types.add("Resistor")
        await uow.jobs.enqueue(WORK, Work(7))
        raise ExhaustedError("no")

    with pytest.raises(ExhaustedError):
        await jobs.application.services.jobs.units_of_work.begin(ADA, refuse)
    assert await jobs.connection.fetchval("SELECT count(*) FROM jobs") == 0
    assert await jobs.connection.fetchval("SELECT count(*) FROM part_types") == 0


async def test_a_fault_is_tried_again_after_a_pause_until_the_attempts_are_used_up(
    worker: WorkerProcess, jobs: Jobs
) -> None:
    job_id = await jobs.enqueue(FAULTY, Signs("secret"))
    waiting = await until(lambda: jobs.row(job_id), lambda row: (row["state"], row["attempts"]) == ("PENDING", 1))
    assert waiting["message"] == "An attempt failed (ZeroDivisionError)."
    assert waiting["due_at"] - waiting["started_at"] >= retry_after(1, chance=0)
    row = await jobs.until(job_id, "FAILED")
    assert (row["attempts"], row["message"]) == (2, "An attempt failed (ZeroDivisionError).")


async def test_a_refusal_is_told_in_its_own_words(worker: WorkerProcess, jobs: Jobs) -> None:
    job_id = await jobs.enqueue(REFUSED, Signs(""))
    assert (await jobs.until(job_id, "FAILED"))["message"] == "Nothing is left."


async def test_a_job_that_ignores_cancellation_is_stopped_by_its_timeout(
    worker: WorkerProcess, jobs: Jobs, tmp_path: Path
) -> None:
    began = tmp_path / "began"
    job_id = await jobs.enqueue(STUBBORN, Signs(str(began)))
    await until_there(began)
    row = await jobs.until(job_id, "FAILED")
    assert row["message"] == "Stopped after 2 s."
    # The worker goes on.
    await jobs.until(await jobs.enqueue(WORK, Work(8)), "DONE")


async def test_each_of_many_jobs_is_taken_by_one_worker(
    worker: WorkerProcess, start_worker: object, jobs: Jobs
) -> None:
    start_worker()  # type: ignore[operator]
    ids = [await jobs.enqueue(WORK, Work(number)) for number in range(60)]
    for job_id in ids:
        assert (await jobs.until(job_id, "DONE"))["attempts"] == 1
    assert [await jobs.effects(number) for number in range(60)] == [1] * 60


@pytest.mark.parametrize(
    "change", ["progress = 0.2", "lease_number = 0", "state = 'PENDING', finished_at = NULL, due_at = now()"]
)
async def test_progress_lease_and_ends_never_go_back(jobs: Jobs, change: str) -> None:
    job_id = await jobs.connection.fetchval(
        "INSERT INTO jobs (kind, payload, owner, max_attempts, timeout_seconds, state, progress, lease_number, "
        "finished_at) VALUES ('TEST', '{}', 'ada', 1, 1, $1, 0.5, 1, $2) RETURNING id",
        *(("FAILED", await jobs.connection.fetchval("SELECT now()"))),
    )
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await jobs.connection.execute(f"UPDATE jobs SET {change} WHERE id = $1", job_id)
    assert refused.value.constraint_name == "jobs_go_forward"


async def test_every_change_notes_its_transaction(jobs: Jobs) -> None:
    job_id = await jobs.enqueue(IDLE, Work(7), Actor("eve", Role.EDITOR))
    async with jobs.connection.transaction():
        await jobs.connection.execute("UPDATE jobs SET message = 'x' WHERE id = $1", job_id)
        assert await jobs.connection.fetchval(
            "SELECT changed_in = pg_current_xact_id() FROM jobs WHERE id = $1", job_id
        )
