"""Waits for what another process does: looks again and again, for so long at most."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

CHOICE = "TEST_PATIENCE_SECONDS"
"""The variable that names the longest wait. Tests that are meant to fail are told so soon; others are let take long."""


def patience(seconds: float) -> float:
    """So many seconds, or fewer when the environment says so."""
    return min(seconds, float(os.environ.get(CHOICE, seconds)))


async def until(
    read: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool] = bool, patience_seconds: float = 60
) -> Any:
    """What is read, once it is as wanted. Raises AssertionError when it is not within seconds."""
    found = None
    try:
        async with asyncio.timeout(patience(patience_seconds)):
            while not holds(found := await read()):  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(0.03)
    except TimeoutError as error:
        raise AssertionError(found) from error
    return found
