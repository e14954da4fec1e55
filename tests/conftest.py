"""The servers under test, connections to them, and a clean database before each test."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import pytest

from tests.attachments.second_store import chosen_store
from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json, RawGraphQL, Variables, data_of, post
from tests.server_process import ServerProcess, settings_for_same_stores

# Children before parents, though the constraints are off while they are emptied. The installation keeps its row.
TABLES = (
    "jobs",
    "idempotency_keys",
    "covers",
    "attachment_texts",
    "attachments",
    "edits",
    "quantity_changes",
    "pick_shortages",
    "pick_lines",
    "pick_lists",
    "requirement_substitutes",
    "requirements",
    "projects",
    "operations",
    "stock",
    "part_totals",
    "part_parameters",
    "parts",
    "box_designated_types",
    "locations",
    "boxes",
    "part_types",
    "api_tokens",
)
_EMPTY_ALL = "SET session_replication_role = replica; SET lock_timeout = '10s'; " + "; ".join(
    f"DELETE FROM {table}" for table in TABLES
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark for tests whose faults the server rightly logs as errors."""
    config.addinivalue_line("markers", "provokes_faults: the server logs errors during this test, and rightly so")


def _run(process: ServerProcess) -> Iterator[ServerProcess]:
    try:
        process.start()
        yield process
        assert process.stop() == 0, process.log_tail()
        assert process.new_error_lines() == []
    finally:
        process.remove()


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """The server under test, without demo data; its pool lets all rivals of a test wait for one lock."""
    with chosen_store() as store:
        yield from _run(ServerProcess(settings={"PARTSGRAPH_WRITE_POOL_SIZE": "24", **store}))


@pytest.fixture(scope="session")
def second_server(server: ServerProcess) -> Iterator[ServerProcess]:
    """Another process on the database and the object store of the first."""
    settings = settings_for_same_stores(server) | {"PARTSGRAPH_WRITE_POOL_SIZE": "24"}
    yield from _run(ServerProcess(settings=settings))


@pytest.fixture(scope="session")
def demo_server() -> Iterator[ServerProcess]:
    """A server of its own with the demo workshop; tests leave its data as they find it."""
    yield from _run(ServerProcess(demo_data=True))


@pytest.fixture(autouse=True)
async def _clean_and_watch(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """Empty the database before each test that uses the server; afterwards its log holds no new error."""
    if "server" not in request.fixturenames:
        yield
        return
    server: ServerProcess = request.getfixturevalue("server")
    await empty_database(server.database_url)
    yield
    if request.node.get_closest_marker("provokes_faults") is None:
        assert server.new_error_lines() == []
    else:
        # The last of the provoked lines may be on its way.
        await asyncio.sleep(0.2)
        server.new_error_lines()


async def empty_database(database_url: str) -> None:
    """Delete every row but the installation's, the append-only history included."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(_EMPTY_ALL)
    finally:
        await connection.close()


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
