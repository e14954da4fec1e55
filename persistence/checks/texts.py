"""Checks of texts: each is as the rule of its column keeps it."""

import asyncpg
from asyncpg import Record

from persistence.checks.finding import MAX_FINDINGS, Finding, findings
from persistence.models.base import Base
from persistence.text_columns import TextColumn, TextRule, text_columns

_PAGE_ROWS = 2_000
# What every rule keeps: printable ASCII in one line, by far most texts. The database leaves them out.
_PLAIN = "'^[!-~]+( [!-~]+)*$'"
# But the name of a file has no folder.
_FOLDER = r"'[/\\]'"


class TextCheck:
    """The texts of a column keep to its rule; read in pages, so that memory stays as it is."""

    def __init__(self, column: TextColumn) -> None:
        self.invariant = f"{column.table}.{column.name} holds texts as they are kept: {column.rule}"
        keys = [f"each.{key.name}" for key in Base.metadata.tables[column.table].primary_key]
        text, lists = f"each.{column.name}", ""
        if column.is_list:
            text, lists = "item.text", f" CROSS JOIN unnest({text}) AS item (text)"
        odd = f'{text} COLLATE "C" !~ {_PLAIN}'
        if column.rule is TextRule.FILE_NAME:
            odd = f"({odd} OR {text} ~ {_FOLDER})"
        self._query = (
            f"SELECT concat_ws(', ', {', '.join(keys)}) AS row, {text} AS text FROM {column.table} AS each{lists} "
            f"WHERE {odd}"
        )
        self._column = column

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        details: list[str] = []
        async for row in connection.cursor(self._query, prefetch=_PAGE_ROWS):
            if not self._column.is_kept(row["text"]):
                details.append(f"row {row['row']}: {row['text']!a}")
                if len(details) > MAX_FINDINGS:
                    break
        return findings(self.invariant, details)


CHECKS = tuple(map(TextCheck, text_columns(Base.metadata)))
