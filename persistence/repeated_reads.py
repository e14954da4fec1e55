"""Repeats a read whose connection broke, on another one, with pauses that grow; a unit of work repeats itself."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from persistence.faults import connection_broke

P = ParamSpec("P")
T = TypeVar("T")


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
