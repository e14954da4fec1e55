"""Who may connect and subscribe where tokens exist, and how a connection ends with its token."""

import asyncio

import httpx
import pytest

from tests.live.sockets import STOCK_CHANGES, acknowledged, open_socket
from tests.wire.conftest import GuardedServer, make_token, run_sql

VIEWER_QUERY = "{ viewer { name role } }"
CREATE_TYPE = 'mutation { createPartType(input: { name: "Relay" }) { __typename } }'


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_a_token_in_connection_init_names_the_actor(guarded_server: GuardedServer, name: str) -> None:
    payload = {name: f"Bearer {guarded_server.tokens['VIEWER']}"}
    async with acknowledged(guarded_server.process, payload) as socket:
        await socket.subscribe()
        await socket.send(id="2", type="subscribe", payload={"query": VIEWER_QUERY})
        answer = await socket.receive()
    assert answer["payload"]["data"] == {"viewer": {"name": "viewer", "role": "VIEWER"}}


async def test_a_token_in_the_header_of_the_handshake_names_the_actor(guarded_server: GuardedServer) -> None:
    headers = guarded_server.headers("EDITOR")
    async with acknowledged(guarded_server.process, additional_headers=headers) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": VIEWER_QUERY})
        answer = await socket.receive()
    assert answer["payload"]["data"]["viewer"]["role"] == "EDITOR"


@pytest.mark.parametrize("payload", [{}, {"Authorization": "Bearer pg_unknown"}, {"Authorization": 1}, {"token": "x"}])
async def test_without_a_valid_token_the_connection_closes_with_4403(
    guarded_server: GuardedServer, payload: dict[str, object]
) -> None:
    async with open_socket(guarded_server.process) as socket:
        await socket.send(type="connection_init", payload=payload)
        code, reason = await socket.closed()
    assert code == 4403
    assert "token" in reason


async def test_rights_hold_over_a_socket(guarded_server: GuardedServer) -> None:
    payload = {"Authorization": f"Bearer {guarded_server.tokens['EDITOR']}"}
    async with acknowledged(guarded_server.process, payload) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": CREATE_TYPE})
        refused = await socket.receive()
    assert refused["type"] == "error"
    assert refused["payload"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_stream_of_events_needs_a_token_too(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    body, accept = {"query": STOCK_CHANGES}, {"Accept": "text/event-stream"}
    assert (await guarded_client.post("/graphql", json=body, headers=accept)).status_code == 401
    headers = accept | guarded_server.headers("VIEWER")
    async with guarded_client.stream("POST", "/graphql", json=body, headers=headers) as response:
        assert response.status_code == 200


async def test_a_connection_ends_when_its_token_is_revoked(guarded_server: GuardedServer) -> None:
    token = await make_token(guarded_server.process, "VIEWER", "leaving")
    async with acknowledged(guarded_server.process, {"Authorization": f"Bearer {token}"}) as socket:
        await socket.subscribe()
        await run_sql(guarded_server.process, "UPDATE api_tokens SET revoked_at = now() WHERE name = 'leaving'")
        # A look-up is kept for two seconds.
        await asyncio.sleep(2.1)
        await socket.send(id="2", type="subscribe", payload={"query": STOCK_CHANGES})
        code, _ = await socket.closed()
    assert code == 4403
