"""What use cases wish from the table of jobs. Its rows are locked last of all, and each for itself."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from domain.entities.ids import JobId
from domain.entities.job import JobKind, JobLease, JobState, LeaseStanding, NoPayload, TakenJob

Payload = TypeVar("Payload")


class Jobs(Protocol):
    """Jobs; the database's clock decides what is due."""

    async def enqueue(self, kind: JobKind[Payload], payload: Payload, not_before: datetime | None = None) -> JobId:
        """Add a job of the actor; it exists from the commit of this unit of work on, together with its data."""

    async def take(self, kinds: Collection[str], lease_seconds: float) -> TakenJob | None:
        """Take the job of these kinds that is due the longest, passing over those that a rival is taking.

        A running job whose lease is over is due: its worker died. One that was to be cancelled, or has no attempt
        left, is ended instead. None when nothing is due.
        """

    async def renew(self, lease: JobLease, lease_seconds: float) -> LeaseStanding:
        """Hold a lease for so much longer from now on, unless it is lost."""

    async def report(self, lease: JobLease, progress: float, message: str | None) -> None:
        """Write how far the job is, 0 to 1; a smaller progress than before changes the message only.

        Raises LeaseLost.
        """

    async def complete(self, lease: JobLease, result: str | None = None) -> None:
        """End the job as DONE, in the same transaction as its effect, which so happens once.

        Raises LeaseLost, also when the job is to be cancelled: the effect is then to be rolled back.
        """

    async def fail(self, lease: JobLease, message: str, retry_after: timedelta | None) -> JobState:
        """Give up an attempt: CANCELLED when that was asked for, PENDING again until `retry_after` has passed, or
        FAILED when that is None. Raises LeaseLost."""

    async def hand_back(self, lease: JobLease) -> JobState:
        """Give the job back as if it had not been taken, so that another worker takes it at once. Raises LeaseLost.

        One that is to be cancelled ends instead: what is returned is PENDING or CANCELLED.
        """

    async def lock(self, job_id: JobId) -> tuple[str, JobState] | None:
        """Lock a job FOR UPDATE; its owner and state. None when there is none."""

    async def cancel(self, job_id: JobId) -> None:
        """End a pending job as CANCELLED; ask the worker of a running one to. The job is locked and not finished."""

    async def schedule(self, schedules: Sequence[tuple[str, timedelta]]) -> None:
        """Note when each of these kinds is to run first: one period from now, unless it is noted already."""

    async def bring_forward(self, kind: JobKind[NoPayload]) -> None:
        """Have a scheduled kind run as soon as a process looks, and after that in its period."""

    async def claim_due(self, kind: JobKind[NoPayload], every: timedelta) -> bool:
        """True for the one transaction that is to enqueue the run that is due; rivals pass over it.

        False, too, when an earlier run has not ended yet. The next one is due one period from now.
        """

    async def delete_finished(self, older_than: timedelta, limit: int) -> int:
        """Remove up to so many jobs that ended longer ago than that; returns how many there were."""

    async def delete_idempotency_keys(self, older_than: timedelta, limit: int) -> int:
        """Forget up to so many requests that are older than that; returns how many there were."""
