"""Faults are masked and logged whole once; outages and deadlines are typed; clients that leave stop their queries."""

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from domain.ports.unit_of_work import RepeatWork
from graph.execution.refusals import RequestCode
from server.wire.outages import outage_of
from tests.server_process import ServerProcess
from tests.waiting import until

PARTS = {"query": "{ parts { nodes { key } } }"}
# What asks about the schema as well is executed field by field, through the data loaders.
BY_A_LOADER = {"query": '{ __schema { queryType { name } } part(key: "ABCD") { key } }'}


@asynccontextmanager
async def renamed(server: ServerProcess, table: str) -> AsyncIterator[None]:
    """A database in which a table has another name, which no one expects."""
    connection = await asyncpg.connect(server.database_url)
    await connection.execute(f"ALTER TABLE {table} RENAME TO {table}_elsewhere")
    try:
        yield
    finally:
        await connection.execute(f"ALTER TABLE {table}_elsewhere RENAME TO {table}")
        await connection.close()


@pytest.fixture
async def part_types_gone(server: ServerProcess) -> AsyncIterator[None]:
    """No table of part types."""
    async with renamed(server, "part_types"):
        yield


@pytest.fixture
async def attachments_gone(server: ServerProcess) -> AsyncIterator[None]:
    """No table of files."""
    async with renamed(server, "attachments"):
        yield


@pytest.fixture
async def parts_locked(server: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """A table that nobody can read until the test ends."""
    connection = await asyncpg.connect(server.database_url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE parts IN ACCESS EXCLUSIVE MODE")
        yield connection
    await connection.close()


async def waiting(connection: asyncpg.Connection) -> int:
    """How many statements wait for the lock; the listeners of all servers look at the ledger whatever is asked."""
    statement = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock' AND application_name <> 'partsgraph listener'"
    )
    return int(await connection.fetchval(statement))


async def until_waiting(connection: asyncpg.Connection, number: int) -> None:
    """Wait until so many statements wait for the lock."""

    async def is_so() -> bool:
        return await waiting(connection) == number

    await eventually(is_so)


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again for at most five seconds, half of what a statement may take."""
    await until(is_so, patience_seconds=5)


@pytest.mark.provokes_faults
@pytest.mark.usefixtures("attachments_gone")
async def test_a_fault_of_another_route_is_answered_as_one_of_graphql(
    server: ServerProcess, client: httpx.AsyncClient
) -> None:
    response = await client.get(f"/files/{uuid.uuid4()}")
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]
    assert "attachments" not in response.text
    assert len(server.new_error_lines()) == 1


@pytest.mark.provokes_faults
@pytest.mark.usefixtures("part_types_gone")
async def test_a_fault_is_masked_and_found_again_by_its_id(server: ServerProcess, client: httpx.AsyncClient) -> None:
    query = '{ a: partType(name: "x") { name } b: partTypes { totalCount } __typename }'
    response = await client.post("/graphql", json={"query": query}, headers={"X-Request-ID": "fault-test"})
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"] == {"a": None, "b": None, "__typename": "Query"}
    assert "part_types" not in response.text
    for error in answer["errors"]:
        assert error["message"] == "Internal error"
        assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert error["extensions"]["requestId"] == "fault-test"
        error_id = error["extensions"]["errorId"]
        (line,) = [json.loads(line) for line in server.log_path.read_text().splitlines() if error_id in line]
        assert line["level"] == "error"
        assert "UndefinedTableError" in line["exception"]


@pytest.mark.parametrize("body", [PARTS, BY_A_LOADER], ids=["by a reader", "by a loader"])
async def test_at_the_deadline_the_statement_is_cancelled(
    tuned_client: httpx.AsyncClient, parts_locked: asyncpg.Connection, body: dict[str, str]
) -> None:
    response = await tuned_client.post("/graphql", json=body)
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "TIMEOUT"}
    await until_waiting(parts_locked, 0)


async def test_a_query_whose_client_goes_away_is_cancelled(
    server: ServerProcess, parts_locked: asyncpg.Connection
) -> None:
    body = json.dumps(PARTS).encode()
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{head}{len(body)}\r\n\r\n".encode() + body)
        await until_waiting(parts_locked, 1)
    await until_waiting(parts_locked, 0)


async def test_a_mutation_whose_client_goes_away_is_carried_out(
    server: ServerProcess, database_connection: asyncpg.Connection
) -> None:
    query = 'mutation { createBox(input: {description: "left", capacity: 2}) { __typename } }'
    body = json.dumps({"query": query}).encode()
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
    async with database_connection.transaction():
        await database_connection.execute("LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE")
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(f"{head}{len(body)}\r\n\r\n".encode() + body)
            await until_waiting(database_connection, 1)
        await asyncio.sleep(0.3)
        assert await waiting(database_connection) == 1

    async def is_carried_out() -> bool:
        statement = "SELECT count(*) FROM boxes WHERE description = 'left'"
        return int(await database_connection.fetchval(statement)) == 1

    await eventually(is_carried_out)


@pytest.mark.parametrize(
    ("exception", "code"),
    [
        (ConnectionRefusedError(), RequestCode.UNAVAILABLE),
        (FileNotFoundError("socket"), RequestCode.UNAVAILABLE),
        (TimeoutError(), RequestCode.UNAVAILABLE),
        (asyncpg.ConnectionDoesNotExistError(), RequestCode.UNAVAILABLE),
        (asyncpg.AdminShutdownError(), RequestCode.UNAVAILABLE),
        (asyncpg.CannotConnectNowError(), RequestCode.UNAVAILABLE),
        (asyncpg.TooManyConnectionsError(), RequestCode.UNAVAILABLE),
        (asyncpg.DeadlockDetectedError(), RequestCode.UNAVAILABLE),
        (asyncpg.InterfaceError("connection is closed"), RequestCode.UNAVAILABLE),
        (
            asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
            RequestCode.UNAVAILABLE,
        ),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), RequestCode.UNAVAILABLE),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 503}}, "PutObject"), RequestCode.UNAVAILABLE),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 403}}, "PutObject"), None),
        (asyncpg.InternalClientError("cannot switch to state 11; another operation (11) is in progress"), None),
        (RepeatWork(), RequestCode.UNAVAILABLE),
        (asyncpg.QueryCanceledError(), RequestCode.TIMEOUT),
        (asyncpg.LockNotAvailableError(), RequestCode.TIMEOUT),
        (asyncpg.InterfaceError("another operation is in progress"), None),
        (asyncpg.UndefinedTableError(), None),
        (KeyError("x"), None),
    ],
)
def test_outages_are_told_from_faults(exception: Exception, code: RequestCode | None) -> None:
    assert outage_of(exception) is code
