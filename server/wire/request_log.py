"""One structured line per operation: what was asked, by whom, how it ended, what it took."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from graph.execution.document_cache import PreparedOperation
from persistence.statements import StatementCounter, statement_counter

# As many as an operation can have mutations by the default limits; a line of the log never grows longer.
_MOST_REFUSALS = 20

_log = structlog.get_logger("partsgraph.operations")


@dataclass(slots=True)
class OperationRecord:
    """What is known of one operation so far. The request id is bound to every line already."""

    started: float = field(default_factory=time.perf_counter)
    statements: StatementCounter = field(default_factory=StatementCounter)
    actor: str | None = None
    name: str | None = None
    kind: str | None = None
    cost: int | None = None
    refusals: Sequence[str] = ()
    """The codes of refused mutations, in the order of the document."""
    outcome: str = "CANCELLED"
    """OK; ERRORS when fields failed; REFUSED when a mutation answered a refusal; the code of a refusal or fault of the
    whole request; CLIENT_GONE; CANCELLED when nothing was noted."""

    def note_operation(self, operation: PreparedOperation) -> None:
        """Note which operation of the document runs; its statements are counted from here on.

        Looking up the actor, which happens now and then, is no part of the operation.
        """
        statement_counter.set(self.statements)
        self.name = operation.name
        self.kind = operation.kind.value

    def write(self) -> None:
        """Write the line."""
        refused = {"refusals": list(self.refusals[:_MOST_REFUSALS])} if self.refusals else {}
        _log.info(
            "operation",
            operation_name=self.name,
            operation_type=self.kind,
            actor=self.actor,
            outcome=self.outcome,
            **refused,
            cost=self.cost,
            statements=self.statements.count,
            duration_ms=round((time.perf_counter() - self.started) * 1_000, 2),
        )
