"""The benchmark's own look into the database: who works there, what statements touched, which parts to ask for."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psutil
from asyncpg import Record

_BACKENDS = """
SELECT pid FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
   AND backend_type IN ('client backend', 'parallel worker')
"""
_STATEMENTS = """
SELECT coalesce(sum(calls), 0)::bigint AS calls, coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint AS buffers
  FROM pg_stat_statements
 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND query !~ 'pg_stat_|pg_sequence|^(BEGIN|COMMIT|ROLLBACK|RESET|SELECT pg_advisory)'
"""
_SEQUENTIAL_SCANS = """
SELECT coalesce(sum(seq_scan), 0)::bigint FROM pg_stat_user_tables
 WHERE relname IN ('parts', 'stock', 'operations', 'quantity_changes')
"""

_MEMORY_IS_FLAT = """
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET random_page_cost = 1.1', current_database()); END $$
"""


@dataclass(frozen=True, slots=True)
class StatementFigures:
    """What all statements did since `forget_statements`; BEGIN and COMMIT are not counted."""

    calls: int
    buffers: int


class Observer:
    """One connection beside those that are measured. Not asynchronous: nothing else happens while it asks."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(
            asyncpg.connect(url, server_settings={"application_name": "bench-observer"})
        )
        self.rows("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        # Partsgraph sets this for its own connections; here everyone has it.
        self.rows(_MEMORY_IS_FLAT)

    def rows(self, sql: str, *values: Any) -> list[Record]:
        """All rows of a statement."""
        found: list[Record] = self._runner.run(self._connection.fetch(sql, *values))
        return found

    def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row."""
        return self.rows(sql, *values)[0][0]

    def cpu_seconds_by_backend(self) -> dict[int, float]:
        """Processor time so far of every process that serves a client.

        Only one server has requests to answer at a time, so the difference over a round belongs to that one.
        """
        times: dict[int, float] = {}
        for row in self.rows(_BACKENDS):
            with suppress(psutil.NoSuchProcess):
                times[row["pid"]] = _cpu_seconds(row["pid"])
        return times

    def forget_statements(self) -> None:
        """Starts counting statements anew."""
        self.rows("SELECT pg_stat_statements_reset()")

    def statements(self) -> StatementFigures:
        """What statements did since then."""
        row = self.rows(_STATEMENTS)[0]
        return StatementFigures(row["calls"], row["buffers"])

    def sequential_scans(self) -> int:
        """Sequential scans so far over parts, stock and history; up to a second old while backends are busy."""
        return int(self.value(_SEQUENTIAL_SCANS))

    def operations_appended(self) -> int:
        """The number of the last operation; it grows by one with each that is recorded."""
        return int(self.value("SELECT last_value FROM operations_id_seq"))

    def settle(self) -> None:
        """Leaves the database as after a quiet night: no dead rows, fresh statistics, everything written."""
        self.rows("VACUUM (ANALYZE)")
        self.rows("CHECKPOINT")

    def close(self) -> None:
        """Closes the connection."""
        self._runner.run(self._connection.close())
        self._runner.close()


def _cpu_seconds(pid: int) -> float:
    """Linux keeps the time of a thread in nanoseconds too; a backend has one thread and too little time for ticks."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)


def cpu_difference(before: dict[int, float], after: dict[int, float]) -> float:
    """Seconds that backends worked between two looks; one that is new has worked since it began."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())
