"""Kinds of jobs as a service would declare them, whose effect can be counted; and a worker that runs them.

`python -m tests.jobs.kinds` is `partsgraph worker` with these kinds besides its own, on the stores of the settings.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import uvloop
from pydantic import TypeAdapter

from domain.entities.edit import EditedKind, FieldChange
from domain.entities.job import JobKind, JobLease
from domain.errors import ExhaustedError
from domain.ports.unit_of_work import UnitOfWork
from server.jobs import JobRun
from server.jobs.process import run_jobs
from server.logging import configure_logging
from server.process.children import ChildFunction, Limits
from server.process.shutdown import Lifecycle
from server.process.signals import StopSignals
from server.settings import load_settings
from server.start.progress import Announcer
from server.wiring import Application, open_application


@dataclass(frozen=True, slots=True)
class Work:
    """So many steps of so many seconds, then one edit of the object of this number."""

    object_id: int
    steps: int = 1
    step_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Signs:
    """Where a job that never ends by itself leaves a file when it began."""

    path: str


WORK = JobKind("TEST_WORK", Work, timeout_seconds=30)
IDLE = JobKind("TEST_IDLE", Work)
"""No worker takes these."""
OTHER = JobKind("TEST_OTHER", Work)

GUIDED = JobKind("TEST_GUIDED", Signs, timeout_seconds=600)
"""Four steps, each of which begins when the file of its number is there; it ends when the fifth file is."""
STUBBORN = JobKind("TEST_STUBBORN", Signs, timeout_seconds=2, max_attempts=1)
PATIENT = JobKind("TEST_PATIENT", Signs, timeout_seconds=600)
FAULTY = JobKind("TEST_FAULTY", Signs, timeout_seconds=5, max_attempts=2)
REFUSED = JobKind("TEST_REFUSED", Signs, timeout_seconds=5, max_attempts=1)
CHILD = JobKind("TEST_CHILD", Signs, timeout_seconds=600, max_attempts=1)

_SPIN = ChildFunction("tests.operating.functions_of_children:spin", TypeAdapter(None))
_LIMITS = Limits(seconds=600, memory_bytes=2**30)


def add_kinds(application: Application) -> None:
    """Give the kinds their handlers."""
    units_of_work = application.services.jobs.units_of_work

    async def work(run: JobRun, payload: Work) -> None:
        for step in range(payload.steps):
            await run.report(step / payload.steps, f"step {step + 1} of {payload.steps}")
            await asyncio.sleep(payload.step_seconds)
        await units_of_work.begin(run.actor, lambda uow: _take_effect(uow, run.lease, payload.object_id))

    async def stubborn(_: JobRun, payload: Signs) -> None:
        _begin(payload)
        while True:
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                continue

    async def patient(_: JobRun, payload: Signs) -> None:
        _begin(payload)
        await asyncio.sleep(600)

    async def faulty(_: JobRun, payload: Signs) -> None:
        raise ZeroDivisionError(payload.path)

    async def refused(_: JobRun, __: Signs) -> None:
        raise ExhaustedError("Nothing is left.")

    async def child(_: JobRun, __: Signs) -> str:
        return str(await application.children.run(_LIMITS, _SPIN))

    application.job_handlers.add(WORK, work)
    application.job_handlers.add(GUIDED, _guided)
    application.job_handlers.add(STUBBORN, stubborn)
    application.job_handlers.add(PATIENT, patient)
    application.job_handlers.add(FAULTY, faulty)
    application.job_handlers.add(REFUSED, refused)
    application.job_handlers.add(CHILD, child)


async def _guided(run: JobRun, payload: Signs) -> None:
    for step in range(4):
        await _told_to_go_on(payload, step)
        await run.report(step / 4, f"step {step + 1} of 4")
        # Reports that come faster than five a second are left out.
        await asyncio.sleep(0.25)
    await _told_to_go_on(payload, 4)


def _begin(payload: Signs) -> None:
    Path(payload.path).touch()


async def _told_to_go_on(payload: Signs, step: int) -> None:
    while not Path(f"{payload.path}{step}").exists():  # noqa: ASYNC110, ASYNC240 - it is made by another process
        await asyncio.sleep(0.02)


async def _take_effect(uow: UnitOfWork, lease: JobLease, object_id: int) -> None:
    uow.edits.record(EditedKind.PART, object_id, [FieldChange("effect", None, str(lease.number))])
    await uow.jobs.complete(lease, "It took effect.")


async def _main() -> None:
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    signals, lifecycle = StopSignals(), Lifecycle()
    async with open_application(settings, lifecycle) as application:
        add_kinds(application)
        await run_jobs(application, signals, Announcer())
    signals.ignore()
    lifecycle.end()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main())
