"""Recomputes every invariant of the data from its parts and names what is off: `partsgraph check`.

Everything is read in one transaction, as of one moment, so changes that happen meanwhile are no alarm.
"""

import asyncpg

from persistence.checks.attachments import ATTACHMENT_CHECKS
from persistence.checks.finding import Check, Finding
from persistence.checks.folding import FOLDING_CHECKS
from persistence.checks.jobs import JOB_CHECKS
from persistence.checks.ledger import LEDGER_CHECKS
from persistence.checks.pick_lists import PICK_LIST_CHECKS
from persistence.checks.projects import PROJECT_CHECKS
from persistence.checks.requests import REQUEST_CHECKS
from persistence.checks.shelf import SHELF_CHECKS
from persistence.database import Database

__all__ = ["CHECKS", "Check", "Finding", "run_checks"]

CHECKS: tuple[Check, ...] = (
    *SHELF_CHECKS,
    *LEDGER_CHECKS,
    *FOLDING_CHECKS,
    *REQUEST_CHECKS,
    *PROJECT_CHECKS,
    *ATTACHMENT_CHECKS,
    *PICK_LIST_CHECKS,
    *JOB_CHECKS,
)

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
