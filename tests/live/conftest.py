"""A server whose limits on live connections are reached soon."""

from collections.abc import AsyncIterator

import pytest

from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched

FRONT_END = "http://localhost:5173"
NARROW = {
    "PARTSGRAPH_MAX_LIVE_CONNECTIONS": "3",
    "PARTSGRAPH_MAX_MESSAGE_BYTES": "20000",
    "PARTSGRAPH_MAX_OPERATIONS_PER_SOCKET": "2",
    "PARTSGRAPH_SUBSCRIPTION_QUEUE_EVENTS": "20",
    "PARTSGRAPH_SUBSCRIPTION_RESUME_EVENTS": "4",
    "PARTSGRAPH_SUBSCRIPTION_SEND_TIMEOUT_SECONDS": "1",
    "PARTSGRAPH_CORS_ORIGINS": FRONT_END,
}


@pytest.fixture(scope="module")
async def narrow_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """Another server on the stores of the first, with narrow limits."""
    async with watched(await shared_servers.with_settings(NARROW)) as server:
        yield server
