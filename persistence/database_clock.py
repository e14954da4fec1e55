"""What time it is by the database, told without asking it each time.

All servers of an installation share its database and so one clock, whatever theirs say. Between two looks the seconds
are counted by a clock that nobody sets and that goes on while the machine sleeps.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from persistence.background import in_background
from persistence.faults import DATABASE_FAULTS

# macOS has no such clock by this name: its monotonic one goes on while the machine sleeps.
_STEADY: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

_SECONDS_BETWEEN_LOOKS = 30.0
_SECONDS_BETWEEN_GLANCES = 2.0
_LEAP_SECONDS = 2.0
_LONGEST_LOOK_SECONDS = 2.0

_log = structlog.get_logger("partsgraph.clock")


def steady_seconds() -> float:
    """Seconds since some moment, by a clock that nobody sets and that counts sleep."""
    return time.clock_gettime(_STEADY)


class DatabaseClock:
    """Told by `ask` what time it is in the database, in seconds since 1970; `look` comes before the first `seconds`."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[float]],
        steady: Callable[[], float] = steady_seconds,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._ask = ask
        self._steady = steady
        self._wall = wall
        self._ahead: float | None = None
        self._looked_at = 0.0
        self._wall_ahead = 0.0

    def seconds(self) -> float:
        """The time of the database, in seconds since 1970."""
        assert self._ahead is not None, "nobody has looked yet"
        return self._steady() + self._ahead

    async def look(self) -> None:
        """Ask the database. Raises what `ask` raises."""
        began = self._steady()
        told = await self._ask()
        ended = self._steady()
        # An answer that took long says little; the next look is soon enough.
        if self._ahead is None or ended - began <= _LONGEST_LOOK_SECONDS:
            self._ahead = told - (began + ended) / 2
        self._looked_at, self._wall_ahead = ended, self._wall() - ended

    def is_doubtful(self) -> bool:
        """Whether it is time to look: the last look was long ago, or the machine's clock has leapt since, as it does
        where a virtual machine was stopped for a while, in which no clock goes on."""
        now = self._steady()
        leapt = abs(self._wall() - now - self._wall_ahead)
        return now - self._looked_at >= _SECONDS_BETWEEN_LOOKS or leapt >= _LEAP_SECONDS

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Look now, and again while the block runs. Raises what the database raises at the first look."""
        await self.look()
        async with in_background(self._look_again_and_again()):
            yield

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_GLANCES)
            if not self.is_doubtful():
                continue
            try:
                await self.look()
            except DATABASE_FAULTS as exception:
                # It goes on by the last look until the database is back.
                _log.debug("time_of_database_not_told", reason=type(exception).__name__)
