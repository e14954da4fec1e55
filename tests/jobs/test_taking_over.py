"""Whatever dies, a job finishes elsewhere and takes effect once.

Rules: docs/domain.md#leases.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.entities.actor import LOCAL_ACTOR
from domain.entities.edit import EditedKind, FieldChange
from domain.entities.job import JobLease, LeaseLost, LeaseStanding, Schedule
from domain.ports.unit_of_work import UnitOfWork
from server.upkeep.expired_rows import CLEAN_UP_JOBS
from tests.jobs.conftest import ADA, Jobs, WorkerProcess, until_there
from tests.jobs.kinds import PATIENT, STUBBORN, WORK, Signs, Work
from tests.locks import END_THOSE_WHO_WAIT, held, rivals_waiting
from tests.server_process import ServerProcess
from tests.waiting import until


async def test_the_job_of_a_killed_worker_finishes_elsewhere_and_takes_effect_once(
    start_worker: Callable[[], WorkerProcess], jobs: Jobs
) -> None:
    victim = start_worker()
    job_id = await jobs.enqueue(WORK, Work(7, steps=2, step_seconds=0.3))
    async with held(jobs.connection, "LOCK TABLE edits IN ACCESS EXCLUSIVE MODE"):
        # It is about to take effect.
        await rivals_waiting(jobs.connection, 1)
        victim.kill()
        # The database goes on with the statement of a client that is dead, and would commit what it waits for.
        await jobs.connection.execute(END_THOSE_WHO_WAIT)
    left = await jobs.row(job_id)
    assert (left["state"], left["progress"], await jobs.effects(7)) == ("RUNNING", 0.5, 0)
    assert left["due_at"] > left["started_at"]
    # Nobody renews the lease any more, and then it is over.
    await jobs.connection.execute("UPDATE jobs SET due_at = clock_timestamp() WHERE id = $1", job_id)
    start_worker()
    row = await jobs.until(job_id, "DONE")
    assert (row["attempts"], row["lease_number"], await jobs.effects(7)) == (2, 2, 1)


async def test_a_worker_that_lost_its_lease_can_write_nothing(jobs: Jobs) -> None:
    service = jobs.application.services.jobs
    job_id = await jobs.enqueue(WORK, Work(7))
    first = await service.take(ADA, [WORK.name], 0.001)
    await jobs.connection.execute("SELECT pg_sleep(0.01)")
    second = await service.take(ADA, [WORK.name], 30)
    assert first is not None
    assert second is not None
    assert (first.lease.number, second.lease.number, second.lease.job_id) == (1, 2, job_id)

    async def take_effect(uow: UnitOfWork, lease: JobLease) -> None:
        uow.edits.record(EditedKind.PART, 7, [FieldChange("effect", None, "x")])
        await uow.jobs.complete(lease)

    before = await jobs.row(job_id)
    for write in (
        service.complete(ADA, first.lease, None),
        service.report(ADA, first.lease, 0.5, None),
        service.fail(ADA, first, "no"),
        service.hand_back(ADA, first.lease),
        service.units_of_work.begin(ADA, lambda uow: take_effect(uow, first.lease)),
    ):
        with pytest.raises(LeaseLost):
            await write
    assert await service.renew(ADA, first.lease, 30) is LeaseStanding.LOST
    assert (await jobs.row(job_id), await jobs.effects(7)) == (before, 0)
    await service.units_of_work.begin(ADA, lambda uow: take_effect(uow, second.lease))
    assert ((await jobs.row(job_id))["state"], await jobs.effects(7)) == ("DONE", 1)


async def test_a_row_that_a_rival_is_taking_is_passed_over(jobs: Jobs) -> None:
    service = jobs.application.services.jobs
    first, second = [await jobs.enqueue(WORK, Work(number)) for number in (1, 2)]
    async with held(jobs.connection, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", first):
        taken = await service.take(ADA, [WORK.name], 30)
        assert taken is not None
        assert taken.lease.job_id == second
        assert await service.take(ADA, [WORK.name], 30) is None


async def test_a_job_that_kills_its_workers_is_given_up(jobs: Jobs) -> None:
    service = jobs.application.services.jobs
    job_id = await jobs.enqueue(STUBBORN, Signs("x"))
    assert await service.take(ADA, [STUBBORN.name], 0.001) is not None
    await jobs.connection.execute("SELECT pg_sleep(0.01)")
    assert await service.take(ADA, [STUBBORN.name], 30) is None
    row = await jobs.row(job_id)
    assert (row["state"], row["message"]) == ("FAILED", "Its worker stopped without a word.")


async def test_a_worker_that_stops_hands_its_jobs_back_and_does_not_hang(
    start_worker: Callable[[], WorkerProcess], jobs: Jobs, tmp_path: Path
) -> None:
    worker = start_worker()
    signs = [Signs(str(tmp_path / name)) for name in ("patient", "stubborn")]
    patient, stubborn = await jobs.enqueue(PATIENT, signs[0]), await jobs.enqueue(STUBBORN, signs[1])
    await until_there(tmp_path / "patient")
    await until_there(tmp_path / "stubborn")
    assert worker.stop() == 0
    row = await jobs.row(patient)
    assert (row["state"], row["attempts"]) == ("PENDING", 0)
    # Its timeout may have come first.
    assert (await jobs.row(stubborn))["state"] in {"PENDING", "FAILED"}


async def test_a_due_schedule_is_enqueued_by_one_of_many_processes(jobs: Jobs) -> None:
    service = jobs.application.services.jobs
    schedule = Schedule(CLEAN_UP_JOBS, timedelta(hours=1))
    await service.schedule(LOCAL_ACTOR, [schedule])
    assert await service.enqueue_due(LOCAL_ACTOR, schedule) is None
    due = "UPDATE job_schedules SET next_at = now() - interval '1 s' WHERE kind = 'CLEAN_UP_JOBS'"
    async with jobs.connection.transaction():
        await jobs.connection.execute(due)
        # Whoever looks meanwhile passes over it.
        assert await service.enqueue_due(LOCAL_ACTOR, schedule) is None
        await jobs.connection.execute("UPDATE job_schedules SET next_at = now() + interval '1 h'")
    assert await jobs.connection.fetchval("SELECT count(*) FROM jobs WHERE owner = 'local'") == 0


async def test_the_clean_up_removes_what_is_old_and_nothing_else(server: ServerProcess, jobs: Jobs) -> None:
    """By the server's own worker, at the next look after the schedule is due."""
    await jobs.connection.execute("""
        INSERT INTO jobs (kind, payload, owner, max_attempts, timeout_seconds, state, due_at, finished_at)
        VALUES ('OLD', '{}', 'ada', 1, 1, 'FAILED', NULL, now() - interval '8 days'),
               ('YOUNG', '{}', 'ada', 1, 1, 'FAILED', NULL, now() - interval '6 days'),
               ('WAITING', '{}', 'ada', 1, 1, 'PENDING', now() + interval '1 day', NULL);
        INSERT INTO idempotency_keys (actor, key, mutation, digest, created_at)
        VALUES ('ada', gen_random_uuid(), 'old', decode(repeat('00', 32), 'hex'), now() - interval '31 days'),
               ('ada', gen_random_uuid(), 'young', decode(repeat('00', 32), 'hex'), now() - interval '29 days')
    """)
    await jobs.connection.execute(
        "INSERT INTO job_schedules SELECT kind, now() "
        "FROM unnest(ARRAY['CLEAN_UP_IDEMPOTENCY_KEYS', 'CLEAN_UP_JOBS', 'SWEEP']) AS kind "
        "ON CONFLICT (kind) DO UPDATE SET next_at = now()"
    )

    async def ended() -> int:
        count: int = await jobs.connection.fetchval(
            "SELECT count(*) FROM jobs WHERE owner = 'worker' AND state = 'DONE'"
        )
        return count

    await until(ended, lambda count: count == 3)
    kinds = [row[0] for row in await jobs.connection.fetch("SELECT kind FROM jobs WHERE owner = 'ada' ORDER BY 1")]
    keys = [row[0] for row in await jobs.connection.fetch("SELECT mutation FROM idempotency_keys")]
    assert (kinds, keys) == (["WAITING", "YOUNG"], ["young"])
    results = await jobs.connection.fetch("SELECT kind, result FROM jobs WHERE owner = 'worker' ORDER BY 1")
    assert [tuple(row) for row in results][:2] == [
        ("CLEAN_UP_IDEMPOTENCY_KEYS", "1 removed."),
        ("CLEAN_UP_JOBS", "1 removed."),
    ]
