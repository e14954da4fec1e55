"""Commits of the database at which something happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg


@asynccontextmanager
async def at_commit(connection: asyncpg.Connection, statement: str) -> AsyncIterator[None]:
    """Have the database do something at the commit of whatever appends an operation."""
    await connection.execute(
        "CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS "
        f"$body$ BEGIN {statement}; RETURN NULL; END $body$; "
        "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON operations DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION at_commit()"
    )
    try:
        yield
    finally:
        await connection.execute("DROP TRIGGER at_commit ON operations; DROP FUNCTION at_commit()")
