"""Hints do not pile up while no connection is free, and the last one is given before the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from persistence.database import Database, open_database
from persistence.hints import CHANNEL, Hints
from tests.server_process import ServerProcess


@pytest.fixture
async def narrow_database(server: ServerProcess) -> AsyncIterator[Database]:
    """One connection for all writes."""
    async with open_database(server.database_url, write_pool_size=1, read_pool_size=1) as opened:
        yield opened


@asynccontextmanager
async def hearing(database: Database, connection: asyncpg.Connection) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Gives a function that tells how many hints came from this pool; the servers of the tests give their own."""
    async with database.writes.lend() as lent:
        ours = lent.get_server_pid()
    heard: list[int] = []

    def hear(_connection: object, pid: int, _channel: str, _payload: object) -> None:
        heard.append(pid)

    async def count() -> int:
        # Notifications come with an answer.
        await connection.execute("SELECT 1")
        return heard.count(ours)

    await connection.add_listener(CHANNEL, hear)
    yield count
    await connection.remove_listener(CHANNEL, hear)


async def test_hints_that_wait_for_a_connection_are_one_hint(
    narrow_database: Database, database_connection: asyncpg.Connection
) -> None:
    hints = Hints(narrow_database)
    async with hearing(narrow_database, database_connection) as count:
        async with narrow_database.writes.lend():
            for _ in range(10):
                hints.give()
                # The loop calls its timers in the order of their times: what waits for 20 ms has gone on before.
                await asyncio.sleep(0.03)
            assert narrow_database.writes.waiting == 1
            assert await count() == 0
        await hints.close()
        assert await count() == 1


async def test_what_is_committed_after_a_hint_gives_another(
    narrow_database: Database, database_connection: asyncpg.Connection
) -> None:
    hints = Hints(narrow_database)
    async with hearing(narrow_database, database_connection) as count:
        hints.give()
        await hints.close()
        hints.give()
        hints.give()
        await hints.close()
        assert await count() == 2
