"""Who may connect and subscribe where tokens exist, and how a connection ends with its token."""

import asyncio
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.graphql_client import Json
from tests.live.sockets import STOCK_CHANGES, acknowledged, open_socket
from tests.live.streams import events, read_events
from tests.metrics.scrape import scrape
from tests.waiting import patience
from tests.wire.conftest import GuardedServer, make_token, run_sql, until_asked_again

AUTHENTICATIONS = "partsgraph_authentications_total"
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
        await until_asked_again(guarded_server.process)
        # It may have ended by itself.
        with suppress(ConnectionClosed):
            await socket.send(id="2", type="subscribe", payload={"query": STOCK_CHANGES})
        code, _ = await socket.closed()
    assert code == 4403


@pytest.mark.parametrize("is_subscribed", [False, True])
async def test_an_idle_connection_ends_when_its_token_is_revoked_and_the_others_stay(
    guarded_server: GuardedServer, is_subscribed: bool
) -> None:
    process, name = guarded_server.process, f"idle {is_subscribed}"
    leaving = {"Authorization": f"Bearer {await make_token(process, 'VIEWER', name)}"}
    staying = {"Authorization": f"Bearer {guarded_server.tokens['VIEWER']}"}
    async with acknowledged(process, leaving) as idle, acknowledged(process, staying) as other:
        if is_subscribed:
            await idle.subscribe()
        await run_sql(process, "UPDATE api_tokens SET revoked_at = now() WHERE name = $1", name)
        code, reason = await idle.closed()
        assert (code, "revoked" in reason) == (4403, True)
        await other.send(type="ping")
        assert await other.receive() == {"type": "pong"}


async def test_an_idle_stream_of_events_ends_when_its_token_is_revoked(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    token = await make_token(guarded_server.process, "VIEWER", "idle stream")
    guarded_client.headers.update({"Authorization": f"Bearer {token}"})
    async with events(guarded_client, STOCK_CHANGES) as stream:
        await run_sql(guarded_server.process, "UPDATE api_tokens SET revoked_at = now() WHERE name = 'idle stream'")
        async with asyncio.timeout(patience(60)):
            last, complete = [event async for event in stream]
    assert last["data"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert complete == {"event": "complete", "data": None}


async def test_a_connection_whose_token_is_revoked_is_sent_no_event_any_more(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    editor = guarded_server.headers("EDITOR")
    key = await _stocked_part(guarded_client, 31, guarded_server)
    token = await make_token(guarded_server.process, "VIEWER", "watching")
    async with acknowledged(guarded_server.process, {"Authorization": f"Bearer {token}"}) as socket:
        await socket.subscribe(variables={"partKey": key})
        before = (await scrape(guarded_client, **guarded_server.headers("VIEWER"))).by(AUTHENTICATIONS, "outcome")
        await _receive(guarded_client, key, "31-1", editor)
        assert (await socket.change())["change"]["delta"] == 1
        after = (await scrape(guarded_client, **guarded_server.headers("VIEWER"))).by(AUTHENTICATIONS, "outcome")
        # The mutation and one scrape were recognised; sending an event is no request.
        assert after["accepted"] - before["accepted"] == 2
        await run_sql(guarded_server.process, "UPDATE api_tokens SET revoked_at = now() WHERE name = 'watching'")
        await until_asked_again(guarded_server.process)
        await _receive(guarded_client, key, "31-1", editor)
        code, reason = await socket.closed_without_events()
    assert (code, "revoked" in reason) == (4403, True)


async def test_a_stream_of_events_ends_when_its_token_is_revoked(
    guarded_server: GuardedServer, guarded_client: httpx.AsyncClient
) -> None:
    key = await _stocked_part(guarded_client, 32, guarded_server)
    token = await make_token(guarded_server.process, "VIEWER", "streaming")
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
    body = {"query": STOCK_CHANGES, "variables": {"partKey": key}}
    async with guarded_client.stream("POST", "/graphql", json=body, headers=headers) as response:
        stream = read_events(response)
        await _receive(guarded_client, key, "32-1", guarded_server.headers("EDITOR"))
        assert (await anext(stream))["data"]["data"]["stockChanged"]["partKey"] == key
        await run_sql(guarded_server.process, "UPDATE api_tokens SET revoked_at = now() WHERE name = 'streaming'")
        await until_asked_again(guarded_server.process)
        await _receive(guarded_client, key, "32-1", guarded_server.headers("EDITOR"))
        last, complete = [event async for event in stream]
    assert "data" not in last["data"]
    assert last["data"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert complete == {"event": "complete", "data": None}


async def _stocked_part(client: httpx.AsyncClient, box_number: int, guarded_server: GuardedServer) -> str:
    """The key of a new part; a box of this number is there."""
    admin = guarded_server.headers("ADMIN")
    box = {"input": {"number": box_number, "description": "Box", "capacity": 1}}
    await _done(client, "createBox", box, admin)
    made = await _done(client, "createPart", {"input": {"description": "Fuse"}}, admin, "part { key }")
    key: str = made["part"]["key"]
    return key


async def _receive(client: httpx.AsyncClient, key: str, location: str, headers: dict[str, str]) -> None:
    given_input = {"partKey": key, "location": location, "quantity": 1}
    await _done(client, "receiveStock", {"input": given_input}, headers)


async def _done(
    client: httpx.AsyncClient, name: str, variables: Json, headers: dict[str, str], shown: str = ""
) -> Json:
    kind = name[0].upper() + name[1:]
    query = f"""mutation ($input: {kind}Input!) {{
      {name}(input: $input) {{ __typename ... on {kind}Success {{ {shown or "__typename"} }} }}
    }}"""
    answer = await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    done: Json = answer.json()["data"][name]
    assert done["__typename"] == f"{kind}Success", answer.text
    return done
