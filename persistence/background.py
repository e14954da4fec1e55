"""Work that goes on in the background for as long as a block runs, and work that is done side by side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def in_background(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do the work while the block runs. At its end the work is cancelled and waited for.

    What it raises is told to nobody: it has to bear its faults itself.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def side_by_side(works: Iterable[Callable[[], Awaitable[None]]], most: int) -> None:
    """Do all of it, at most so many at a time. The first that fails ends the others, and what it raises is raised."""
    left = iter(works)

    async def take() -> None:
        for work in left:
            await work()

    tasks = [asyncio.create_task(take()) for _ in range(most)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
