"""The database and the object store: operations on stock, repeated work, pools, calls of the store."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from domain.entities.operation import OperationKind
from persistence.connection_pool import ConnectionPool
from persistence.database import Database
from persistence.observation import StoreOutcome, WorkOutcome
from persistence.observed_client import OBSERVED_CALLS
from server.metrics.buckets import STORE_SECONDS


class StockMetrics:
    """A persistence.observation.WorkObserver."""

    def __init__(self, registry: CollectorRegistry) -> None:
        operations = Counter(
            "partsgraph_stock_operations",
            "Operations on stock by kind and outcome. committed is counted after the commit; replayed was recorded by "
            "an earlier request with the same idempotency key; refused and rolled_back changed nothing; unknown: the "
            "connection broke during the commit.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._operations = {
            (kind, outcome): operations.labels(kind.value.lower(), outcome.value).inc
            for kind in OperationKind
            for outcome in WorkOutcome
        }
        self._repeated = Counter(
            "partsgraph_work_repeated",
            "Units of work that ran again, by what asked for it.",
            ["error"],
            registry=registry,
        )
        self._deletions = Counter(
            "partsgraph_object_deletions_failed",
            "Deletions of a file's objects after a commit that failed and are left to the sweep.",
            registry=registry,
        )

    def stock_operation(self, kind: OperationKind, outcome: WorkOutcome) -> None:
        """Count an operation at the end of its unit of work."""
        self._operations[kind, outcome]()

    def work_repeated(self, error: type[BaseException]) -> None:
        """Count a repetition; the classes are those that the unit of work repeats for."""
        self._repeated.labels(error.__name__).inc()

    def deletion_failed(self) -> None:
        """Count objects that stay until the sweep."""
        self._deletions.inc()


class StoreMetrics:
    """A persistence.observation.StoreObserver."""

    def __init__(self, registry: CollectorRegistry) -> None:
        calls = Counter(
            "partsgraph_object_store_calls",
            "Calls of the object store by kind and outcome, repetitions by the client counted as one.",
            ["kind", "outcome"],
            registry=registry,
        )
        seconds = Histogram(
            "partsgraph_object_store_duration_seconds",
            "Duration of calls of the object store; of get_object until the bytes begin to arrive.",
            ["kind"],
            registry=registry,
            buckets=STORE_SECONDS,
        )
        size_bytes = Counter(
            "partsgraph_object_store_bytes",
            "Bytes of objects that were sent (put_object, upload_part) or asked for (get_object).",
            ["kind"],
            registry=registry,
        )
        not_believed = Counter(
            "partsgraph_object_store_mismatches",
            "Calls of the object store after which nothing showed that it did, or gave, what it was to.",
            ["kind"],
            registry=registry,
        )
        self._not_believed = {kind: not_believed.labels(kind).inc for kind in OBSERVED_CALLS}
        self._calls = {
            (kind, outcome): calls.labels(kind, outcome.value).inc
            for kind in OBSERVED_CALLS
            for outcome in StoreOutcome
        }
        self._seconds = {kind: seconds.labels(kind).observe for kind in OBSERVED_CALLS}
        self._bytes = {kind: size_bytes.labels(kind).inc for kind in ("put_object", "upload_part", "get_object")}

    def store_called(self, call: str, outcome: StoreOutcome, seconds: float, size_bytes: int) -> None:
        """Count one call."""
        self._calls[call, outcome]()
        self._seconds[call](seconds)
        if size_bytes:
            self._bytes[call](size_bytes)

    def not_believed(self, call: str) -> None:
        """Count one answer that was wrong."""
        self._not_believed[call]()


class PoolMetrics:
    """The pools of database connections, looked at when the figures are shown."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, text: str) -> Gauge:
            return Gauge(name, text, ["pool"], registry=registry, multiprocess_mode="livesum")

        self._size = gauge("partsgraph_pool_connections_most", "Most connections a pool may have.")
        self._in_use = gauge("partsgraph_pool_connections_in_use", "Connections that are lent at the moment.")
        self._waiting = gauge("partsgraph_pool_waiting", "Callers that wait for a connection at the moment.")

    def refresh(self, database: Database) -> None:
        """Take over what is so at the moment."""
        self._show("write", database.writes)
        self._show("read", database.reads)

    def _show(self, name: str, pool: ConnectionPool) -> None:
        self._size.labels(name).set(pool.size)
        self._in_use.labels(name).set(pool.in_use)
        self._waiting.labels(name).set(pool.waiting)
