"""What a check is, and what it finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import asyncpg
from asyncpg import Record
from sqlalchemy import text

from persistence.statements import Statement

MAX_FINDINGS = 20
"""So many details of one invariant are told; that there are more is told too."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The invariant that is broken, and where."""

    invariant: str
    detail: str


class Check(Protocol):
    """One invariant."""

    @property
    def invariant(self) -> str:
        """The true sentence that the check verifies."""

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        """Where the sentence is not true."""


class QueryCheck:
    """An invariant whose breaches one query finds; its only column says where, in words."""

    def __init__(self, invariant: str, query: str) -> None:
        self.invariant = invariant
        self._statement = Statement(text(f"{query} LIMIT {MAX_FINDINGS + 1}"))

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        return findings(self.invariant, [row[0] for row in await self._statement.rows(connection)])


def findings(invariant: str, details: Iterable[str]) -> list[Finding]:
    """A finding for each detail, at most MAX_FINDINGS of them and one that there are more."""
    told = [Finding(invariant, detail) for detail in details]
    return told if len(told) <= MAX_FINDINGS else [*told[:MAX_FINDINGS], Finding(invariant, "and more")]
