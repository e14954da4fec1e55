"""The reads that the loaders of an operation have begun, so that they end with it.

aiodataloader reads in tasks of its own. Cancelling an operation cancels who waits for such a task, not the task, whose
statement would then keep its connection until it ends by itself.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")

reads_of_operation: ContextVar[set[asyncio.Task[Any]] | None] = ContextVar("reads_of_operation", default=None)
"""Set while an operation runs; the tasks that it starts inherit it."""


def ending_with_operation(
    read: Callable[[list[K]], Coroutine[Any, Any, list[V]]],
) -> Callable[[list[K]], Coroutine[Any, Any, list[V]]]:
    """The same batch read, known to the operation while it runs."""

    async def known_read(keys: list[K]) -> list[V]:
        reads, task = reads_of_operation.get(), asyncio.current_task()
        if reads is None or task is None:
            return await read(keys)
        reads.add(task)
        try:
            return await read(keys)
        finally:
            reads.discard(task)

    return known_read
