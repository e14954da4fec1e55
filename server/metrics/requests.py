"""GraphQL requests: how many, how they ended, how long they took, what they cost. Children of labels are found once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from graphql import GraphQLError
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from graph.execution.document_cache import DocumentCache
from graph.execution.refusals import RequestCode
from server.metrics.buckets import REQUEST_SECONDS
from server.metrics.followed import Followed
from server.wire.refusals import HttpCode

NO_OPERATION = "none"
ANONYMOUS = "anonymous"
OTHER = "other"

_LONGEST_NAME = 60
_LIMIT = "_LIMIT"
_LIMITS = {
    code.value: code.value.removesuffix(_LIMIT).lower()
    for code in (*RequestCode, *HttpCode)
    if code.value.endswith(_LIMIT)
}

OPERATIONS_WAITING = Gauge(
    "partsgraph_operations_waiting",
    "Operations that wait because those under way cost as much as may be under way at a time.",
    multiprocess_mode="livesum",
)

AUTHENTICATION_OUTCOMES = ("open", "accepted", "missing", "malformed", "refused")


class Observed(Protocol):
    """What is known of a request at its end."""

    name: str | None
    kind: str | None
    outcome: str
    cost: int | None

    @property
    def statement_count(self) -> int: ...


class _OperationFamilies:
    """What is counted by the name and type of an operation."""

    def __init__(self, registry: CollectorRegistry) -> None:
        by_operation = ("operation", "type")
        self.requests = Counter(
            "partsgraph_requests",
            "GraphQL requests by name and type of the operation and by outcome: ok, errors (fields failed), refused (a "
            "mutation answered a refusal), client_gone, cancelled, or the code of the error that refused the request.",
            (*by_operation, "outcome"),
            registry=registry,
        )
        self.seconds = Histogram(
            "partsgraph_request_duration_seconds",
            "From the arrival of a GraphQL request's head to its answer, body included.",
            by_operation,
            registry=registry,
            buckets=REQUEST_SECONDS,
        )
        self.cost = Counter(
            "partsgraph_request_cost_objects",
            "Cost of the operations that ran: objects that they could reach.",
            by_operation,
            registry=registry,
        )
        self.statements = Counter(
            "partsgraph_request_statements", "SQL statements of the operations.", by_operation, registry=registry
        )


class _Figures:
    """The series of one operation name and type."""

    __slots__ = ("cost", "labels", "outcomes", "seconds", "statements")

    def __init__(self, labels: tuple[str, str], families: _OperationFamilies) -> None:
        self.labels = labels
        self.seconds = families.seconds.labels(*labels).observe
        self.cost = families.cost.labels(*labels).inc
        self.statements = families.statements.labels(*labels).inc
        self.outcomes: dict[str, Callable[[], None]] = {}


class RequestMetrics:
    """Names of operations are labels, so they are bounded: known ones, then the first so many, then "other"."""

    def __init__(self, registry: CollectorRegistry, max_operation_names: int) -> None:
        self._max_names = max_operation_names
        self._names: set[str] = set()
        self._figures: dict[tuple[str | None, str | None], _Figures] = {}
        self._families = _OperationFamilies(registry)
        refused = Counter(
            "partsgraph_refused_documents", "GraphQL requests over a limit, by limit.", ["limit"], registry=registry
        )
        self._refused = {code: refused.labels(limit) for code, limit in _LIMITS.items()}
        slow = Counter(
            "partsgraph_slow", "What took longer than its threshold, as logged.", ["what"], registry=registry
        )
        self.slow_operation = slow.labels("operation").inc
        self.slow_statement = slow.labels("statement").inc
        authentications = Counter(
            "partsgraph_authentications",
            "Requests by how the caller was recognised: open (no token was ever made), accepted, missing, malformed, "
            "refused (an unknown or revoked token).",
            ["outcome"],
            registry=registry,
        )
        self.authentication = {name: authentications.labels(name).inc for name in AUTHENTICATION_OUTCOMES}
        self._documents = _DocumentMetrics(registry)

    def know(self, names: Iterable[str]) -> None:
        """Names of operations that are labels whatever comes: those of the trusted documents."""
        self._names.update(name for name in names if len(name) <= _LONGEST_NAME)

    def observe(self, request: Observed, seconds: float) -> None:
        """Count one request at its end."""
        figures = self._figures.get((request.name, request.kind)) or self._admit(request.name, request.kind)
        figures.seconds(seconds)
        count = figures.outcomes.get(request.outcome)
        if count is None:
            count = figures.outcomes[request.outcome] = self._families.requests.labels(
                *figures.labels, request.outcome.lower()
            ).inc
        count()
        if request.cost:
            figures.cost(request.cost)
        if request.statement_count:
            figures.statements(request.statement_count)

    def refused(self, errors: Sequence[GraphQLError]) -> None:
        """Count a refused request for each limit that its errors name."""
        for code in {str((error.extensions or {}).get("code")) for error in errors}:
            over = self._refused.get(code)
            if over is not None:
                over.inc()

    def follow(self, documents: DocumentCache) -> Callable[[], None]:
        """Show what the document cache holds; returns what refreshes it."""
        return lambda: self._documents.refresh(documents)

    def _admit(self, name: str | None, kind: str | None) -> _Figures:
        label = self._label(name, kind)
        # Names beyond the bound are looked up by "other" each time: whoever invents names fills no memory.
        key = (OTHER if label == OTHER else name, kind)
        figures = self._figures.get(key)
        if figures is None:
            figures = _Figures((label, kind or NO_OPERATION), self._families)
            self._figures[key] = figures
        return figures

    def _label(self, name: str | None, kind: str | None) -> str:
        if kind is None:
            return NO_OPERATION
        if name is None:
            return ANONYMOUS
        if name not in self._names:
            if len(self._names) >= self._max_names or len(name) > _LONGEST_NAME:
                return OTHER
            self._names.add(name)
        return name


class _DocumentMetrics:
    """The memory of parsed documents and of the executor's plans."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def kept(name: str, text: str) -> Gauge:
            return Gauge(name, text, registry=registry, multiprocess_mode="livesum")

        self._documents = kept("partsgraph_documents_kept", "GraphQL documents kept parsed and validated.")
        self._plans = kept("partsgraph_executor_plans_kept", "Plans of the breadth-first executor that are kept.")
        self._schema_answers = kept("partsgraph_schema_answers_kept", "Answers to introspection that are kept.")
        self._read = Followed(
            Counter("partsgraph_documents_read", "GraphQL documents parsed and found valid.", registry=registry)
        )
        self._made = Followed(
            Counter("partsgraph_executor_plans_made", "Plans the breadth-first executor made.", registry=registry)
        )
        self._described = Followed(
            Counter("partsgraph_schema_answers_made", "Fields of introspection that were answered.", registry=registry)
        )

    def refresh(self, documents: DocumentCache) -> None:
        """Take over the figures of the cache."""
        figures = documents.figures()
        self._documents.set(figures.documents_kept)
        self._plans.set(figures.plans_kept)
        self._read.rise_to(figures.documents_read)
        self._made.rise_to(figures.plans_made)
        self._schema_answers.set(figures.schema_answers_kept)
        self._described.rise_to(figures.schema_answers_made)
