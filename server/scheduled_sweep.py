"""Sweeps the bucket now and then while the server runs: a quarter of an hour after its start, then once a day.

Several servers may sweep one bucket at the same moment; each asks what is named right before it removes a page.
"""

import asyncio
from random import uniform

import structlog

from persistence.sweep import Sweep, SweepStopped
from server.wiring import Application

_FIRST_AFTER_SECONDS = 15 * 60
_BETWEEN_SECONDS = 24 * 60 * 60
_STOP_SECONDS = 5.0

_log = structlog.get_logger(__name__)


def schedule_sweep(application: Application) -> None:
    """Begin to sweep; the server's end stops it, in the middle of a page where need be."""
    task = asyncio.create_task(_sweep_for_ever(Sweep(application.database, application.object_store)))

    async def stop() -> None:
        task.cancel()
        await asyncio.wait({task})

    application.lifecycle.join("sweep", stop, _STOP_SECONDS)


async def _sweep_for_ever(sweep: Sweep) -> None:
    await asyncio.sleep(_FIRST_AFTER_SECONDS * uniform(1, 1.5))
    while True:
        try:
            await sweep.run()
        except SweepStopped as stopped:
            _log.warning("sweep stopped before it removed anything", reason=str(stopped))
        except Exception as error:  # noqa: BLE001 - whatever failed, it is tried again tomorrow
            _log.warning("sweep failed; it is tried again tomorrow", reason=str(error) or type(error).__name__)
        await asyncio.sleep(_BETWEEN_SECONDS)
