"""Checks of what the values of parameters read as, which only the rules of the domain can tell."""

from collections.abc import Iterator

import asyncpg
from asyncpg import Record

from domain.rules.component_values import RULES_VERSION, readings_of
from persistence.checks.finding import MAX_FINDINGS, Finding, findings
from persistence.repositories.parameter_row import READING_TYPES, reading_values

_PAGE_ROWS = 2_000
_QUERY = f"""
SELECT part.key, parameter.name, parameter.value, {", ".join(f"parameter.{name}" for name in READING_TYPES)}
  FROM part_parameters AS parameter JOIN parts AS part ON part.id = parameter.part_id
 WHERE parameter.rules_version = {RULES_VERSION}
"""


class ReadingsCheck:
    """What stands beside a value is what it reads as; those that are still to be read again are left out."""

    invariant = "the number, unit and readings of a parameter are those of its value"

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        details: list[str] = []
        async for row in connection.cursor(_QUERY, prefetch=_PAGE_ROWS):
            details += _off(row)
            if len(details) > MAX_FINDINGS:
                break
        return findings(self.invariant, details)


def _off(row: Record) -> Iterator[str]:
    expected = reading_values(readings_of(row["value"]))
    kept = {name: row[name] for name in READING_TYPES}
    if kept != expected:
        names = ", ".join(name for name in READING_TYPES if kept[name] != expected[name])
        yield f"part {row['key']}: {row['name']} is {row['value']!r}, which its {names} does not tell"


CHECKS = (ReadingsCheck(),)
