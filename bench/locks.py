"""How long useStock holds its locks: the service and the bare transaction in turns, one client, in this process."""

import asyncio
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import uvloop
from asyncpg.connection import LoggedQuery

from bench.results import LockTime
from bench.serving.bare_use import use_stock
from bench.workshop import Workshop
from domain.entities.actor import LOCAL_ACTOR
from domain.entities.ids import PartKey
from domain.entities.location import LocationReference
from server.settings import Settings
from server.wiring import Application, open_application

_USES_IN_A_TURN = 100
_LOCKING = ("FOR KEY SHARE", "FOR NO KEY UPDATE")


class _Stopwatch:
    """Listens to the statements of a connection and keeps the time from the first lock to the end of the commit."""

    def __init__(self) -> None:
        self.statements = 0
        self._seconds: list[float] = []
        self._count = 0
        self._locked_at: float | None = None

    def __call__(self, done: LoggedQuery) -> None:
        # The driver tells of a statement just after its end.
        now = time.perf_counter()
        self._count += 1
        if done.query.startswith("BEGIN"):
            self._count, self._locked_at = 1, None
        elif done.query.startswith("COMMIT") and self._locked_at is not None:
            self._seconds.append(now - self._locked_at)
            self.statements = self._count
        elif self._locked_at is None and any(words in done.query for words in _LOCKING):
            self._locked_at = now - done.elapsed

    async def taken(self) -> list[float]:
        """The times since the last call."""
        await asyncio.sleep(0.01)
        seconds, self._seconds = self._seconds, []
        return seconds


def measure_lock_time(workshop: Workshop, uses: Sequence[Mapping[str, Any]], rounds: int) -> LockTime:
    """Medians over all uses of all rounds; BEGIN and COMMIT count as statements."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(_settings(workshop), cycle([given["input"] for given in uses]), rounds))


async def _measure(settings: Settings, uses: Iterator[Mapping[str, Any]], rounds: int) -> LockTime:
    stopwatch, statements = _Stopwatch(), 0
    ours: list[float] = []
    bare: list[float] = []
    async with open_application(settings) as application:
        async with application.database.writes.lend() as connection:
            connection.add_query_logger(stopwatch)
        for turn in range(rounds + 1):
            for _ in range(_USES_IN_A_TURN):
                await _use_through_service(application, next(uses))
            ours_now, statements = await stopwatch.taken(), stopwatch.statements
            for _ in range(_USES_IN_A_TURN):
                async with application.database.writes.lend() as connection:
                    await use_stock(connection, next(uses))
            bare_now = await stopwatch.taken()
            # The first turn prepares the statements.
            if turn > 0:
                ours += ours_now
                bare += bare_now
    return LockTime(statistics.median(ours) * 1e3, statistics.median(bare) * 1e3, statements)


async def _use_through_service(application: Application, given: Mapping[str, Any]) -> None:
    box_number, _, number = given["location"].partition("-")
    place = LocationReference(int(box_number), int(number))
    await application.services.stock.use(LOCAL_ACTOR, PartKey(given["partKey"]), place, given["quantity"])


def _settings(workshop: Workshop) -> Settings:
    """Those of the workshop, with one connection for writes, so that it is the one that is listened to."""
    addresses: dict[str, Any] = {
        name.removeprefix("PARTSGRAPH_").lower(): value for name, value in workshop.addresses.items()
    }
    return Settings(**addresses, write_pool_size=1, read_pool_size=1)
