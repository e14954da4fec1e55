"""Runs beside the requests for as long as the application is open: looks at the event loop, and shares gauges."""

import asyncio
from contextlib import AbstractAsyncContextManager

from persistence.background import in_background
from server.metrics.metrics import Metrics
from server.process.readiness import Readiness

_SHARE_SECONDS = 1.0


def watching(metrics: Metrics, readiness: Readiness) -> AbstractAsyncContextManager[None]:
    """Watch while the block runs. A single process sets its gauges when it is asked; one of several does it each
    second, since another one may be asked."""
    shared = [_share(metrics, readiness)] if metrics.is_shared else []
    return in_background(metrics.process.watch_event_loop(), *shared)


async def _share(metrics: Metrics, readiness: Readiness) -> None:
    while True:
        # Whoever is asked for the figures shows what this process found last, so it has to be found lately.
        await readiness.findings()
        metrics.refresh()
        await asyncio.sleep(_SHARE_SECONDS)
