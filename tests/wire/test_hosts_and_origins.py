"""Which Host headers are answered to, and which origins' pages may call from a browser."""

import socket

import httpx
import pytest

from tests.server_process import ServerProcess
from tests.wire.conftest import FRONT_END, GuardedServer, code_of

QUERY = {"query": "{ __typename }"}


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:9", "[::1]", "[::1]:8000"]
)
async def test_an_open_server_answers_to_the_names_of_this_machine(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.post("/graphql", json=QUERY, headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("path", ["/graphql", "/", "/explorer/assets/x.js", "/nowhere"])
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:80:80",
        "localhost@evil.example",
        "[::1]evil.example",
        "[::1",
        "0.0.0.0",
        "127.0.0.2",
        "",
    ],
)
async def test_an_open_server_refuses_every_other_host(client: httpx.AsyncClient, path: str, host: str) -> None:
    response = await client.get(path, params=QUERY, headers={"Host": host})
    assert response.status_code == 421
    assert code_of(response) == "HOST_NOT_ALLOWED"


async def test_two_host_headers_are_refused(server: ServerProcess) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(
            b"GET /graphql HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
        )
        answer = connection.recv(65_536)
    assert answer.split(b" ")[1] in {b"400", b"421"}


async def test_a_server_with_tokens_answers_to_any_host(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    headers = {"Host": "parts.example", **guarded_server.headers("VIEWER")}
    assert (await guarded_client.post("/graphql", json=QUERY, headers=headers)).status_code == 200


async def test_no_origin_is_allowed_by_default(client: httpx.AsyncClient) -> None:
    response = await client.options("/graphql", headers={"Origin": FRONT_END, "Access-Control-Request-Method": "POST"})
    assert response.status_code == 403
    assert code_of(response) == "ORIGIN_NOT_ALLOWED"
    response = await client.post("/graphql", json=QUERY, headers={"Origin": FRONT_END})
    assert "access-control-allow-origin" not in response.headers


async def test_a_front_end_on_another_port_may_call_when_it_is_named(tuned_client: httpx.AsyncClient) -> None:
    preflight = await tuned_client.options(
        "/graphql",
        headers={
            "Origin": FRONT_END,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,graphql-require-preflight",
        },
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == FRONT_END
    assert "POST" in preflight.headers["access-control-allow-methods"]
    allowed = {word.strip() for word in preflight.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "graphql-require-preflight"} <= allowed
    response = await tuned_client.post("/graphql", json=QUERY, headers={"Origin": FRONT_END})
    assert response.headers["access-control-allow-origin"] == FRONT_END
    assert {word.strip() for word in response.headers["vary"].split(",")} == {"Accept", "Accept-Encoding", "Origin"}


@pytest.mark.parametrize(
    "name",
    [
        *("authorization", "content-encoding", "content-type", "graphql-require-preflight", "last-event-id", "range"),
        "x-request-id",
        *("apollo-require-preflight", "apollographql-client-name", "apollographql-client-version"),
        *("traceparent", "tracestate", "baggage", "sentry-trace"),
        *("X-Workshop", "X-Bench"),
    ],
)
async def test_a_front_end_may_send_what_its_libraries_add_and_what_the_settings_name(
    tuned_client: httpx.AsyncClient, name: str
) -> None:
    headers = {
        "Origin": FRONT_END,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": name,
    }
    preflight = await tuned_client.options("/graphql", headers=headers)
    assert name in preflight.headers["access-control-allow-headers"].split(", ")


async def test_a_front_end_reads_of_a_file_what_a_reader_of_parts_needs(tuned_client: httpx.AsyncClient) -> None:
    response = await tuned_client.get("/files/none", headers={"Origin": FRONT_END, "Range": "bytes=0-9"})
    exposed = set(response.headers["access-control-expose-headers"].split(", "))
    assert exposed >= {"accept-ranges", "content-range", "content-length", "content-disposition", "etag"}
    assert exposed >= {"x-request-id", "retry-after"}


async def test_errors_are_readable_for_the_front_end_too(tuned_client: httpx.AsyncClient) -> None:
    for path in ("/graphql", "/nowhere"):
        response = await tuned_client.post(path, content=b"{", headers={"Origin": FRONT_END})
        assert response.status_code >= 400
        assert response.headers["access-control-allow-origin"] == FRONT_END


@pytest.mark.parametrize(
    "origin", ["http://localhost:5174", "https://localhost:5173", "null", "http://localhost:5173.x"]
)
async def test_other_origins_are_refused(tuned_client: httpx.AsyncClient, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    response = await tuned_client.options("/graphql", headers=headers)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers
    assert response.headers["vary"] == "Accept, Accept-Encoding, Origin"
