"""The sweep of the bucket as a job: once a day, by one process of many."""

from datetime import timedelta

import structlog

from domain.entities.job import JobKind, NoPayload, Schedule
from persistence.faults import BAD_ANSWERS
from persistence.orphaned_objects import Sweep, SweepStopped
from server.jobs import JobHandlers, JobRun, JobStopped
from server.metrics.services import SweepMetrics

# A second attempt would find what the first one found; the next one comes tomorrow.
SWEEP = JobKind("SWEEP", NoPayload, timeout_seconds=12 * 60 * 60, max_attempts=1)

_EVERY = timedelta(days=1)

_log = structlog.get_logger(__name__)


def add_sweep(handlers: JobHandlers, sweep: Sweep, metrics: SweepMetrics) -> None:
    """Give the sweep its handler and its schedule."""

    async def run(_: JobRun, __: NoPayload) -> str:
        try:
            report = await sweep.run()
        except SweepStopped as stopped:
            metrics.swept(0, 0, outcome="stopped")
            raise JobStopped(str(stopped)) from stopped
        except BAD_ANSWERS as error:
            metrics.swept(0, 0, outcome="failed")
            _log.warning("bucket was not swept", reason=str(error))
            raise JobStopped("The object store refused, or gave no answer that can be believed.") from error
        except Exception:
            metrics.swept(0, 0, outcome="failed")
            raise
        metrics.swept(report.removed, report.given_up_uploads)
        return f"{report.removed:,} of {report.objects:,} objects and {report.given_up_uploads:,} uploads removed."

    handlers.add_scheduled(Schedule(SWEEP, _EVERY), run)
