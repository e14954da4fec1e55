"""What this floor tells whoever counts: ends of units of work and calls of the object store."""

from enum import StrEnum
from typing import Protocol

from domain.entities.operation import OperationKind
from domain.errors import DomainError
from persistence.faults import may_have_committed


class WorkOutcome(StrEnum):
    """How the unit of work of an operation on stock ended."""

    COMMITTED = "committed"
    REPLAYED = "replayed"
    """An earlier request with the same idempotency key had recorded it; nothing was recorded now."""
    REFUSED = "refused"
    ROLLED_BACK = "rolled_back"
    UNKNOWN = "unknown"
    """The connection broke during the commit: the operation may be there or not."""


class StoreOutcome(StrEnum):
    """How a call of the object store ended."""

    OK = "ok"
    MISSING = "missing"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    GIVEN_UP = "given_up"
    """Cancelled or timed out by us."""


class WorkObserver(Protocol):
    """Is told of units of work; must not wait and must not fail."""

    def stock_operation(self, kind: OperationKind, outcome: WorkOutcome) -> None:
        """One operation on stock ended; COMMITTED is told after the commit, never before."""

    def work_repeated(self, error: type[BaseException]) -> None:
        """A unit of work is run again, because the database (or the work) asked for it."""

    def deletion_failed(self) -> None:
        """Objects that no row names any more were not deleted; they are left to the sweep."""


class StoreObserver(Protocol):
    """Is told of calls of the object store; must not wait and must not fail."""

    def store_called(self, call: str, outcome: StoreOutcome, seconds: float, size_bytes: int) -> None:
        """One call ended; `call` is the client's name of it (put_object …), the bytes are those of the object that
        travelled, 0 where none did."""

    def not_believed(self, call: str) -> None:
        """Nothing showed that this call did, or gave, what it was to; it is told besides, and with what outcome."""


class Unobserved:
    """Tells nobody."""

    def stock_operation(self, kind: OperationKind, outcome: WorkOutcome) -> None:
        """Does nothing."""

    def work_repeated(self, error: type[BaseException]) -> None:
        """Does nothing."""

    def deletion_failed(self) -> None:
        """Does nothing."""

    def store_called(self, call: str, outcome: StoreOutcome, seconds: float, size_bytes: int) -> None:
        """Does nothing."""

    def not_believed(self, call: str) -> None:
        """Does nothing."""


def failed_outcome(error: BaseException, *, was_committing: bool, is_connection_closed: bool) -> WorkOutcome:
    """The outcome of a unit of work that raised."""
    if isinstance(error, DomainError):
        return WorkOutcome.REFUSED
    if was_committing and (is_connection_closed or may_have_committed(error)):
        return WorkOutcome.UNKNOWN
    return WorkOutcome.ROLLED_BACK
