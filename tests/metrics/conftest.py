"""A server whose inventory figures are never kept and whose names are few."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import connect
from tests.server_process import ServerProcess, settings_for_same_stores


@pytest.fixture(scope="module")
async def inventory_server(server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """A second server on the stores of the first, which leaves jobs to others: it would take and count theirs."""
    settings = {
        "PARTSGRAPH_METRICS_CACHE_SECONDS": "0",
        "PARTSGRAPH_METRICS_OPERATION_NAMES": "5",
        "PARTSGRAPH_JOB_SLOTS": "0",
    }
    process = ServerProcess(settings=settings_for_same_stores(server) | settings)
    try:
        await asyncio.to_thread(process.start)
        yield process
        assert await asyncio.to_thread(process.stop) == 0, process.log_tail()
    finally:
        process.remove()


@pytest.fixture
async def inventory_client(inventory_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to it."""
    async with connect(inventory_server) as connected:
        yield connected
