"""The server under test and its database, when its object store is reached through the one that lies."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from persistence.object_store import ObjectStore, open_object_store
from tests.attachments.lying_store.lies import Lie, LyingStore
from tests.conftest import running
from tests.server_process import ServerProcess
from tests.servers.run import RunStores


@pytest.fixture(scope="session")
def _lies(run_stores: RunStores) -> Iterator[LyingStore]:
    made = LyingStore(int(run_stores.s3_endpoint_url.rpartition(":")[2]))
    yield made
    made.stop()


@pytest.fixture
def lies(_lies: LyingStore) -> Iterator[LyingStore]:
    """The store as the server reaches it; it begins and ends without a lie."""
    _lies.lie = Lie.NONE
    yield _lies
    _lies.lie = Lie.NONE


@pytest.fixture(scope="session")
async def server(run_stores: RunStores, _lies: LyingStore) -> AsyncIterator[ServerProcess]:
    """The server under test, with nobody beside it who reads its files."""
    settings = await run_stores.place() | {"PARTSGRAPH_S3_ENDPOINT_URL": f"http://127.0.0.1:{_lies.port}"}
    async with running(ServerProcess(settings=settings)) as process:
        yield process


@pytest.fixture(scope="session")
async def _emptying(server: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """The connection by which the database of this server is emptied."""
    connection = await asyncpg.connect(server.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def store(server: ServerProcess, run_stores: RunStores) -> AsyncIterator[ObjectStore]:
    """The bucket as it is, past the lies."""
    at, endpoint = server.addresses, run_stores.s3_endpoint_url
    async with open_object_store(endpoint, at.s3_bucket, at.s3_access_key, at.s3_secret_key, at.s3_region) as opened:
        yield opened
