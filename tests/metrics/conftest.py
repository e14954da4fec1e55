"""A server whose inventory figures are never kept and whose names are few."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import connect
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched


@pytest.fixture(scope="module")
async def inventory_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A second server on the stores of the first."""
    settings = {"PARTSGRAPH_METRICS_CACHE_SECONDS": "0", "PARTSGRAPH_METRICS_OPERATION_NAMES": "5"}
    async with watched(await shared_servers.with_settings(settings)) as server:
        yield server


@pytest.fixture
async def inventory_client(inventory_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to it."""
    async with connect(inventory_server) as connected:
        yield connected
