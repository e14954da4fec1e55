"""What the connections of a database do at this moment."""

from typing import Any

import asyncpg


async def activity(connection: asyncpg.Connection, query: str, *values: object) -> list[Any]:
    """The rows of a query on PostgreSQL's statistics, read anew.

    Inside a transaction PostgreSQL answers from the first reading until its end, so a test that holds a lock would see
    a moment that has passed for ever: a job that had a connection just then would seem to keep it.
    """
    await connection.execute("SELECT pg_stat_clear_snapshot()")
    rows: list[Any] = await connection.fetch(query, *values)
    return rows
