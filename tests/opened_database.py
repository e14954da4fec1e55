"""The database of the server under test, opened in the process of a test."""

from collections.abc import AsyncIterator

import pytest

from persistence.database import Database, open_database
from tests.server_process import ServerProcess


@pytest.fixture
async def database(server: ServerProcess) -> AsyncIterator[Database]:
    """Pools of our own on the database of the server."""
    async with open_database(server.database_url, write_pool_size=4, read_pool_size=4) as opened:
        yield opened
