"""Tells when a client has subscribed."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.metrics.scrape import scrape
from tests.waiting import until

Subscribed = Callable[[], Awaitable[float]]


@pytest.fixture
async def subscribed(client: httpx.AsyncClient) -> Subscribed:
    """Waits until the server under test has a subscriber; there is none at first."""

    async def subscribers() -> float:
        return (await scrape(client)).value("partsgraph_subscribers")

    async def wait() -> float:
        return float(await until(subscribers, lambda number: number == 1))

    await until(subscribers, lambda number: number == 0)
    return wait
