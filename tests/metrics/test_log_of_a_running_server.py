"""What stands in the log of a running server: who asked what and what it took, and nothing that must not."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from tests.conftest import connect
from tests.factories import Workshop
from tests.graphql_client import post
from tests.locks import rivals_waiting
from tests.log_lines import coming_lines, lines_of
from tests.metrics.commits import at_commit
from tests.metrics.scrape import scrape
from tests.metrics.waits import until_waited_for
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched
from tests.waiting import until

_SECRET = "pg_" + "s3cr3tT0ken" * 4


@pytest.fixture(scope="module")
async def slow_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A server on the stores of the first to which nearly everything is slow."""
    thresholds = {
        "PARTSGRAPH_SLOW_OPERATION_SECONDS": "0.4",
        "PARTSGRAPH_SLOW_STATEMENT_SECONDS": "0.3",
    }
    async with watched(await shared_servers.with_settings(thresholds)) as server:
        yield server


async def test_a_line_tells_request_actor_operation_and_duration(
    server: ServerProcess, client: httpx.AsyncClient
) -> None:
    await client.post("/graphql", json={"query": "query Logged { __typename }"}, headers={"x-request-id": "logged-1"})
    (line,) = await coming_lines(server, request_id="logged-1")
    assert (line["actor"], line["operation_name"], line["operation_type"]) == ("local", "Logged", "query")
    assert line["duration_ms"] > 0


async def test_a_slow_operation_and_its_slow_statement_are_logged_with_the_name_of_the_document(
    slow_server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box()
    # A key that is drawn may be a word of SQL.
    key = await workshop.stocked(10, key="QZXJ")
    document = (
        'mutation Waited { useStock(input: {partKey: "KEY", location: "1-1", quantity: 1, reason: "typed by ada"}) '
        "{ __typename } }"
    ).replace("KEY", key)
    counted = {"slow_operation": "operation", "slow_statement": "statement"}

    async def told_and_logged() -> tuple[dict[str, float], dict[str, int]]:
        told = await scrape(client)
        figures = {event: told.value("partsgraph_slow_total", what=what) for event, what in counted.items()}
        return figures, {event: len(lines_of(slow_server, event=event)) for event in counted}

    async with connect(slow_server) as client:
        # On a busy machine more is slow than what is held up here; what is told is what is logged.
        before, _ = await until(told_and_logged, lambda found: found[0] == found[1])
        lock = database_connection.transaction()
        await lock.start()
        await database_connection.execute("SELECT FROM parts WHERE key = $1 FOR UPDATE", key)
        waiting = asyncio.create_task(post(client, document))
        await rivals_waiting(database_connection, 1)
        await until_waited_for(database_connection, seconds=0.6)
        await lock.rollback()
        assert (await waiting).status_code == 200
        after, _ = await until(told_and_logged, lambda found: found[0] == found[1])
    (operation,) = await coming_lines(slow_server, event="slow_operation", operation_name="Waited")
    assert (operation["level"], operation["actor"], operation["outcome"]) == ("warning", "local", "OK")
    assert operation["duration_ms"] >= 400
    (statement,) = [
        line
        for line in await coming_lines(slow_server, event="slow_statement", operation_name="Waited")
        if "FOR NO KEY UPDATE" in line["statement"]
    ]
    assert statement["document"] == operation["document"]
    assert len(statement["document"]) == 16
    assert statement["request_id"] == operation["request_id"]
    assert key not in statement["statement"]
    assert "typed by ada" not in slow_server.log_path.read_text(encoding="utf-8")
    assert all(after[event] > before[event] for event in counted)


async def test_a_slow_commit_is_a_slow_statement_and_counts_as_none(
    slow_server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box()
    key = await workshop.stocked(10)
    document = 'mutation Kept { useStock(input: {partKey: "KEY", location: "1-1", quantity: 1}) { __typename } }'
    async with connect(slow_server) as client:
        await post(client, document.replace("KEY", key))
        async with at_commit(database_connection, "PERFORM pg_sleep(0.5)"):
            await post(client, document.replace("KEY", key))
    *_, statement = await coming_lines(slow_server, event="slow_statement", operation_name="Kept", statement="COMMIT")
    assert statement["duration_ms"] >= 500
    quick, slow = await coming_lines(slow_server, 2, event="operation", operation_name="Kept")
    assert quick["statements"] == slow["statements"] > 0


async def test_no_token_and_no_password_stands_in_the_log(server: ServerProcess, client: httpx.AsyncClient) -> None:
    await client.post("/graphql", json={"query": "{ a }"}, headers={"authorization": f"Bearer {_SECRET}"})
    await client.get(f"/graphql?token={_SECRET}&query={{a}}", headers={"accept": "application/json"})
    await client.post("/graphql", json={"query": "{ a }", "operationName": _SECRET})
    await client.post(
        "/graphql", json={"query": f"query {_SECRET} {{ __typename }}"}, headers={"x-request-id": "leak-1"}
    )
    await client.get(f"/{_SECRET}")
    assert len(await coming_lines(server, request_id="leak-1")) == 1
    log = server.log_path.read_text(encoding="utf-8")
    assert _SECRET not in log
    assert server.addresses.s3_secret_key not in log


async def test_a_request_id_or_name_cannot_forge_a_line(server: ServerProcess, client: httpx.AsyncClient) -> None:
    forged = '{"event":"operation","actor":"admin","forged":true}'
    body = json.dumps({"query": "query N { __typename }", "operationName": "N\n" + forged}).encode()
    for request_id in (
        b"x\r\n\t" + forged.encode(),
        b"x\n" + forged.encode(),
        b"\x1b[2J",
        "x\u2028y".encode(),
        b"x" * 5_000,
    ):
        head = (
            b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
            b"X-Request-ID: " + request_id + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n"
        )
        await asyncio.to_thread(_send, server.port, head + body)
    # Lines come about in the order of the answers.
    await client.post("/graphql", json={"query": "{ __typename }"}, headers={"x-request-id": "after-the-forged"})
    await coming_lines(server, request_id="after-the-forged")
    log = server.log_path.read_text(encoding="utf-8")
    assert lines_of(server, forged=True) == []
    assert not any(character in log for character in ("\x1b", "\u2028", "\r"))
    assert "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" not in log


async def test_a_name_as_long_as_a_document_is_cut(server: ServerProcess, client: httpx.AsyncClient) -> None:
    query = f"query {'Q' * 90_000} {{ __typename }}"
    await client.post("/graphql", json={"query": query}, headers={"x-request-id": "long-name"})
    (line,) = await coming_lines(server, request_id="long-name")
    assert line["operation_name"] == "Q" * 100 + "…"


def _send(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received
