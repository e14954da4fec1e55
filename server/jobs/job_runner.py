"""The job runner of a process: takes jobs that are due, runs so many at a time, and hands them back when it stops.

An idle one asks one short question per look.
"""

import asyncio

import structlog

from domain.services.jobs import JobService
from persistence.faults import DATABASE_FAULTS
from persistence.readers.job import JobReader
from server.jobs import JobHandlers
from server.jobs.attempt import WORKER, Attempt
from server.metrics import Metrics
from server.process.shutdown import Lifecycle
from server.settings import Settings

STOP_WITHIN_SECONDS = 5.0

_log = structlog.get_logger("partsgraph.jobs")


class JobRunner:
    """One per process. Start it when all kinds have their handlers."""

    def __init__(
        self,
        service: JobService,
        reader: JobReader,
        handlers: JobHandlers,
        metrics: Metrics,
        settings: Settings,
    ) -> None:
        self._service = service
        self._reader = reader
        self._handlers = handlers
        self._metrics = metrics
        self._settings = settings
        self._running: dict[asyncio.Task[None], Attempt] = {}
        self._awake = asyncio.Event()
        self._takes_jobs = True
        self._loop: asyncio.Task[None] | None = None

    def start(self, lifecycle: Lifecycle) -> None:
        """Begin to take jobs, and join the shutdown: no more are taken when it begins, and those that run when the last
        request was answered are handed back."""
        lifecycle.on_shutdown("jobs", self.take_no_more)
        lifecycle.join("jobs", self.stop, STOP_WITHIN_SECONDS)
        self._metrics.jobs.expect(self._handlers.kinds)
        self._loop = asyncio.create_task(self._take_jobs())

    def take_no_more(self) -> None:
        """Leave jobs that are not running yet to others."""
        self._takes_jobs = False
        self._awake.set()

    async def stop(self) -> None:
        """Hand back what runs, and return when that is written."""
        self.take_no_more()
        if self._loop is not None:
            await asyncio.wait({self._loop})
        for attempt in self._running.values():
            attempt.stop()
        if self._running:
            await asyncio.wait(set(self._running))

    async def _take_jobs(self) -> None:
        is_scheduled, is_told = False, False
        while self._takes_jobs:
            took = False
            try:
                if not is_scheduled:
                    await self._service.schedule(WORKER, self._handlers.schedules)
                    is_scheduled = True
                took = await self._take_due()
                is_told = False
            except DATABASE_FAULTS as error:
                # One line for an outage, however often it is looked meanwhile.
                if not is_told:
                    _log.warning("no_jobs_taken", error=type(error).__name__)
                is_told = True
            except Exception:  # noqa: BLE001 - a worker that ends in silence would leave all jobs undone
                _log.exception("no_jobs_taken")
            if not took:
                await self._sleep()

    async def _take_due(self) -> bool:
        """Take a job where one is due and there is room for it; true when there may be more."""
        if len(self._running) >= self._settings.job_slots:
            return False
        due = await self._reader.due(self._handlers.kinds)
        if due.schedules:
            for schedule in self._handlers.schedules:
                await self._service.enqueue_due(WORKER, schedule)
        elif not due.jobs:
            return False
        job = await self._service.take(WORKER, self._handlers.kinds, self._settings.job_lease_seconds)
        if job is None:
            return False
        attempt = Attempt(
            job,
            self._handlers,
            self._service,
            self._reader,
            self._metrics,
            lease_seconds=self._settings.job_lease_seconds,
            look_seconds=self._settings.job_look_seconds,
            slow_statement_seconds=self._settings.slow_statement_seconds,
        )
        task = asyncio.create_task(attempt.carry_out())
        self._running[task] = attempt
        task.add_done_callback(self._forget)
        return True

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not task.cancelled() and task.exception() is not None:
            _log.error("job_not_settled", exc_info=task.exception())
        self._awake.set()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._settings.job_look_seconds):
                await self._awake.wait()
        except TimeoutError:
            return
        finally:
            self._awake.clear()
