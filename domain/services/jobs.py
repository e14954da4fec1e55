"""Use cases of jobs: what people do with them, what workers do, and the upkeep that jobs themselves do."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.entities.actor import Role
from domain.entities.ids import JobId
from domain.entities.job import (
    MAX_MESSAGE_CHARACTERS,
    JobLease,
    JobState,
    LeaseStanding,
    NoPayload,
    Schedule,
    TakenJob,
)
from domain.errors import JobFinishedError, NotFoundError, NotOwnerError
from domain.ports.unit_of_work import UnitOfWork, UnitsOfWork
from domain.rules.job_retries import retry_after
from domain.services.use_case import use_case

IDEMPOTENCY_KEYS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class JobService:
    """Jobs. Whoever enqueues one does so in the transaction of its data: `uow.jobs.enqueue(KIND, payload)`."""

    units_of_work: UnitsOfWork

    @use_case(Role.EDITOR)
    async def cancel(self, uow: UnitOfWork, job_id: JobId, reference: str) -> None:
        """Cancel a job: a pending one at once, a running one as soon as its worker notices.

        Cancelling a second time does no harm. Raises NotFoundError, NotOwnerError unless the actor is the owner or
        ADMIN, JobFinishedError when it ended otherwise.
        """
        found = await uow.jobs.lock(job_id)
        if found is None:
            raise NotFoundError("job", reference, ("id",))
        owner, state = found
        if uow.actor.name != owner and not uow.actor.role.allows(Role.ADMIN):
            raise NotOwnerError("job", owner)
        if state is JobState.CANCELLED:
            return
        if state.is_finished:
            raise JobFinishedError(state)
        await uow.jobs.cancel(job_id)

    @use_case(Role.EDITOR)
    async def take(self, uow: UnitOfWork, kinds: Collection[str], lease_seconds: float) -> TakenJob | None:
        """Take a due job; see domain.ports.jobs.Jobs."""
        return await uow.jobs.take(kinds, lease_seconds)

    @use_case(Role.EDITOR)
    async def renew(self, uow: UnitOfWork, lease: JobLease, lease_seconds: float) -> LeaseStanding:
        """Hold a lease for longer."""
        return await uow.jobs.renew(lease, lease_seconds)

    @use_case(Role.EDITOR)
    async def report(self, uow: UnitOfWork, lease: JobLease, progress: float, message: str | None) -> None:
        """Tell how far the job is, 0 to 1. Raises LeaseLost."""
        await uow.jobs.report(lease, min(max(progress, 0.0), 1.0), _cut(message))

    @use_case(Role.EDITOR)
    async def complete(self, uow: UnitOfWork, lease: JobLease, result: str | None) -> None:
        """End a job whose effect needs no transaction of its own. Raises LeaseLost."""
        await uow.jobs.complete(lease, _cut(result))

    @use_case(Role.EDITOR)
    async def fail(self, uow: UnitOfWork, job: TakenJob, message: str) -> JobState:
        """Give up an attempt; another follows after a pause, unless this was the last. Raises LeaseLost."""
        pause = None if job.attempt >= job.max_attempts else retry_after(job.attempt, random.random())
        return await uow.jobs.fail(job.lease, _cut(message) or "", pause)

    @use_case(Role.EDITOR)
    async def hand_back(self, uow: UnitOfWork, lease: JobLease) -> JobState:
        """Give a job back so that another worker takes it at once, unless it was cancelled. Raises LeaseLost."""
        return await uow.jobs.hand_back(lease)

    @use_case(Role.EDITOR)
    async def schedule(self, uow: UnitOfWork, schedules: Sequence[Schedule]) -> None:
        """Note the schedules that are not noted yet."""
        await uow.jobs.schedule([(schedule.kind.name, schedule.every) for schedule in schedules])

    @use_case(Role.EDITOR)
    async def enqueue_due(self, uow: UnitOfWork, schedule: Schedule) -> JobId | None:
        """Enqueue the run that is due, in one process of many; None when none is."""
        if not await uow.jobs.claim_due(schedule.kind, schedule.every):
            return None
        return await uow.jobs.enqueue(schedule.kind, NoPayload())

    @use_case(Role.EDITOR)
    async def forget_finished(self, uow: UnitOfWork, older_than: timedelta, limit: int) -> int:
        """Remove up to `limit` jobs that ended longer ago than that; returns how many."""
        return await uow.jobs.delete_finished(older_than, limit)

    @use_case(Role.EDITOR)
    async def forget_requests(self, uow: UnitOfWork, older_than: timedelta, limit: int) -> int:
        """Forget up to `limit` idempotency keys older than that, but none of the last 30 days; returns how many."""
        return await uow.jobs.delete_idempotency_keys(max(older_than, IDEMPOTENCY_KEYS_KEPT), limit)


def _cut(text: str | None) -> str | None:
    return None if text is None else text.replace("\x00", "").encode(errors="replace").decode()[:MAX_MESSAGE_CHARACTERS]
