"""Checks of the folded columns, which the database cannot fold by itself whatever its locale."""

import asyncpg
from asyncpg import Record

from persistence.checks.finding import MAX_FINDINGS, Finding, findings
from persistence.folded_columns import FoldedColumn, folded_columns
from persistence.models.base import Base

_PAGE_ROWS = 2_000


class FoldingCheck:
    """A column holds the folded form of another one; read in pages, so that memory stays as it is."""

    def __init__(self, column: FoldedColumn) -> None:
        self.invariant = f"{column.table}.{column.key} is the folded form of {column.source}"
        self._query = f"SELECT {column.source} AS value, {column.key} AS kept FROM {column.table}"
        self._column = column

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        details: list[str] = []
        async for row in connection.cursor(self._query, prefetch=_PAGE_ROWS):
            if row["kept"] != self._column.value(row["value"]):
                details.append(f"{row['value']!r} is kept as {row['kept']!r}")
                if len(details) > MAX_FINDINGS:
                    break
        return findings(self.invariant, details)


CHECKS = tuple(map(FoldingCheck, folded_columns(Base.metadata)))
