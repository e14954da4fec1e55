"""Puts a demo workshop back as it was loaded, in a tenth of a second, so that each page of the guide starts afresh."""

import asyncpg

from tests.emptying import AS_A_REPLICA, TABLES, undisturbed

_NUMBERED = "SELECT pg_get_serial_sequence($1, 'id')"


class DemoCopy:
    """A copy of every table beside the workshop's own, and where their ids went on."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._sequences: dict[str, int] = {}

    async def take(self) -> None:
        """Copy what is there now."""
        connection = await asyncpg.connect(self._database_url)
        try:
            await connection.execute("CREATE SCHEMA fresh")
            for table in TABLES:
                await connection.execute(f"CREATE TABLE fresh.{table} AS TABLE public.{table}")
                if await self._has_id(connection, table):
                    sequence = await connection.fetchval(_NUMBERED, table)
                    self._sequences[sequence] = await connection.fetchval(f"SELECT last_value FROM {sequence}")
        finally:
            await connection.close()

    async def put_back(self) -> None:
        """Make every table what it was, ids to come included."""
        connection = await asyncpg.connect(self._database_url)
        try:
            await connection.execute(AS_A_REPLICA)
            await undisturbed(lambda: self._put_back(connection))
        finally:
            await connection.close()

    async def _put_back(self, connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            for table in TABLES:
                await connection.execute(f"DELETE FROM {table}")
                await connection.execute(
                    f"INSERT INTO public.{table} OVERRIDING SYSTEM VALUE SELECT * FROM fresh.{table}"
                )
            for sequence, last in self._sequences.items():
                await connection.execute("SELECT setval($1::regclass, $2)", sequence, last)

    async def forget(self) -> None:
        """Remove the copy, so that another can be taken."""
        connection = await asyncpg.connect(self._database_url)
        try:
            await connection.execute("DROP SCHEMA fresh CASCADE")
        finally:
            await connection.close()

    async def _has_id(self, connection: asyncpg.Connection, table: str) -> bool:
        found = await connection.fetchval(
            "SELECT true FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = $1 AND column_name = 'id'",
            table,
        )
        return found is True
