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
    read: Callable[[], Awaitable[Any]],
    holds: Callable[[Any], bool] = bool,
    patience_seconds: float = 60,
    *,
    whatever_is_chosen: bool = False,
) -> Any:
    """What is read, once it is as wanted. Raises AssertionError when it is not within seconds.

    What is made before the tests, and fails none of them when it does not come, is waited for `whatever_is_chosen`.
    """
    found = None
    try:
        async with asyncio.timeout(patience_seconds if whatever_is_chosen else patience(patience_seconds)):
            while not holds(found := await read()):  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(0.03)
    except TimeoutError as error:
        raise AssertionError(found) from error
    return found
