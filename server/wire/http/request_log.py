"""One structured line per operation: what was asked, by whom, how it ended, what it took; and what of it was slow."""

import time
from collections.abc import Sequence

import structlog

from graph.execution.document_cache import PreparedOperation
from graph.execution.refusals import RequestRefused
from persistence.statements import StatementCounter, statement_counter
from server.metrics.requests import RequestMetrics
from server.settings import Settings
from server.slow_statements import tell_slow_statements

# As many as an operation can have mutations by the default limits; a line of the log never grows longer.
_MOST_REFUSALS = 20
_LONGEST_NAME = 100
_SHOWN_HASH = 16

_log = structlog.get_logger("partsgraph.operations")


class OperationRecord:
    """What is known of one operation so far. The request id is bound to every line already."""

    __slots__ = (
        "_metrics",
        "_settings",
        "_started",
        "actor",
        "cost",
        "document_hash",
        "kind",
        "name",
        "outcome",
        "refusals",
        "statements",
    )

    def __init__(self, settings: Settings, metrics: RequestMetrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._started = time.perf_counter()
        self.statements = StatementCounter(settings.slow_statement_seconds)
        self.actor: str | None = None
        self.name: str | None = None
        self.kind: str | None = None
        self.document_hash: str | None = None
        self.cost: int | None = None
        self.refusals: Sequence[str] = ()
        """The codes of refused mutations, in the order of the document."""
        self.outcome = "CANCELLED"
        """OK; ERRORS when fields failed; REFUSED when a mutation answered a refusal; the code of a refusal or fault of
        the whole request; CLIENT_GONE; CANCELLED when nothing was noted."""

    @property
    def statement_count(self) -> int:
        """SQL statements so far."""
        return self.statements.count

    def note_operation(self, operation: PreparedOperation) -> None:
        """Note which operation of the document runs; its statements are counted from here on.

        Looking up the actor, which happens now and then, is no part of the operation.
        """
        statement_counter.set(self.statements)
        self.name = operation.name
        self.kind = operation.kind.value
        self.document_hash = operation.document_hash

    def note_refusal(self, refused: RequestRefused) -> None:
        """Note that the whole request is refused, and which limits it passed."""
        self.outcome = refused.code.value
        self._metrics.refused(refused.errors)

    def write(self) -> None:
        """Count the operation and write its line, and one more for whatever was slow."""
        seconds = time.perf_counter() - self._started
        self._metrics.observe(self, seconds)
        refused = {"refusals": list(self.refusals[:_MOST_REFUSALS])} if self.refusals else {}
        _log.info(
            "operation",
            operation_name=_shown(self.name),
            operation_type=self.kind,
            actor=self.actor,
            outcome=self.outcome,
            **refused,
            cost=self.cost,
            statements=self.statements.count,
            duration_ms=_milliseconds(seconds),
        )
        if seconds >= self._settings.slow_operation_seconds and self.kind is not None:
            self._write_slow_operation(seconds)
        tell_slow_statements(self.statements, self._metrics.slow_statement, **self._document())

    def _write_slow_operation(self, seconds: float) -> None:
        self._metrics.slow_operation()
        _log.warning(
            "slow_operation",
            **self._document(),
            outcome=self.outcome,
            cost=self.cost,
            statements=self.statements.count,
            duration_ms=_milliseconds(seconds),
        )

    def _document(self) -> dict[str, str | None]:
        shown_hash = self.document_hash[:_SHOWN_HASH] if self.document_hash else None
        return {
            "operation_name": _shown(self.name),
            "operation_type": self.kind,
            "document": shown_hash,
            "actor": self.actor,
        }


def _shown(name: str | None) -> str | None:
    """The name of an operation, which may be as long as a document."""
    return name if name is None or len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1_000, 2)
