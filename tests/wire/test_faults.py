"""Faults are masked and logged whole once; outages and deadlines are typed; clients that leave stop their queries."""

import asyncio
import json
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from domain.errors import FileStoreError
from domain.ports.unit_of_work import RepeatWork
from graph.execution.refusals import RequestCode
from persistence.faults import StoreNotBelieved
from server.wire.outages import outage_of
from tests.conftest import connect
from tests.factories import Workshop
from tests.locks import held, rivals_waiting
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched
from tests.waiting import until

PARTS = {"query": "{ parts { nodes { key } } }"}
# What asks about the schema as well is executed field by field, through the data loaders.
BY_A_LOADER = {"query": '{ __schema { queryType { name } } part(key: "ABCD") { key } }'}


TWO_THAT_SHARE_A_LOAD = {
    "query": """{
  __schema { queryType { name } }
  failing: parts { nodes { parameters { name } stock { quantity } } }
  whole: parts { nodes { stock { quantity } } }
}"""
}


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


@pytest.fixture
async def patient_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A server that ends nothing because it takes long."""
    settings = {"PARTSGRAPH_STATEMENT_TIMEOUT_SECONDS": "600", "PARTSGRAPH_REQUEST_TIMEOUT_SECONDS": "600"}
    async with watched(await shared_servers.with_settings(settings)) as server:
        yield server


def sent_to(server: ServerProcess, body: dict[str, str]) -> socket.socket:
    """A client that has asked this and takes no answer."""
    content = json.dumps(body).encode()
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(f"{head}{len(content)}\r\n\r\n".encode() + content)
    return connection


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


@pytest.mark.provokes_faults
async def test_a_field_that_fails_takes_nothing_from_those_that_wait_for_the_same_load(
    server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.part()
    async with renamed(server, "part_parameters"):
        async with held(database_connection, "LOCK TABLE stock IN ACCESS EXCLUSIVE MODE"):
            asking = asyncio.ensure_future(client.post("/graphql", json=TWO_THAT_SHARE_A_LOAD))
            # One of the two fails meanwhile, and its stock is wanted no more.
            await rivals_waiting(database_connection, 1, rivals=[asking])
        answer = (await asking).json()
    assert answer["data"]["failing"] is None
    assert answer["data"]["whole"] == {"nodes": [{"stock": []}]}
    assert [error["path"] for error in answer["errors"]] == [["failing", "nodes", 0, "parameters"]]
    assert len(server.new_error_lines()) == 1


@pytest.mark.parametrize("body", [PARTS, BY_A_LOADER], ids=["by a reader", "by a loader"])
async def test_at_the_deadline_the_statement_is_cancelled(
    hasty_server: ServerProcess, parts_locked: asyncpg.Connection, body: dict[str, str]
) -> None:
    async with connect(hasty_server) as client:
        response = await client.post("/graphql", json=body)
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "TIMEOUT"}
    await rivals_waiting(parts_locked, 0)


async def test_a_query_whose_client_goes_away_is_cancelled(
    patient_server: ServerProcess, parts_locked: asyncpg.Connection
) -> None:
    with sent_to(patient_server, PARTS):
        await rivals_waiting(parts_locked, 1)
    await rivals_waiting(parts_locked, 0)


async def test_a_mutation_whose_client_goes_away_is_carried_out(
    patient_server: ServerProcess, database_connection: asyncpg.Connection
) -> None:
    mutation = 'mutation { createBox(input: {description: "left", capacity: 2}) { __typename } }'
    async with database_connection.transaction():
        await database_connection.execute("LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE")
        with sent_to(patient_server, {"query": "{ boxes { nodes { number } } }"}):
            await rivals_waiting(database_connection, 1)
            with sent_to(patient_server, {"query": mutation}):
                await rivals_waiting(database_connection, 2)
        # The client of the mutation left first: when the query is cancelled, the mutation would be too.
        await rivals_waiting(database_connection, 1)

    async def are_made() -> list[str]:
        return [row[0] for row in await database_connection.fetch("SELECT description FROM boxes")]

    assert await until(are_made) == ["left"]


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
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 403}}, "PutObject"), RequestCode.UNAVAILABLE),
        (ClientError({"Error": {"Code": "NoSuchBucket"}}, "PutObject"), RequestCode.UNAVAILABLE),
        (ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject"), None),
        (StoreNotBelieved("half of it"), RequestCode.UNAVAILABLE),
        (FileStoreError("refused"), RequestCode.UNAVAILABLE),
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
