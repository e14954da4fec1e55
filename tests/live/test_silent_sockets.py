"""A client that answers no ping is let go, and counted."""

import asyncio
import base64
import secrets

import httpx
from websockets.exceptions import ConnectionClosed

from tests.conftest import connect
from tests.live.sockets import acknowledged
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched
from tests.waiting import until

DROPPED = "partsgraph_subscribers_dropped_total"


async def test_a_client_that_answers_no_ping_is_let_go_and_the_others_stay(shared_servers: SharedServers) -> None:
    # On a machine so busy that even an honest client answers too late, it may answer later.
    for ping_seconds in ("1", "4", "16"):
        async with watched(
            await shared_servers.with_settings({"PARTSGRAPH_SOCKET_PING_SECONDS": ping_seconds})
        ) as server:
            if await _others_stay_while_the_silent_one_is_let_go(server):
                return
    raise AssertionError("a client that answers pings was let go each time")


async def _others_stay_while_the_silent_one_is_let_go(server: ServerProcess) -> bool:
    """Tell whether the client that answers stayed; the silent one has to be let go and counted in any case."""
    async with connect(server) as client, acknowledged(server) as talking:
        before = await _dropped(client)
        # A bare connection, whose other end sends the handshake and then nothing, whatever it is sent.
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        writer.write(
            f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        assert b"keepalive" in await reader.read()
        writer.close()
        await until(lambda: _dropped(client), lambda now: now["not_answering"] > before["not_answering"])
        try:
            await talking.send(type="ping")
            answer = await talking.receive()
        except ConnectionClosed:
            return False
        assert answer == {"type": "pong"}
        # It alone was let go: whoever is, is counted before its connection is closed.
        assert await _dropped(client) == before | {"not_answering": before["not_answering"] + 1}
        return True


async def _dropped(client: httpx.AsyncClient) -> dict[str, float]:
    told = await scrape(client)
    reasons = ("queue_full", "not_reading", "not_answering")
    assert {sample.labels["reason"] for sample in told.samples if sample.name == DROPPED} == set(reasons)
    return {reason: told.value(DROPPED, reason=reason) for reason in reasons}
