"""Fifty clients on two server processes, the same parts, mixed operations; then the books are audited.

Rules: docs/domain.md#no-oversell, #sums.
"""

from pathlib import Path

import asyncpg
import pytest

from tests.server_process import ServerProcess
from tests.torture.conftest import Counted
from tests.torture.ledger_audit import (
    SCALE,
    RunningLoad,
    applied,
    assert_check_is_clean,
    assert_tables_agree,
    furnish,
    more_is_written,
)

pytestmark = pytest.mark.torture


async def test_a_load_on_two_processes_loses_nothing_and_meets_no_deadlock(
    two_fresh_servers: tuple[ServerProcess, ServerProcess], tmp_path: Path, counted: Counted
) -> None:
    first, _ = two_fresh_servers
    await furnish(first)
    load = RunningLoad(two_fresh_servers, "--unforgiving", clients=50, seconds=60 * SCALE, directory=tmp_path)
    try:
        journal = load.journal(60 * SCALE + 120)
    finally:
        load.end()
    assert len(journal) > 100
    await assert_tables_agree(first, journal)
    assert_check_is_clean(first)
    connection = await asyncpg.connect(first.database_url)
    deadlocks = await connection.fetchval("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    await connection.close()
    assert deadlocks == 0
    counted(acknowledged_operations=applied(journal), audits=1)


async def test_a_rolling_restart_of_two_processes_loses_nothing(
    two_fresh_servers: tuple[ServerProcess, ServerProcess], tmp_path: Path, counted: Counted
) -> None:
    first, second = two_fresh_servers
    await furnish(first)
    load = RunningLoad(two_fresh_servers, clients=10, seconds=1800, directory=tmp_path)
    try:
        # The second one goes and comes; the first one keeps the embedded database and stays.
        for _ in range(max(2, round(20 * SCALE))):
            await more_is_written(first)
            assert second.stop(patience_seconds=15) == 0
            second.start()
            counted(restarts=1)
        journal = load.finish()
    finally:
        load.end()
    await assert_tables_agree(first, journal)
    assert_check_is_clean(first)
    counted(acknowledged_operations=applied(journal), audits=1)
