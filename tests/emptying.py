"""Empties the database of a server while the server, and what it does in the background, go on."""

from collections.abc import Awaitable, Callable

import asyncpg

from persistence.models.base import Base
from persistence.models.installation import InstallationRow

# Children before parents, though the constraints are off while they are emptied. The installation keeps its row.
TABLES = tuple(
    table.name for table in reversed(Base.metadata.sorted_tables) if table.name != InstallationRow.__tablename__
)
AS_A_REPLICA = "SET session_replication_role = replica; SET lock_timeout = '60s'"
"""For a connection that changes the append-only tables too, without a trigger or a constraint."""
_TRIES = 10


async def empty(connection: asyncpg.Connection) -> None:
    """Delete every row but the installation's, the append-only history included."""
    deletions = "; ".join((AS_A_REPLICA, *(f"DELETE FROM {table}" for table in TABLES)))
    await undisturbed(lambda: connection.execute(deletions))


async def empty_database(database_url: str) -> None:
    """The same by a connection of its own."""
    connection = await asyncpg.connect(database_url)
    try:
        await empty(connection)
    finally:
        await connection.close()


async def undisturbed(change: Callable[[], Awaitable[object]]) -> None:
    """Make a change of all tables in one transaction, and begin it again when it is the victim of a deadlock: a job
    that reads a file takes its rows in another order."""
    for _ in range(_TRIES - 1):
        try:
            await change()
        except asyncpg.DeadlockDetectedError:
            continue
        return
    await change()
