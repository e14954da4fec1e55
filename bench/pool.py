"""What lending a connection costs: our pool beside asyncpg's own, in turns, one reader after another in this process.

    python -m bench.pool

docs/decisions/a-pool-of-our-own.md quotes what it tells. Both run the same statements on the same database with the
same settings of their connections; a connection that is held all the while is the floor.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import uvloop

from bench.workshop import open_workshop
from persistence.connection_pool import ConnectionPool

_PARTS = 1_000
_ROUNDS = 21
_READS_IN_A_TURN = 1_000
_STATEMENTS = {
    "SELECT 1": ("SELECT 1", False),
    "a part by its key": ("SELECT id, key, description FROM parts WHERE key = $1", True),
}
_SIZE = 4

Read = Callable[..., Awaitable[object]]


async def _measure(url: str, key: str) -> list[str]:
    told: list[str] = []
    async with AsyncExitStack() as held:
        ways = await _ways(url, held)
        for name, (sql, has_key) in _STATEMENTS.items():
            values = [key] if has_key else []
            wall: dict[str, list[float]] = {way: [] for way in ways}
            processor: dict[str, list[float]] = {way: [] for way in ways}
            for turn in range(_ROUNDS + 1):
                for way, read in ways.items():
                    began, worked = time.perf_counter(), time.process_time()
                    for _ in range(_READS_IN_A_TURN):
                        await read(sql, *values)
                    # The first turn prepares the statements.
                    if turn > 0:
                        wall[way].append((time.perf_counter() - began) / _READS_IN_A_TURN)
                        processor[way].append((time.process_time() - worked) / _READS_IN_A_TURN)
            told += _told(name, wall, processor)
    return told


async def _ways(url: str, held: AsyncExitStack) -> dict[str, Read]:
    """The ways to run a statement, by name."""
    # Connections that are as ours are: nothing is undone when they come back.
    kept = await held.enter_async_context(asyncpg.create_pool(url, min_size=1, max_size=_SIZE, reset=_kept_as_it_is))
    shipped = await held.enter_async_context(asyncpg.create_pool(url, min_size=1, max_size=_SIZE))
    inner = await asyncpg.create_pool(url, min_size=1, max_size=_SIZE, reset=_kept_as_it_is)
    ours = ConnectionPool(inner, 3)
    held.push_async_callback(ours.close)
    connection = await asyncpg.connect(url)
    held.push_async_callback(connection.close)

    async def by_ours(sql: str, *values: str) -> object:
        return await ours.fetch(sql, values)

    return {
        "held connection": connection.fetch,
        "our pool": by_ours,
        "asyncpg's, nothing reset": kept.fetch,
        "asyncpg's as shipped": shipped.fetch,
    }


async def _kept_as_it_is(_connection: object) -> None:
    """Undo nothing, as persistence.database has it."""


def _told(name: str, wall: dict[str, list[float]], processor: dict[str, list[float]]) -> Iterator[str]:
    yield f"{name}: medians of {_ROUNDS} turns of {_READS_IN_A_TURN:,} reads"
    for way, taken in wall.items():
        ratio = statistics.median(other / own for other, own in zip(taken, wall["our pool"], strict=True))
        took, worked = statistics.median(taken) * 1e6, statistics.median(processor[way]) * 1e6
        yield f"  {way:<26} {took:6.1f} µs, {worked:6.1f} µs of this process; {ratio:.2f} of our pool"


def main() -> int:
    """Generate a workshop, measure, tell."""
    with (
        tempfile.TemporaryDirectory(prefix="partsgraph-pool-") as directory,
        open_workshop(Path(directory), _PARTS) as workshop,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        (row,) = workshop.observer.rows("SELECT key FROM parts ORDER BY key LIMIT 1")
        told = runner.run(_measure(workshop.addresses["PARTSGRAPH_DATABASE_URL"], row["key"]))
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
