"""The servers under test, connections to them, and a clean database before each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import httpx
import pytest

from tests.emptying import empty
from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json, RawGraphQL, Variables, data_of, post
from tests.opened_database import database
from tests.programs import missing
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.servers.run import RunStores, open_run_stores
from tests.servers.shared import SharedServers, watched
from tests.shares import share_of
from tests.statement_counting import counted

__all__ = ["counted", "database"]

_RUN_STORES = pytest.StashKey[AsyncExitStack]()
_LOOP = pytest.StashKey[asyncio.Runner]()
# Rivals ask for all that a mutation answers, so a handful of them would fill an actor's room for dear operations.
_MANY_AT_ONCE = {"PARTSGRAPH_WRITE_POOL_SIZE": "24", "PARTSGRAPH_MAX_COST_AT_ONCE": "1000000"}


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark for tests whose faults the server rightly logs as errors."""
    config.addinivalue_line("markers", "provokes_faults: the server logs errors during this test, and rightly so")
    if config.getoption("numprocesses", None) and not config.option.collectonly:
        # The workers of this process share stores, which end when the last of them has ended.
        config.stash[_LOOP] = asyncio.Runner()
        config.stash[_RUN_STORES] = AsyncExitStack()
        config.stash[_LOOP].run(config.stash[_RUN_STORES].enter_async_context(open_run_stores()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of properties, and keep a share of all where one is asked for (tests.shares).

    Tests of programs that the machine does not have are left out, and told (tests.programs).
    """
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.properties)
    kept, left_out = share_of(items)
    lacking = set(missing())
    left_out += [item for item in kept if lacking & _needed_by(item)]
    kept = [item for item in kept if not lacking & _needed_by(item)]
    if left_out:
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)


def _needed_by(item: pytest.Item) -> set[str]:
    return {name for mark in item.iter_markers("needs") for name in mark.args}


def pytest_report_header() -> str | None:
    """Say what this machine cannot run."""
    return f"not on this machine: {', '.join(missing())}; their tests are left out" if missing() else None


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the workers shared."""
    if _RUN_STORES in config.stash:
        config.stash[_LOOP].run(config.stash[_RUN_STORES].aclose())
        config.stash[_LOOP].close()


@pytest.fixture(scope="session")
async def run_stores() -> AsyncIterator[RunStores]:
    """The cluster and the S3 server of this run."""
    async with open_run_stores() as opened:
        yield opened


@asynccontextmanager
async def running(process: ServerProcess) -> AsyncIterator[ServerProcess]:
    """Start it for the block; it stops in order then, and its log holds no error."""
    try:
        await asyncio.to_thread(process.start)
        yield process
        assert await asyncio.to_thread(process.stop) == 0, process.log_tail()
        assert process.new_error_lines() == []
    finally:
        process.remove()


@pytest.fixture(scope="session")
async def server(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """The server under test, without demo data; it lets all rivals of a test wait for one lock."""
    settings = await run_stores.place() | _MANY_AT_ONCE
    async with running(ServerProcess(settings=settings)) as process:
        yield process


@pytest.fixture(scope="session")
async def second_server(server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """Another process on the database and the object store of the first."""
    settings = settings_for_same_stores(server) | _MANY_AT_ONCE
    async with running(ServerProcess(settings=settings)) as process:
        yield process


@pytest.fixture(scope="session")
async def shared_servers(server: ServerProcess) -> AsyncIterator[SharedServers]:
    """Servers with other settings beside the one under test."""
    servers = SharedServers(server)
    yield servers
    await servers.end()


@pytest.fixture
async def hasty_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A server on the stores of the first that soon loses patience: for tests of what it does then, and for no others,
    because on a busy machine it loses it with anybody. It has two connections to read with."""
    settings = {
        "PARTSGRAPH_REQUEST_TIMEOUT_SECONDS": "1",
        "PARTSGRAPH_CONNECTION_INIT_TIMEOUT_SECONDS": "0.3",
        "PARTSGRAPH_READ_POOL_SIZE": "2",
        # So it is never the database that ends a statement.
        "PARTSGRAPH_STATEMENT_TIMEOUT_SECONDS": "600",
    }
    async with watched(await shared_servers.with_settings(settings)) as process:
        yield process


@pytest.fixture(scope="session")
async def demo_server(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """A server of its own with the demo workshop; tests leave its data as they find it."""
    settings = await run_stores.place(demo=True)
    async with running(ServerProcess(demo_data=True, settings=settings)) as process:
        yield process


@pytest.fixture(scope="session")
async def _emptying(server: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """The connection by which the database is emptied."""
    connection = await asyncpg.connect(server.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def _emptied(_emptying: asyncpg.Connection) -> None:
    """The database of the server, without a row of the workshop."""
    await empty(_emptying)


@pytest.fixture(autouse=True)
def _clean_and_watch(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the database before each test that uses the server; afterwards its log holds no new error."""
    if "server" not in request.fixturenames:
        yield
        return
    server: ServerProcess = request.getfixturevalue("server")
    request.getfixturevalue("_emptied")
    yield
    if request.node.get_closest_marker("provokes_faults") is None:
        assert server.new_error_lines() == []
    else:
        server.forget_error_lines()


@pytest.fixture
async def database_connection(server: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection to the database of the server; what it leaves open is rolled back."""
    connection = await asyncpg.connect(server.database_url)
    try:
        yield connection
    finally:
        await connection.close(timeout=60)


@pytest.fixture
async def client(server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the server."""
    async with connect(server) as connected:
        yield connected


@pytest.fixture
async def second_client(second_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the second server."""
    async with connect(second_server) as connected:
        yield connected


@pytest.fixture
async def demo_client(demo_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the server with demo data."""
    async with connect(demo_server) as connected:
        yield connected


def connect(server: ServerProcess) -> httpx.AsyncClient:
    """A client as wide as any test needs, without the proxies and certificates of this machine."""
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
    return httpx.AsyncClient(base_url=server.base_url, timeout=60, limits=limits, trust_env=False, verify=False)


@pytest.fixture
def graphql(client: httpx.AsyncClient) -> GraphQL:
    """Runs a document; returns its data."""

    async def run(query: str, variables: Variables | None = None) -> Json:
        return await data_of(client, query, variables)

    return run


@pytest.fixture
def graphql_raw(client: httpx.AsyncClient) -> RawGraphQL:
    """Runs a document; returns the HTTP answer."""

    async def run(query: str, variables: Variables | None = None) -> httpx.Response:
        return await post(client, query, variables)

    return run


@pytest.fixture
def workshop(graphql: GraphQL, database_connection: asyncpg.Connection) -> Workshop:
    """Makes parts, boxes and stock through the API and reads the tables they end up in."""
    return Workshop(graphql, database_connection)
