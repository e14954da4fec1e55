"""Kill -9 of the server, of PostgreSQL and of the object store while clients write; then the books are audited."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

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

KILLS = max(1, round(20 * SCALE))
_AT_MOST_SECONDS = 1800.0


@pytest.fixture
def server_to_kill() -> Iterator[ServerProcess]:
    """A server of its own; what it logs while its stores are killed is not looked at."""
    server = ServerProcess()
    try:
        server.start()
        yield server
        assert server.stop() == 0
    finally:
        server.remove()


def _kill(server: ServerProcess, victim: str) -> None:
    if victim == "server":
        server.kill()
        return
    embedded = server.embedded
    os.kill({"database": embedded.postgres_pid, "object store": embedded.object_store_pid}[victim], signal.SIGKILL)


def _bring_back(server: ServerProcess) -> None:
    """Start again, after ending a server that lived on without its store."""
    if server.process.poll() is None:
        try:
            server.stop(patience_seconds=30)
        except subprocess.TimeoutExpired:
            pytest.fail(f"the server did not stop after its store was killed:\n{server.log_tail()}")
    server.start()


@pytest.mark.parametrize("victim", ["server", "database", "object store"])
async def test_every_acknowledged_operation_is_there_once_after_kills(
    server_to_kill: ServerProcess, victim: str, tmp_path: Path, counted: Counted
) -> None:
    await furnish(server_to_kill)
    load = RunningLoad([server_to_kill], clients=20, seconds=_AT_MOST_SECONDS, directory=tmp_path)
    try:
        for _ in range(KILLS):
            await more_is_written(server_to_kill)
            _kill(server_to_kill, victim)
            counted(**{f"kills of the {victim}": 1})
            _bring_back(server_to_kill)
        await more_is_written(server_to_kill)
        assert load.is_running
        journal = load.finish()
    finally:
        load.end()
    assert len(journal) > 30 * KILLS
    await assert_tables_agree(server_to_kill, journal)
    assert_check_is_clean(server_to_kill)
    counted(acknowledged_operations=applied(journal), audits=1)
