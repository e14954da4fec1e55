"""Waits for what another process does: looks again and again, for so long at most."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any


async def until(
    read: Callable[[], Awaitable[Any]], holds: Callable[[Any], bool] = bool, patience_seconds: float = 60
) -> Any:
    """What is read, once it is as wanted. Raises AssertionError when it is not within seconds."""
    end = time.monotonic() + patience_seconds
    while True:
        found = await read()
        if holds(found):
            return found
        assert time.monotonic() < end, found
        await asyncio.sleep(0.03)
