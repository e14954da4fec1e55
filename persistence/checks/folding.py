"""Checks of the folded columns, which the database cannot fold by itself whatever its locale."""

from collections.abc import Callable

import asyncpg
from asyncpg import Record

from domain.rules.texts import fold, order_key
from persistence.checks.finding import MAX_FINDINGS, Finding, findings

_PAGE_ROWS = 2_000


def _folded(text: str | None) -> str | None:
    return fold(text) if text is not None else None


def _folded_each(texts: list[str]) -> list[str]:
    return [fold(text) for text in texts]


class FoldingCheck:
    """A column holds the folded form of another one; read in pages, so that memory stays as it is."""

    def __init__(self, table: str, column: str, key_column: str, fold_value: Callable[..., object] = _folded) -> None:
        self.invariant = f"{table}.{key_column} is the folded form of {column}"
        self._query = f"SELECT {column} AS value, {key_column} AS kept FROM {table}"
        self._fold_value = fold_value

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        """See persistence.checks.finding.Check."""
        details: list[str] = []
        async for row in connection.cursor(self._query, prefetch=_PAGE_ROWS):
            if row["kept"] != self._fold_value(row["value"]):
                details.append(f"{row['value']!r} is kept as {row['kept']!r}")
                if len(details) > MAX_FINDINGS:
                    break
        return findings(self.invariant, details)


CHECKS = (
    FoldingCheck("part_types", "name", "name_key"),
    FoldingCheck("parts", "description", "description_key", order_key),
    FoldingCheck("parts", "manufacturer", "manufacturer_key"),
    FoldingCheck("parts", "manufacturer_code", "manufacturer_code_key"),
    FoldingCheck("parts", "tags", "tag_keys", _folded_each),
    FoldingCheck("boxes", "description", "description_key"),
    FoldingCheck("projects", "name", "name_key"),
    FoldingCheck("part_parameters", "name", "name_key"),
)
