"""Hints to the listeners of every process that something was committed; a hint carries no facts.

A pg_notify inside the transaction would make commits wait for each other, so hints are given after the commit: those of
20 ms become one notification, outside any transaction. A hint that is lost costs a listener two seconds at most: so
often it looks without one.
"""

import asyncio
from contextvars import Context

import structlog
from sqlalchemy import text

from persistence.database import Database
from persistence.faults import DATABASE_FAULTS
from persistence.statements import Statement

CHANNEL = "partsgraph_changes"
"""The name that hints are sent under."""

_TOGETHER_SECONDS = 0.02
_NOTIFY = Statement(text(f"SELECT pg_notify('{CHANNEL}', '')"))

_log = structlog.get_logger(__name__)


class Hints:
    """The hints of one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sending: asyncio.Task[None] | None = None
        self._is_wanted = False

    def give(self) -> None:
        """Tell every listener to look, in 20 ms or when a connection is free; returns at once and never raises."""
        self._is_wanted = True
        if self._sending is None:
            # A hint is of many commits: it is not counted among the statements of the operation that happened to ask.
            self._sending = asyncio.create_task(self._send_while_wanted(), context=Context())

    async def close(self) -> None:
        """Wait for the hints that are on their way."""
        if self._sending is not None:
            await self._sending

    async def _send_while_wanted(self) -> None:
        """One at a time: while it waits for a connection, all hints that are given meanwhile are this one."""
        try:
            while self._is_wanted:
                await asyncio.sleep(_TOGETHER_SECONDS)
                await self._send()
        finally:
            self._sending = None

    async def _send(self) -> None:
        try:
            async with self._database.writes.lend() as connection:
                # What is committed from here on wants another one.
                self._is_wanted = False
                await _NOTIFY.rows(connection)
        except DATABASE_FAULTS as error:
            self._is_wanted = False
            _log.info("hint was not given", error=type(error).__name__)
