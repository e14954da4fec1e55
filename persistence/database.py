"""The two pools of connections: one for writes, one for reads.

They are apart so that a burst of reads cannot keep a write from its connection, and the other way round.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from asyncpg import Connection, Record

from persistence.connection_pool import ConnectionPool
from persistence.faults import connection_broke
from persistence.repeated_reads import again_when_broken
from persistence.statements import Statement

_STATEMENT_CACHE_SIZE = 500
_GRACE_FOR_ANSWERS_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Database:
    """The pools. A connection is held for one unit of work or one read, never while waiting for another."""

    url: str
    writes: ConnectionPool
    reads: ConnectionPool

    async def fetch(self, statement: Statement, **values: Any) -> list[Record]:
        """Run one reading statement in autocommit on a connection of its own. Raises TimeoutError when none is free."""
        arguments = statement.arguments(values)
        try:
            return await self.reads.fetch(statement.sql, arguments)
        except Exception as error:
            if not connection_broke(error):
                raise
        # A read has no effect, so it may be repeated on another connection; a database that is away says so at once.
        return await again_when_broken(self.reads.fetch, statement.sql, arguments)

    async def fetch_row(self, statement: Statement, **values: Any) -> Record | None:
        """The first row of a reading statement, or None."""
        rows = await self.fetch(statement, **values)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Close both pools; connections that are still lent are waited for, five seconds at most."""
        await asyncio.gather(self.writes.close(), self.reads.close())


@asynccontextmanager
async def open_database(
    url: str,
    *,
    write_pool_size: int = 8,
    read_pool_size: int = 8,
    connect_timeout_seconds: float = 10,
    pool_wait_seconds: float = 3,
    statement_timeout_seconds: float = 10,
) -> AsyncIterator[Database]:
    """Open both pools. Raises OSError or asyncpg.PostgresError when the database does not answer."""

    async def open_pool(size: int) -> ConnectionPool:
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            timeout=connect_timeout_seconds,
            # For a server that no longer answers at all; one that does ends the statement itself, and before that.
            command_timeout=statement_timeout_seconds + _GRACE_FOR_ANSWERS_SECONDS,
            statement_cache_size=_STATEMENT_CACHE_SIZE,
            reset=_end_what_is_open,
            server_settings=_server_settings(statement_timeout_seconds),
        )
        return ConnectionPool(pool, pool_wait_seconds)

    writes = await open_pool(write_pool_size)
    try:
        reads = await open_pool(read_pool_size)
    except BaseException:
        await writes.close()
        raise
    database = Database(url, writes, reads)
    try:
        yield database
    finally:
        await database.close()


def _server_settings(statement_timeout_seconds: float) -> dict[str, str]:
    return {
        "application_name": "partsgraph",
        "jit": "off",
        # Every statement finds its rows by an index, whatever its values are: one plan serves them all. Left to itself
        # the server plans anew for each array that is shorter than the ten values it reckons with, which takes longer
        # than most of our reads (docs/decisions/one-plan-for-each-statement.md).
        "plan_cache_mode": "force_generic_plan",
        # What a workshop looks up lies in memory, where a page costs the same wherever it is. By the default, which
        # reckons with the arm of a disk, a small table would be read whole, again for each row that names it.
        "random_page_cost": "1.1",
        "default_transaction_isolation": "read committed",
        "statement_timeout": f"{int(statement_timeout_seconds * 1000)}",
        "idle_in_transaction_session_timeout": "60000",
    }


async def _end_what_is_open(connection: "Connection[Record]") -> None:
    """Called when a connection comes back that something befell; one that came back whole is lent again as it is.

    asyncpg prepares a statement and runs it in two messages. Who is stopped between them, or gives values that the
    statement cannot take, leaves its server in the middle of it, with locks on every table that it names; whatever is
    asked next ends it. Settings need no undoing: they are changed only LOCAL to a transaction.
    """
    await connection.execute("SELECT 1")
