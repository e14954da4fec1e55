"""Each process removes what dead processes left among the temporary files of its machine, at its start and hourly.

That is no job: a job is done once for all machines, and these files lie on each of them.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from persistence.background import in_background
from server.metrics.multiprocess import shared_directory
from server.upkeep.temporary_files import KEPT, remove_old, temporary_root

_EVERY_SECONDS = 60 * 60

_log = structlog.get_logger("partsgraph.cleaning")


@asynccontextmanager
async def cleaning() -> AsyncIterator[None]:
    """Clean now and every hour while the block runs. Raises OperatorError when the directory is somebody else's."""
    temporary_root()
    async with in_background(_clean_hourly()):
        yield


async def _clean_hourly() -> None:
    while True:
        try:
            removed = await asyncio.to_thread(_clean)
        except OSError as error:
            _log.warning("temporary_files_not_removed", reason=str(error))
        else:
            if removed:
                _log.info("temporary_files_removed", entries=removed)
        await asyncio.sleep(_EVERY_SECONDS)


def _clean() -> int:
    figures = shared_directory()
    if figures is not None:
        # It changes only when a worker starts or ends, and must not be taken for one that was left over.
        os.utime(figures)
    return remove_old(KEPT)
