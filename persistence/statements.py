"""SQL built with SQLAlchemy, compiled once, and run on asyncpg.

Running the compiled text on the driver costs about a quarter of SQLAlchemy's own asynchronous execution
(docs/decisions/statements-on-asyncpg.md), for the same SQL.
"""

import time
from collections.abc import Awaitable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from asyncpg import Record
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql import ClauseElement

_DIALECT = asyncpg_dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


_MOST_SLOW_STATEMENTS = 20

T = TypeVar("T")


class SlowStatement(NamedTuple):
    """A statement that ran for long; its text holds placeholders, no values."""

    sql: str
    seconds: float


class StatementCounter:
    """Counts the statements of one operation and keeps the slow ones; tasks started by the operation count here too."""

    __slots__ = ("_slow_seconds", "count", "slow")

    def __init__(self, slow_seconds: float = float("inf")) -> None:
        self.count = 0
        self.slow: list[SlowStatement] = []
        self._slow_seconds = slow_seconds

    async def watch(self, sql: str, running: Awaitable[T], *, counts: bool) -> T:
        """Wait for a statement that begins now; one that does not count may be slow all the same."""
        self.count += counts
        started = time.perf_counter()
        try:
            return await running
        finally:
            seconds = time.perf_counter() - started
            if seconds >= self._slow_seconds and len(self.slow) < _MOST_SLOW_STATEMENTS:
                self.slow.append(SlowStatement(sql, seconds))


statement_counter: ContextVar[StatementCounter | None] = ContextVar("statement_counter", default=None)
"""Set by whoever wants to know how many statements its work takes."""


async def watched(sql: str, running: Awaitable[T], *, counts: bool = True) -> T:
    """Wait for a statement on a connection, and count it for the operation or job that asked for it.

    The words around a transaction do not count: there is one pair of them in every change.
    """
    counter = statement_counter.get()
    return await (running if counter is None else counter.watch(sql, running, counts=counts))


class Connection(Protocol):
    """What a statement runs on: an asyncpg connection, or the one that a pool lends."""

    async def fetch(self, query: str, *args: Any) -> list[Record]: ...


class Statement:
    """One SQL statement with named parameters.

    Values bound in the statement when it was built are constants; the others are given by name on each run. Lists are
    passed as arrays (`= ANY`), never as `IN (…)`, whose text depends on the number of values.
    """

    __slots__ = ("_constants", "_names", "sql")

    def __init__(self, statement: Executable) -> None:
        compiled = cast(ClauseElement, statement).compile(dialect=_DIALECT)
        self.sql: str = compiled.string
        self._names: Sequence[str] = compiled.positiontup or ()  # type: ignore[attr-defined]
        self._constants: Mapping[str, Any] = {
            name: value for name, value in compiled.params.items() if value is not None
        }

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order of the statement's placeholders. Raises KeyError for one that is missing."""
        constants = self._constants
        return [values[name] if name in values else constants[name] for name in self._names]

    async def rows(self, connection: Connection, **values: Any) -> list[Record]:
        """Run it and return all rows."""
        return await watched(self.sql, connection.fetch(self.sql, *self.arguments(values)))

    async def row(self, connection: Connection, **values: Any) -> Record | None:
        """Run it and return the first row, or None."""
        rows = await self.rows(connection, **values)
        return rows[0] if rows else None

    async def value(self, connection: Connection, **values: Any) -> Any:
        """Run it and return the first column of the first row, or None."""
        row = await self.row(connection, **values)
        return row[0] if row is not None else None
