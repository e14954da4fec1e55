"""Runs beside the requests for as long as the application is open: looks at the event loop, and shares gauges."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from server.metrics.metrics import Metrics
from server.process.readiness import Readiness

_SHARE_SECONDS = 1.0


@asynccontextmanager
async def watching(metrics: Metrics, readiness: Readiness) -> AsyncIterator[None]:
    """Watch while the block runs. A single process sets its gauges when it is asked; one of several does it each
    second, since another one may be asked."""
    tasks = [asyncio.create_task(metrics.process.watch_event_loop())]
    if metrics.is_shared:
        tasks.append(asyncio.create_task(_share(metrics, readiness)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _share(metrics: Metrics, readiness: Readiness) -> None:
    while True:
        # Whoever is asked for the figures shows what this process found last, so it has to be found lately.
        await readiness.findings()
        metrics.refresh()
        await asyncio.sleep(_SHARE_SECONDS)
