"""What services count that run beside the requests: jobs, the sweep, readiness, the shutdown."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from domain.entities.file_reading import PutOff, ReadingTask
from domain.entities.job import JobState
from server.metrics.buckets import JOB_SECONDS

LOST = "lost"
HANDED_BACK = "handed_back"
_AFTER_AN_ATTEMPT = (*(state.lower() for state in JobState if state is not JobState.RUNNING), LOST, HANDED_BACK)


class JobMetrics:
    """Jobs as the worker of this process saw them; `kind` and `state` are words of the program, never users' text.

    The state is the job's after the attempt (pending: another attempt follows), `handed_back` when the process stopped,
    `lost` when another worker has the job or the database did not hear of the end.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ended = Counter(
            "partsgraph_jobs", "Attempts of jobs that ended, by kind and state.", ["kind", "state"], registry=registry
        )
        self._seconds = Histogram(
            "partsgraph_job_duration_seconds",
            "Duration of attempts of jobs, by kind.",
            ["kind"],
            registry=registry,
            buckets=JOB_SECONDS,
        )
        self._running = Gauge(
            "partsgraph_jobs_running", "Jobs that run at the moment.", registry=registry, multiprocess_mode="livesum"
        )

    def expect(self, kinds: Iterable[str]) -> None:
        """Jobs of these kinds may end here: their series begin at 0, so that the first failure is seen as a rise."""
        for kind in kinds:
            self._seconds.labels(kind.lower())
            for state in _AFTER_AN_ATTEMPT:
                self._ended.labels(kind.lower(), state)

    def began(self) -> None:
        """A job begins to run here."""
        self._running.inc()

    def ended(self, kind: StrEnum | str, state: StrEnum | str, seconds: float) -> None:
        """A job that began here ended, or its attempt did; called after what it says is committed."""
        self._running.dec()
        self._ended.labels(str(kind).lower(), str(state).lower()).inc()
        self._seconds.labels(str(kind).lower()).observe(seconds)


class ReadingMetrics:
    """Files that are read later, by what was to be made and why."""

    def __init__(self, registry: CollectorRegistry) -> None:
        put_off = Counter(
            "partsgraph_file_readings_put_off",
            "Readings of stored files that came to nothing for a reason that is not the file's: other bytes than were "
            "stored, a child that was killed, a store that is away. The file still waits.",
            ["task", "reason"],
            registry=registry,
        )
        self._put_off = {
            (task, why): put_off.labels(task.value.lower(), why.value).inc for task in ReadingTask for why in PutOff
        }

    def put_off(self, task: ReadingTask, why: PutOff) -> None:
        """Count one."""
        self._put_off[task, why]()


class ExaminationMetrics:
    """Files that a reader was asked about before they were kept, by their format and what it said."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._examined = Counter(
            "partsgraph_files_examined",
            "Received files whose bytes alone did not settle what they are, by format and outcome: opened or not "
            "opened by a reader in a child process.",
            ["format", "outcome"],
            registry=registry,
        )
        self._put_off = Counter(
            "partsgraph_file_examinations_put_off",
            "Received files that were not kept because no reader could be asked: too many waited, or the child was "
            "killed. They may be sent again.",
            registry=registry,
        )

    def settled(self, format_name: str, *, is_opened: bool) -> None:
        """Count one that a reader opened, or did not."""
        self._examined.labels(format_name.lower(), "opened" if is_opened else "not opened").inc()

    def put_off(self) -> None:
        """Count one that could not be examined."""
        self._put_off.inc()


class Found(Protocol):
    """What a check of the readiness found."""

    @property
    def is_well(self) -> bool: ...


class SweepMetrics:
    """The sweep of objects that no row names."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._orphans = Counter(
            "partsgraph_orphans_swept",
            "What no row named and the sweep removed: objects, and uploads that were never completed.",
            ["what"],
            registry=registry,
        )
        self._sweeps = Counter("partsgraph_sweeps", "Sweeps by outcome.", ["outcome"], registry=registry)
        self.swept(0, 0, outcome=None)
        for outcome in ("done", "stopped", "failed"):
            self._sweeps.labels(outcome)

    def swept(self, objects: int, uploads: int, outcome: str | None = "done") -> None:
        """A sweep removed so much, and ended: `done`, `stopped` (by its own safety rules) or `failed`."""
        self._orphans.labels("object").inc(objects)
        self._orphans.labels("upload").inc(uploads)
        if outcome is not None:
            self._sweeps.labels(outcome).inc()


class ReadinessMetrics:
    """What the checks of /readyz found."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._ready = Gauge(
            "partsgraph_ready",
            "1 when a check of /readyz succeeds, 0 when it fails; of several processes the worst.",
            ["check"],
            registry=registry,
            multiprocess_mode="livemin",
        )

    def refresh(self, findings: Mapping[str, Found]) -> None:
        """Take over what was found."""
        for name, found in findings.items():
            self._ready.labels(name).set(found.is_well)


class Stopping(Protocol):
    """What is known of the shutdown (the server's life cycle)."""

    @property
    def is_stopping(self) -> bool: ...

    @property
    def shutdown_seconds(self) -> float: ...


class ShutdownMetrics:
    """Whether the process is on its way out; its last figures are gone with it, unless it is one of several."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._stopping = Gauge(
            "partsgraph_shutting_down",
            "Processes that are shutting down.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._seconds = Gauge(
            "partsgraph_shutdown_duration_seconds",
            "How long the shutdown has taken so far; 0 before it begins.",
            registry=registry,
            multiprocess_mode="livemax",
        )

    def refresh(self, lifecycle: Stopping) -> None:
        """Take over what is so at the moment."""
        self._stopping.set(lifecycle.is_stopping)
        self._seconds.set(lifecycle.shutdown_seconds)
