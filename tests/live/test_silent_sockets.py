"""A client that answers no ping is let go, and counted."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import connect
from tests.live.sockets import acknowledged, until
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched

DROPPED = "partsgraph_subscribers_dropped_total"


@pytest.fixture
async def pinging_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A second server on the stores of the first, which pings often."""
    async with watched(await shared_servers.with_settings({"PARTSGRAPH_SOCKET_PING_SECONDS": "1"})) as server:
        yield server


async def test_a_client_that_answers_no_ping_is_let_go_and_the_others_stay(pinging_server: ServerProcess) -> None:
    async with connect(pinging_server) as client, acknowledged(pinging_server) as talking:
        before = await _dropped(client)
        # A bare connection, whose other end sends the handshake and then nothing, whatever it is sent.
        reader, writer = await asyncio.open_connection("127.0.0.1", pinging_server.port)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        writer.write(
            f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{pinging_server.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

        async def is_counted() -> bool:
            return await _dropped(client) == before | {"not_answering": before["not_answering"] + 1}

        await until(is_counted)
        assert b"keepalive" in await reader.read()
        writer.close()
        await talking.send(type="ping")
        assert await talking.receive() == {"type": "pong"}


async def _dropped(client: httpx.AsyncClient) -> dict[str, float]:
    told = await scrape(client)
    reasons = ("queue_full", "not_reading", "not_answering")
    assert {sample.labels["reason"] for sample in told.samples if sample.name == DROPPED} == set(reasons)
    return {reason: told.value(DROPPED, reason=reason) for reason in reasons}
