"""The server under test and its database, when its files lie in the other store."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.attachments.second_store import SecondStore
from tests.conftest import running
from tests.server_process import ServerProcess
from tests.servers.run import RunStores


@pytest.fixture(scope="session")
def second_store() -> Iterator[SecondStore]:
    """Another S3 server."""
    made = SecondStore()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
async def server(run_stores: RunStores, second_store: SecondStore) -> AsyncIterator[ServerProcess]:
    """The server under test: by configuration alone it keeps its files in the other store."""
    settings = await run_stores.place() | {"PARTSGRAPH_WRITE_POOL_SIZE": "24"} | second_store.settings
    async with running(ServerProcess(settings=settings)) as process:
        yield process


@pytest.fixture(scope="session")
async def _emptying(server: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """The connection by which the database of this server is emptied, not that of the server of all other tests."""
    connection = await asyncpg.connect(server.database_url)
    yield connection
    await connection.close()
