"""Asks the database whether it answers, on a connection beside the pools.

Busy pools are no reason to call the server unready: that would take away servers just when there is much to do.
"""

import asyncio
from typing import Any

import asyncpg


class DatabaseProbe:
    """One connection, opened when it is first needed and again after it broke; its callers take turns."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None

    async def value(self, sql: str) -> Any:
        """The first column of the first row. Raises OSError, TimeoutError or asyncpg's errors."""
        async with self._turn:
            connection = await self._opened()
            try:
                return await connection.fetchval(sql, timeout=self._timeout_seconds)
            except asyncpg.PostgresError:
                raise
            except BaseException:
                # Without an answer nothing is known about the connection.
                self._drop()
                raise

    def close(self) -> None:
        """Let the connection go; there is nothing in it to finish."""
        self._drop()

    async def _opened(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._url, timeout=self._timeout_seconds, server_settings={"application_name": "partsgraph probe"}
            )
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
