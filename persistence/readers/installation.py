"""The one row of the installation as it is read: its id and its secret."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Double, cast, extract, func, select

from persistence.database import Database
from persistence.readers.tables import installation
from persistence.statements import Statement

_ROW = Statement(select(installation.c.id, installation.c.file_secret))
_NOW = Statement(select(cast(extract("epoch", func.clock_timestamp()), Double).label("seconds")))


@dataclass(frozen=True, slots=True)
class InstallationReader:
    """Reads the row; each method runs one statement. `partsgraph check` tells when it is missing."""

    database: Database

    async def id(self) -> UUID:
        """What tells this installation from others."""
        (row,) = await self.database.fetch(_ROW)
        return row["id"]  # type: ignore[no-any-return]

    async def file_secret(self) -> bytes:
        """What the addresses of files are signed with."""
        (row,) = await self.database.fetch(_ROW)
        return row["file_secret"]  # type: ignore[no-any-return]

    async def now_seconds(self) -> float:
        """What time it is in the database, in seconds since 1970 (persistence/database_clock.py)."""
        (row,) = await self.database.fetch(_NOW)
        return row["seconds"]  # type: ignore[no-any-return]
