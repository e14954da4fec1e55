"""Everything that is counted, built once for a process in server/wiring.py and passed to whoever counts."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, disable_created_metrics

from server.metrics.answers import AnswerMetrics
from server.metrics.multiprocess import shared_directory
from server.metrics.process import ProcessMetrics
from server.metrics.requests import RequestMetrics
from server.metrics.services import (
    ExaminationMetrics,
    JobMetrics,
    ReadinessMetrics,
    ReadingMetrics,
    ShutdownMetrics,
    SweepMetrics,
)
from server.metrics.stores import PoolMetrics, StockMetrics, StoreMetrics

# The moment at which each series began: twice the lines, and nobody asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The families, by subject, in a registry of their own (those of live updates: server/metrics/live.py)."""

    def __init__(self, max_operation_names: int = 100) -> None:
        registry = CollectorRegistry()
        self.registry = registry
        self.requests = RequestMetrics(registry, max_operation_names)
        self.answers = AnswerMetrics(registry)
        self.stock = StockMetrics(registry)
        self.store = StoreMetrics(registry)
        self.pools = PoolMetrics(registry)
        self.sweep = SweepMetrics(registry)
        self.jobs = JobMetrics(registry)
        self.examinations = ExaminationMetrics(registry)
        self.readings = ReadingMetrics(registry)
        self.readiness = ReadinessMetrics(registry)
        self.shutdown = ShutdownMetrics(registry)
        self.process = ProcessMetrics(registry)
        self._sources: list[Callable[[], None]] = [self.process.refresh]

    @property
    def is_shared(self) -> bool:
        """Whether this process shares its figures with others behind one address."""
        return shared_directory() is not None

    def refresh_from(self, source: Callable[[], None]) -> None:
        """Have `source` called before the figures are shown: it sets gauges to what is so at the moment."""
        self._sources.append(source)

    def refresh(self) -> None:
        """Set every gauge to what is so at the moment."""
        for source in self._sources:
            source()
