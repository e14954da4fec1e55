"""The request id goes through answer, log and masked errors; each operation leaves one line."""

import re

import httpx
import pytest
import structlog

from server.metrics import Metrics
from server.settings import Settings
from server.wire.http.request_log import OperationRecord
from tests.log_lines import coming_lines
from tests.server_process import ServerProcess


async def test_a_request_id_of_the_client_is_kept(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz", headers={"X-Request-ID": "front-end.42:a_b"})
    assert response.headers["x-request-id"] == "front-end.42:a_b"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", "<script>", "ä"])
async def test_an_unfit_request_id_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    response = await client.get("/nowhere", headers=[(b"X-Request-ID", given.encode())])
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])


async def test_an_operation_leaves_one_line(server: ServerProcess, client: httpx.AsyncClient) -> None:
    body = {"query": "query Shelf { parts(first: 2) { nodes { key } } }"}
    await client.post("/graphql", json=body, headers={"X-Request-ID": "log-test-1"})
    (line,) = await coming_lines(server, event="operation", request_id="log-test-1")
    expected = {"operation_name": "Shelf", "operation_type": "query", "actor": "local", "outcome": "OK", "cost": 13}
    assert {name: line[name] for name in expected} == expected
    assert line["statements"] >= 1
    assert line["duration_ms"] > 0


async def test_a_refused_request_leaves_one_line_with_its_code(
    server: ServerProcess, client: httpx.AsyncClient
) -> None:
    await client.post("/graphql", json={"query": "{"}, headers={"X-Request-ID": "log-test-2"})
    (line,) = await coming_lines(server, event="operation", request_id="log-test-2")
    assert line["outcome"] == "GRAPHQL_PARSE_FAILED"
    assert line["level"] == "info"


async def test_a_refused_mutation_is_not_logged_as_ok(server: ServerProcess, client: httpx.AsyncClient) -> None:
    query = """
    mutation {
      none: deleteBox(input: {number: 1}) { __typename }
      made: createPartType(input: {name: "resistor"}) { __typename }
      again: createPartType(input: {name: "resistor"}) { __typename }
    }
    """
    await client.post("/graphql", json={"query": query}, headers={"X-Request-ID": "log-test-3"})
    (line,) = await coming_lines(server, event="operation", request_id="log-test-3")
    assert (line["outcome"], line["refusals"]) == ("REFUSED", ["NOT_FOUND", "ALREADY_EXISTS"])


def test_the_refusals_of_one_line_are_bounded() -> None:
    record = OperationRecord(Settings(), Metrics().requests)
    record.refusals = ["NOT_FOUND"] * 1_000
    with structlog.testing.capture_logs() as lines:
        record.write()
    assert lines[0]["refusals"] == ["NOT_FOUND"] * 20
