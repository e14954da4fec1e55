"""What the garbage collector of this process looks at, and how often. A full run stops every thread, 0.6 µs an object.

What was loaded at the start is taken out of its sight, and what was made since a few times more, in quiet moments: the
statements, documents and plans of a front end are there for good. What goes without its help goes from there as well.
What would need its help and is in flight in those moments stays, so they are few.

A run over all that is left waits for a quiet moment too. Little is found by it: nearly everything goes when nobody
knows it any more. What is in flight would make it longest just when the server is busiest.
"""

import asyncio
import gc
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from persistence.background import in_background

# One run over 50,000 objects of which many go took 70 ms, and one over what twenty such had left 200 ms: so it looks
# more often, and at less. Runs over all are left to `collect_in_quiet_moments`; the last figure is for a loop that has
# no turn for very long.
_COLLECTED_AFTER = (5_000, 5, 200)
_ALL_AFTER, _ALL_AFTER_AT_THE_LATEST = 20, 100
"""So many runs over what is young come before one over all, in a quiet moment and in any."""

_SETTLED_AFTER_SECONDS = (5.0, 60.0, 600.0)
_LOOK_SECONDS = 1.0
_QUIET = 0.3
"""A second is quiet in which the process took no more than this share of a processor."""


def settle() -> None:
    """What there is now stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


def settling() -> AbstractAsyncContextManager[None]:
    """While the block runs, what is there for good is settled, a few times, and garbage among all objects collected."""
    return in_background(settle_in_quiet_moments(settle), collect_in_quiet_moments())


async def collect_in_quiet_moments(
    processor_seconds: Callable[[], float] = time.process_time, look_seconds: float = _LOOK_SECONDS
) -> None:
    """Look at all objects for garbage, again and again: in a quiet moment when some was made, in any when much was."""
    while True:
        is_quiet = await _quiet(processor_seconds, look_seconds)
        if gc.get_count()[2] > (_ALL_AFTER if is_quiet else _ALL_AFTER_AT_THE_LATEST):
            gc.collect()


async def settle_in_quiet_moments(
    settle: Callable[[], None],
    after_seconds: tuple[float, ...] = _SETTLED_AFTER_SECONDS,
    processor_seconds: Callable[[], float] = time.process_time,
    look_seconds: float = _LOOK_SECONDS,
) -> None:
    """Call `settle` in the first quiet moment after each of these seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for seconds in after_seconds:
        is_quiet = False
        while not is_quiet or loop.time() - began < seconds:
            is_quiet = await _quiet(processor_seconds, look_seconds)
        settle()


async def _quiet(processor_seconds: Callable[[], float], look_seconds: float) -> bool:
    """Whether the next moment was quiet."""
    before = processor_seconds()
    await asyncio.sleep(look_seconds)
    return processor_seconds() - before < _QUIET * look_seconds
