"""Jobs: what a kind of job has to do to be run, whichever process runs it.

A kind is declared in the domain, next to the service whose data it belongs to:

    @dataclass(frozen=True, slots=True)
    class ReadDocument:
        attachment_id: int

    READ_DOCUMENT = JobKind("READ_DOCUMENT", ReadDocument, timeout_seconds=120, max_attempts=3)

A use case enqueues it in the transaction of its data: `await uow.jobs.enqueue(READ_DOCUMENT, ReadDocument(7))`.
`server/wiring.py` gives it its handler: `handlers.add(READ_DOCUMENT, read_document)`, where

    async def read_document(run: JobRun, payload: ReadDocument) -> str | None:

returns a line for people about what came of it, or None. What a handler can rely on, and what it owes:

- It may run more than once: after a failure, a timeout, or the death of its worker. So what it changes, it changes in
  one unit of work that also ends the job: the use case is given `run.lease` and calls
  `await uow.jobs.complete(lease, "12 pages")`. That raises LeaseLost, which rolls everything back, when another worker
  has taken the job or somebody cancelled it. A handler whose effect does no harm twice just returns.
- A refusal (DomainError, JobStopped) or a fault ends the attempt; another follows after a pause, until none is left.
- Cancelling and the end of the process cancel its task: CancelledError comes out of what it awaits. After
  `timeout_seconds` an attempt is stopped, whatever it does with that.
- Nothing stops code that does not await. What computes for long, or reads files of strangers, goes through
  `children.run` of the application (server.process.children), which is ended with its job.
"""

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from domain.entities.actor import Actor, Role
from domain.entities.job import JobKind, JobLease, NoPayload, Schedule, TakenJob
from domain.services.jobs import JobService

Payload = TypeVar("Payload")

_REPORT_EVERY_SECONDS = 0.2


class JobStopped(Exception):
    """A handler gives an attempt up, for a reason that people are to read: the message."""


class JobRun:
    """One attempt, as its handler sees it."""

    def __init__(self, job: TakenJob, service: JobService) -> None:
        self.lease: JobLease = job.lease
        """For `uow.jobs.complete`: the job ends in the same transaction as its effect."""
        self.attempt = job.attempt
        self.actor = Actor(job.owner, Role.EDITOR)
        """The owner of the job, in whose name its changes are made."""
        self.is_cancelled = False
        """Whether somebody asked for the job to be cancelled."""
        self._service = service
        self._reported_at = 0.0

    async def report(self, progress: float, message: str | None = None) -> None:
        """Show how far the job is, 0 to 1, and a line for people.

        Reports that come faster than five a second are left out. Raises LeaseLost.
        """
        now = time.perf_counter()
        if now - self._reported_at >= _REPORT_EVERY_SECONDS:
            self._reported_at = now
            await self._service.report(self.actor, self.lease, progress, message)


class JobHandlers:
    """The handlers of all kinds, and the schedules of those that run again and again."""

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[JobKind[Any], Callable[[JobRun, Any], Awaitable[str | None]]]] = {}
        self.schedules: list[Schedule] = []

    @property
    def kinds(self) -> Sequence[str]:
        """The names of the kinds that can be run here."""
        return list(self._handlers)

    def add(self, kind: JobKind[Payload], handler: Callable[[JobRun, Payload], Awaitable[str | None]]) -> None:
        """Give a kind its handler. Raises ValueError when it has one."""
        if kind.name in self._handlers:
            raise ValueError(f"{kind.name} has a handler already")
        self._handlers[kind.name] = (kind, handler)

    def add_scheduled(self, schedule: Schedule, handler: Callable[[JobRun, NoPayload], Awaitable[str | None]]) -> None:
        """Give a kind its handler and have it run once in each period, in one process of many."""
        self.add(schedule.kind, handler)
        self.schedules.append(schedule)

    async def handle(self, run: JobRun, job: TakenJob) -> str | None:
        """Run the handler of a job. Raises whatever it raises."""
        kind, handler = self._handlers[job.kind]
        return await handler(run, kind.payload(**json.loads(job.payload)))
