"""Repeats what may be repeated without harm when the connection it ran on broke, with pauses that grow."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

P = ParamSpec("P")
T = TypeVar("T")

DATABASE_FAULTS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""All that is raised where the database refuses, breaks off, or cannot be reached; asyncpg raises the third when a
connection breaks while it is between two messages."""

_BROKEN = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    ConnectionResetError,
    BrokenPipeError,
)


def connection_broke(error: BaseException) -> bool:
    """Whether the connection was lost while it was used; a database that cannot be reached at all is another thing."""
    if isinstance(error, asyncpg.InterfaceError):
        # asyncpg has no class of its own for a connection that is found closed.
        return "closed" in str(error) or "closing" in str(error)
    if isinstance(error, asyncpg.InternalClientError):
        # The server said its last words to an idle connection and is about to close it. asyncpg 0.32 then refuses a
        # statement, which it has not sent, as if another were running; 2 is its state of consuming an error.
        return "another operation (2) is in progress" in str(error)
    return isinstance(error, _BROKEN)


async def again_when_broken(act: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `act` up to three times, as long as its connection breaks; its last exception is raised."""
    attempts = AsyncRetrying(
        stop=stop_after_attempt(3),
        wait=wait_random_exponential(multiplier=0.05, max=0.5),
        retry=retry_if_exception(connection_broke),
        reraise=True,
    )
    result: T = await attempts(act, *args, **kwargs)
    return result
