"""Forces rivals to overlap: holds the row they need, waits until all of them wait for it, and lets go."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg

from tests.activity import activity
from tests.graphql_client import Json
from tests.waiting import patience, until

# The listeners of the servers look at the ledger whatever is asked, and wait for locks that nobody meant for them.
_WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND wait_event_type = 'Lock' AND application_name <> 'partsgraph listener'"
)
END_THOSE_WHO_WAIT = """
SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name <> 'partsgraph listener'
"""
"""Ends every connection that waits for a lock, as the end of its process would; a minute is waited for each."""
_PATIENCE_SECONDS = 60.0


async def rivals_waiting(
    connection: asyncpg.Connection,
    number: int,
    patience_seconds: float = _PATIENCE_SECONDS,
    rivals: Sequence[asyncio.Task[Any]] | None = None,
) -> None:
    """Return when so many connections wait for locks. Raises AssertionError when they do not within seconds, and at
    once when fewer of the rivals than that are still to be answered."""

    async def waiting() -> int:
        running = number if rivals is None else sum(not rival.done() for rival in rivals)
        assert running >= number, f"{running} rivals are not answered yet, and {number} should wait for locks"
        [(found,)] = await activity(connection, _WAITING)
        return int(found)

    await until(waiting, lambda found: found == number, patience_seconds)


class Rivals:
    """Requests that run against each other, in the order in which they came to the lock."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self.tasks: list[asyncio.Task[Json]] = []

    async def start(self, *requests: Coroutine[Any, Any, Json], waiting: int | None = None) -> None:
        """Start requests, and return when all rivals so far wait (or as many of them as `waiting` says)."""
        self.tasks += [asyncio.ensure_future(request) for request in requests]
        await rivals_waiting(self.connection, len(self.tasks) if waiting is None else waiting, rivals=self.tasks)

    async def answers(self) -> list[Json]:
        """What the rivals were told, in the order of their start; call it after the lock was let go."""
        return list(await asyncio.wait_for(asyncio.gather(*self.tasks), patience(60)))


@asynccontextmanager
async def held(
    connection: asyncpg.Connection, statement: str, *values: object, keep: bool = True
) -> AsyncIterator[Rivals]:
    """Hold what the statement locks during the block; its rivals go on when the block commits, or takes all back."""
    rivals = Rivals(connection)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement, *values)
        yield rivals
    except BaseException:
        for task in rivals.tasks:
            task.cancel()
        await transaction.rollback()
        raise
    await (transaction.commit() if keep else transaction.rollback())


def part_row(connection: asyncpg.Connection, *keys: str) -> AbstractAsyncContextManager[Rivals]:
    """Hold parts as a stock change does."""
    return held(connection, "SELECT 1 FROM parts WHERE key = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(keys))


def box_row(connection: asyncpg.Connection, number: int) -> AbstractAsyncContextManager[Rivals]:
    """Hold a box as shrinking and deleting do."""
    return held(connection, "SELECT 1 FROM boxes WHERE number = $1 FOR UPDATE", number)


def type_row(connection: asyncpg.Connection, name: str) -> AbstractAsyncContextManager[Rivals]:
    """Hold a part type as renaming and deleting do."""
    return held(connection, "SELECT 1 FROM part_types WHERE name = $1 FOR UPDATE", name)


async def deadlocks(connection: asyncpg.Connection) -> int:
    """How many deadlocks the database has resolved so far."""
    query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    [(number,)] = await activity(connection, query)
    return int(number)
