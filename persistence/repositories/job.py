"""Jobs: enqueued with their data, taken by one worker at a time, written under a lease.

Every statement of a worker names the job's lease number: what an attempt writes after another worker took the job meets
no row. Pending and running jobs are due by one column, so taking follows one index.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.ids import JobId
from domain.entities.job import JobKind, JobLease, JobState, LeaseLost, LeaseStanding, NoPayload, TakenJob
from domain.ports.jobs import Jobs
from persistence.statements import Connection, Statement

Payload = TypeVar("Payload")

_ENQUEUE = Statement(
    text("""
    INSERT INTO jobs (kind, payload, owner, max_attempts, timeout_seconds, due_at)
    VALUES (CAST(:kind AS text), CAST(:payload AS text), CAST(:owner AS text), CAST(:max_attempts AS integer),
            CAST(:timeout_seconds AS integer), coalesce(CAST(:not_before AS timestamptz), clock_timestamp()))
    RETURNING id
    """)
)
# What a dead worker left and nobody is to do again. It waits for nobody: a row that is being taken is passed over.
_END_ABANDONED = Statement(
    text("""
    UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'CANCELLED' ELSE 'FAILED' END,
                    message = CASE WHEN cancel_requested THEN message ELSE 'Its worker stopped without a word.' END,
                    due_at = NULL, finished_at = clock_timestamp()
     WHERE id IN (SELECT id FROM jobs
                   WHERE due_at <= clock_timestamp() AND state = 'RUNNING'
                     AND (cancel_requested OR attempts >= max_attempts)
                   ORDER BY due_at, id LIMIT 10 FOR UPDATE SKIP LOCKED)
    """)
)
_TAKE = Statement(
    text("""
    UPDATE jobs SET state = 'RUNNING', attempts = attempts + 1, lease_number = lease_number + 1,
                    due_at = clock_timestamp() + CAST(:lease AS interval),
                    started_at = coalesce(started_at, clock_timestamp())
     WHERE id = (SELECT id FROM jobs
                  WHERE due_at <= clock_timestamp() AND kind = ANY(CAST(:kinds AS text[]))
                    AND attempts < max_attempts AND NOT cancel_requested
                  ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, lease_number, kind, payload, owner, attempts, max_attempts, timeout_seconds, progress
    """)
)
_HELD = "WHERE id = CAST(:id AS bigint) AND lease_number = CAST(:number AS integer) AND state = 'RUNNING'"
_RENEW = Statement(
    text(f"UPDATE jobs SET due_at = clock_timestamp() + CAST(:lease AS interval) {_HELD} RETURNING cancel_requested")
)
_REPORT = Statement(
    text(f"""
    UPDATE jobs SET progress = greatest(progress, CAST(:progress AS double precision)),
                    message = coalesce(CAST(:message AS text), message)
     {_HELD} RETURNING true
    """)
)
_COMPLETE = Statement(
    text(f"""
    UPDATE jobs SET state = 'DONE', progress = 1, result = CAST(:result AS text), due_at = NULL,
                    finished_at = clock_timestamp()
     {_HELD} AND NOT cancel_requested RETURNING true
    """)
)
_FAIL = Statement(
    text(f"""
    UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'CANCELLED'
                                 WHEN CAST(:pause AS interval) IS NULL THEN 'FAILED' ELSE 'PENDING' END,
                    message = CASE WHEN cancel_requested THEN message ELSE CAST(:message AS text) END,
                    due_at = CASE WHEN NOT cancel_requested THEN clock_timestamp() + CAST(:pause AS interval) END,
                    finished_at = CASE WHEN cancel_requested OR CAST(:pause AS interval) IS NULL
                                       THEN clock_timestamp() END
     {_HELD} RETURNING state
    """)
)
_HAND_BACK = Statement(
    text(f"""
    UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'CANCELLED' ELSE 'PENDING' END, attempts = attempts - 1,
                    due_at = CASE WHEN NOT cancel_requested THEN clock_timestamp() END,
                    finished_at = CASE WHEN cancel_requested THEN clock_timestamp() END
     {_HELD} RETURNING state
    """)
)
_LOCK = Statement(text("SELECT owner, state FROM jobs WHERE id = CAST(:id AS bigint) FOR UPDATE"))
_CANCEL = Statement(
    text("""
    UPDATE jobs SET cancel_requested = true, state = CASE state WHEN 'PENDING' THEN 'CANCELLED' ELSE state END,
                    due_at = CASE state WHEN 'PENDING' THEN NULL ELSE due_at END,
                    finished_at = CASE state WHEN 'PENDING' THEN clock_timestamp() END
     WHERE id = CAST(:id AS bigint)
    """)
)
_SCHEDULE = Statement(
    text("""
    INSERT INTO job_schedules (kind, next_at)
    SELECT kind, clock_timestamp() + every
      FROM unnest(CAST(:kinds AS text[]), CAST(:periods AS interval[])) AS schedule (kind, every)
     ORDER BY kind
    ON CONFLICT DO NOTHING
    """)
)
_BRING_FORWARD = Statement(
    text("""
    INSERT INTO job_schedules AS schedule (kind, next_at) VALUES (CAST(:kind AS text), clock_timestamp())
    ON CONFLICT (kind) DO UPDATE SET next_at = least(schedule.next_at, excluded.next_at)
    """)
)
_CLAIM_DUE = Statement(
    text("""
    UPDATE job_schedules SET next_at = clock_timestamp() + CAST(:every AS interval)
     WHERE kind = (SELECT kind FROM job_schedules
                    WHERE kind = CAST(:kind AS text) AND next_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)
    RETURNING NOT EXISTS (SELECT FROM jobs WHERE jobs.kind = job_schedules.kind AND jobs.due_at IS NOT NULL)
    """)
)
_DELETE_FINISHED = Statement(
    text("""
    DELETE FROM jobs
     WHERE id IN (SELECT id FROM jobs WHERE finished_at < clock_timestamp() - CAST(:older_than AS interval)
                   ORDER BY finished_at LIMIT CAST(:most AS bigint))
    RETURNING id
    """)
)
_DELETE_KEYS = Statement(
    text("""
    DELETE FROM idempotency_keys
     WHERE (actor, key) IN (SELECT actor, key FROM idempotency_keys
                             WHERE created_at < clock_timestamp() - CAST(:older_than AS interval)
                             ORDER BY created_at LIMIT CAST(:most AS bigint) FOR UPDATE SKIP LOCKED)
    RETURNING true
    """)
)


class JobRepository(Jobs):
    """All jobs; those it enqueues are the actor's."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection
        self._actor = actor

    async def enqueue(self, kind: JobKind[Payload], payload: Payload, not_before: datetime | None = None) -> JobId:
        added = await _ENQUEUE.value(
            self._connection,
            kind=kind.name,
            # A payload is a frozen dataclass, which Python's types cannot say.
            payload=json.dumps(asdict(cast(Any, payload)), sort_keys=True),
            owner=self._actor.name,
            max_attempts=kind.max_attempts,
            timeout_seconds=kind.timeout_seconds,
            not_before=not_before,
        )
        return JobId(added)

    async def take(self, kinds: Collection[str], lease_seconds: float) -> TakenJob | None:
        await _END_ABANDONED.rows(self._connection)
        row = await _TAKE.row(self._connection, kinds=list(kinds), lease=timedelta(seconds=lease_seconds))
        if row is None:
            return None
        job_id, lease_number, *facts = row
        return TakenJob(JobLease(JobId(job_id), lease_number), *facts)

    async def renew(self, lease: JobLease, lease_seconds: float) -> LeaseStanding:
        is_to_end = await _RENEW.value(self._connection, **_key(lease), lease=timedelta(seconds=lease_seconds))
        if is_to_end is None:
            return LeaseStanding.LOST
        return LeaseStanding.CANCEL_REQUESTED if is_to_end else LeaseStanding.HELD

    async def report(self, lease: JobLease, progress: float, message: str | None) -> None:
        _require(await _REPORT.value(self._connection, **_key(lease), progress=progress, message=message), lease)

    async def complete(self, lease: JobLease, result: str | None = None) -> None:
        _require(await _COMPLETE.value(self._connection, **_key(lease), result=result), lease)

    async def fail(self, lease: JobLease, message: str, retry_after: timedelta | None) -> JobState:
        state = await _FAIL.value(self._connection, **_key(lease), message=message, pause=retry_after)
        return JobState(_require(state, lease))

    async def hand_back(self, lease: JobLease) -> JobState:
        return JobState(_require(await _HAND_BACK.value(self._connection, **_key(lease)), lease))

    async def lock(self, job_id: JobId) -> tuple[str, JobState] | None:
        row = await _LOCK.row(self._connection, id=job_id)
        return (row["owner"], JobState(row["state"])) if row is not None else None

    async def cancel(self, job_id: JobId) -> None:
        await _CANCEL.rows(self._connection, id=job_id)

    async def schedule(self, schedules: Sequence[tuple[str, timedelta]]) -> None:
        kinds, periods = [kind for kind, _ in schedules], [every for _, every in schedules]
        await _SCHEDULE.rows(self._connection, kinds=kinds, periods=periods)

    async def bring_forward(self, kind: JobKind[NoPayload]) -> None:
        await _BRING_FORWARD.rows(self._connection, kind=kind.name)

    async def claim_due(self, kind: JobKind[NoPayload], every: timedelta) -> bool:
        return bool(await _CLAIM_DUE.value(self._connection, kind=kind.name, every=every))

    async def delete_finished(self, older_than: timedelta, limit: int) -> int:
        return len(await _DELETE_FINISHED.rows(self._connection, older_than=older_than, most=limit))

    async def delete_idempotency_keys(self, older_than: timedelta, limit: int) -> int:
        return len(await _DELETE_KEYS.rows(self._connection, older_than=older_than, most=limit))


def _key(lease: JobLease) -> dict[str, int]:
    return {"id": lease.job_id, "number": lease.number}


def _require(answer: Any, lease: JobLease) -> Any:
    if answer is None:
        raise LeaseLost(f"job {lease.job_id} is no longer held under lease {lease.number}")
    return answer
