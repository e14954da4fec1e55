"""One attempt at a job: the handler's task, watched until it ends or has to be stopped, and how the job stands then."""

import asyncio
import time
from enum import Enum, auto

import structlog

from domain.entities.actor import Actor, OwnName, Role
from domain.entities.job import JobState, LeaseLost, LeaseStanding, TakenJob
from domain.errors import DomainError
from domain.services.jobs import JobService
from persistence.faults import DATABASE_FAULTS
from persistence.readers.job import JobReader
from persistence.statements import StatementCounter, statement_counter
from server.jobs import JobHandlers, JobRun, JobStopped
from server.metrics import Metrics
from server.metrics.services import HANDED_BACK, LOST
from server.slow_statements import tell_slow_statements

WORKER = Actor(OwnName.WORKER, Role.ADMIN)

_LAST_WORDS_SECONDS = 1.0
_ASK_AGAIN_SECONDS = 0.1

_log = structlog.get_logger("partsgraph.jobs")


class Ending(Enum):
    """Why an attempt is over."""

    RETURNED = auto()
    TIMED_OUT = auto()
    LOST = auto()
    HANDED_BACK = auto()


class Attempt:
    """Runs one job that was taken; `stop` has it handed back."""

    def __init__(
        self,
        job: TakenJob,
        handlers: JobHandlers,
        service: JobService,
        reader: JobReader,
        metrics: Metrics,
        *,
        lease_seconds: float,
        look_seconds: float,
        slow_statement_seconds: float,
    ) -> None:
        self._job = job
        self._handlers = handlers
        self._service = service
        self._reader = reader
        self._metrics = metrics
        self._lease_seconds = lease_seconds
        self._look_seconds = look_seconds
        self._statements = StatementCounter(slow_statement_seconds)
        self._began_at = self._held_since = time.perf_counter()
        self._run = JobRun(job, service)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End the attempt and give the job back; it is done by another worker."""
        self._stopping.set()

    async def carry_out(self) -> None:
        """Run the handler to its end, write how the job stands, and count it; in a task of its own, whose lines of the
        log all name the job."""
        structlog.contextvars.bind_contextvars(job_id=self._job.lease.job_id, kind=self._job.kind)
        statement_counter.set(self._statements)
        state = LOST
        self._metrics.jobs.began()
        try:
            state = await self._carry_out()
        finally:
            self._metrics.jobs.ended(self._job.kind, state, time.perf_counter() - self._began_at)
            tell_slow_statements(self._statements, self._metrics.requests.slow_statement)

    async def _carry_out(self) -> str:
        """The state that was written, or why none was."""
        work = asyncio.create_task(self._handlers.handle(self._run, self._job))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            ending = await self._watch(work, stopping)
        finally:
            stopping.cancel()
        if ending is not Ending.RETURNED:
            await _end(work)
        return await self._settle_patiently(ending, work)

    async def _watch(self, work: asyncio.Task[str | None], stopping: asyncio.Task[bool]) -> Ending:
        deadline = time.perf_counter() + self._job.timeout_seconds
        while True:
            left = deadline - time.perf_counter()
            await asyncio.wait(
                {work, stopping}, timeout=max(0, min(left, self._look_seconds)), return_when=asyncio.FIRST_COMPLETED
            )
            if work.done():
                return Ending.RETURNED
            if stopping.done():
                return Ending.HANDED_BACK
            if time.perf_counter() >= deadline:
                return Ending.TIMED_OUT
            match await self._look():
                case LeaseStanding.LOST:
                    return Ending.LOST
                case LeaseStanding.CANCEL_REQUESTED if not self._run.is_cancelled:
                    self._run.is_cancelled = True
                    work.cancel()
                case _:
                    continue

    async def _look(self) -> LeaseStanding:
        """How the lease stands, renewed when a third of it is over; lost, too, when its time ran out unheard."""
        asked_at = time.perf_counter()
        age = asked_at - self._held_since
        try:
            if age < self._lease_seconds / 3:
                return await self._reader.standing(self._job.lease)
            standing = await self._service.renew(WORKER, self._job.lease, self._lease_seconds)
        except DATABASE_FAULTS as error:
            _log.warning("job_lease_not_seen", error=type(error).__name__)
            return LeaseStanding.HELD if age < self._lease_seconds else LeaseStanding.LOST
        self._held_since = asked_at
        return standing

    async def _settle_patiently(self, ending: Ending, work: asyncio.Task[str | None]) -> str:
        """Write how the job stands, again and again while the database is away and the lease holds."""
        while True:
            try:
                return await self._settle(ending, work)
            except DATABASE_FAULTS as error:
                _log.warning("job_not_settled", error=type(error).__name__)
                if self._stopping.is_set() or time.perf_counter() - self._held_since >= self._lease_seconds:
                    return LOST
                await asyncio.sleep(self._look_seconds)

    async def _settle(self, ending: Ending, work: asyncio.Task[str | None]) -> str:
        lease = self._job.lease
        try:
            state = await self._write(ending, work)
        except LeaseLost:
            # The handler ended the job together with its effect, or another worker has it.
            state = await self._reader.state_under(lease) or LOST
        _log.info(
            "job_attempt",
            owner=self._job.owner,
            attempt=self._job.attempt,
            ending=ending.name,
            state=state.lower(),
            statements=self._statements.count,
            duration_ms=round((time.perf_counter() - self._began_at) * 1_000, 2),
        )
        return state

    async def _write(self, ending: Ending, work: asyncio.Task[str | None]) -> str:
        match ending:
            case Ending.HANDED_BACK:
                state = await self._service.hand_back(WORKER, self._job.lease)
                return state if state.is_finished else HANDED_BACK
            case Ending.TIMED_OUT:
                return await self._service.fail(WORKER, self._job, f"Stopped after {self._job.timeout_seconds} s.")
            case Ending.RETURNED:
                return await self._settle_returned(work)
            case Ending.LOST:
                # A handler that completes the job ends the lease too, and a renewal may see that before it returns.
                ended = await self._reader.state_under(self._job.lease)
                return ended if ended is not None and ended.is_finished else LOST

    async def _settle_returned(self, work: asyncio.Task[str | None]) -> JobState:
        error = None if work.cancelled() else work.exception()
        if not work.cancelled() and error is None:
            try:
                await self._service.complete(WORKER, self._job.lease, work.result())
            except LeaseLost:
                # Cancelled in the last moment; or the handler has completed the job, and then this finds nothing.
                return await self._service.fail(WORKER, self._job, "Cancelled.")
            return JobState.DONE
        if error is not None and not isinstance(error, LeaseLost | DomainError | JobStopped):
            is_last = self._job.attempt >= self._job.max_attempts
            tell = _log.error if is_last else _log.warning
            tell("job_failed", exc_info=error)
        return await self._service.fail(WORKER, self._job, _told(error))


def _told(error: BaseException | None) -> str:
    """What people read about a failure; the log has the whole of a fault."""
    if isinstance(error, DomainError):
        return error.message
    if isinstance(error, JobStopped):
        return str(error)
    return f"An attempt failed ({type(error).__name__})." if error is not None else "An attempt was cancelled."


async def _end(work: asyncio.Task[str | None]) -> None:
    """Cancel a task; one that takes no notice is closed where it waits, so that it never goes on."""
    end = time.perf_counter() + _LAST_WORDS_SECONDS
    work.cancel()
    while not work.done() and time.perf_counter() < end:
        await asyncio.wait({work}, timeout=_ASK_AGAIN_SECONDS)
    coroutine = work.get_coro()
    if work.done() or coroutine is None:
        return
    _log.warning("job_ignored_its_cancellation")
    try:
        coroutine.close()
    except RuntimeError:
        # It awaited something while it was closed; the task is left alone, and its job can no longer be written.
        _log.error("job_cannot_be_ended")
    work.cancel()
    await asyncio.wait({work}, timeout=_ASK_AGAIN_SECONDS)
