"""Recomputes every invariant of the data from its parts and names what is off: `partsgraph check`.

Everything is read in one transaction, as of one moment, so changes that happen meanwhile are no alarm.
"""

from importlib import import_module
from pkgutil import iter_modules

import asyncpg

from persistence.checks.finding import Check, Finding
from persistence.database import Database

__all__ = ["CHECKS", "Check", "Finding", "run_checks"]

CHECKS: tuple[Check, ...] = tuple(
    check
    for module in iter_modules(__path__, f"{__name__}.")
    for check in getattr(import_module(module.name), "CHECKS", ())
)
"""What every module of this package declares as its CHECKS."""

# Each check reads whole tables, which takes longer than a statement of a request may, and sorts millions of lines.
_SETTINGS = {"application_name": "partsgraph check", "statement_timeout": "0", "work_mem": "128MB", "jit": "off"}


async def run_checks(database: Database) -> list[Finding]:
    """What is off, check by check; empty when everything reconciles."""
    connection = await asyncpg.connect(database.url, server_settings=_SETTINGS)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [finding for check in CHECKS for finding in await check.run(connection)]
    finally:
        await connection.close()
