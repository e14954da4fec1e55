"""The jobs that keep the house in order: old jobs and old idempotency keys."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from domain.entities.job import JobKind, NoPayload, Schedule
from domain.services import Services
from server.jobs import JobHandlers, JobRun
from server.settings import Settings

CLEAN_UP_JOBS = JobKind("CLEAN_UP_JOBS", NoPayload, timeout_seconds=600)
CLEAN_UP_IDEMPOTENCY_KEYS = JobKind("CLEAN_UP_IDEMPOTENCY_KEYS", NoPayload, timeout_seconds=600)

_AT_A_TIME = 1_000


def add_upkeep(handlers: JobHandlers, services: Services, settings: Settings) -> None:
    """Give the upkeep its handlers and its schedule."""
    jobs_kept = timedelta(days=settings.job_kept_days)
    keys_kept = timedelta(days=settings.idempotency_key_kept_days)

    async def clean_up_jobs(run: JobRun, _: NoPayload) -> str:
        return await _in_portions(run, lambda: services.jobs.forget_finished(run.actor, jobs_kept, _AT_A_TIME))

    async def clean_up_keys(run: JobRun, _: NoPayload) -> str:
        return await _in_portions(run, lambda: services.jobs.forget_requests(run.actor, keys_kept, _AT_A_TIME))

    handlers.add_scheduled(Schedule(CLEAN_UP_JOBS, timedelta(hours=1)), clean_up_jobs)
    handlers.add_scheduled(Schedule(CLEAN_UP_IDEMPOTENCY_KEYS, timedelta(days=1)), clean_up_keys)


async def _in_portions(run: JobRun, remove: Callable[[], Awaitable[int]]) -> str:
    removed = 0
    while (portion := await remove()) > 0:
        removed += portion
        # How much is left is not known, so the progress stays.
        await run.report(0, f"{removed} removed.")
    return f"{removed} removed."
