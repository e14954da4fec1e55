"""Hints do not pile up while no connection is free, and the last one is given before the end."""

import asyncio
from collections.abc import AsyncIterator

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


async def test_hints_that_wait_for_a_connection_are_one_hint(
    narrow_database: Database, database_connection: asyncpg.Connection
) -> None:
    heard: list[object] = []
    await database_connection.add_listener(CHANNEL, lambda *told: heard.append(told))
    hints = Hints(narrow_database)
    async with narrow_database.writes.lend():
        for _ in range(10):
            hints.give()
            await asyncio.sleep(0.03)
        assert narrow_database.writes.waiting == 1
        assert heard == []
    await hints.close()
    await database_connection.execute("SELECT 1")
    assert len(heard) == 1


async def test_what_is_committed_while_a_hint_is_sent_gives_another(
    narrow_database: Database, database_connection: asyncpg.Connection
) -> None:
    heard: list[object] = []
    await database_connection.add_listener(CHANNEL, lambda *told: heard.append(told))
    hints = Hints(narrow_database)
    hints.give()
    await hints.close()
    hints.give()
    hints.give()
    await hints.close()
    await database_connection.execute("SELECT 1")
    assert len(heard) == 2
