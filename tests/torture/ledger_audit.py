"""Starts loads, and compares the tables with the journal of what the clients were told."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import httpx

from tests.factories import DOCUMENTS
from tests.graphql_client import data_of
from tests.server_process import ROOT, ServerProcess, environment
from tests.torture.load import PARTS

SCALE = float(os.environ.get("PARTSGRAPH_TORTURE_SCALE", "1"))


async def furnish(server: ServerProcess) -> None:
    """Make the parts and boxes that the load acts on."""
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30, trust_env=False) as client:
        for number in (1, 2):
            box = {"number": number, "description": f"Box {number}", "capacity": 4}
            await data_of(client, DOCUMENTS["createBox"], {"input": box})
        for key in PARTS:
            await data_of(client, DOCUMENTS["createPart"], {"input": {"key": key, "description": key}})


class RunningLoad:
    """A load in a process of its own."""

    def __init__(
        self, servers: Sequence[ServerProcess], *words: str, clients: int, seconds: float, directory: Path
    ) -> None:
        self.journal_path = directory / "journal.jsonl"
        options = ["--clients", str(clients), "--seconds", str(seconds), "--journal", str(self.journal_path), *words]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.load", *(server.base_url for server in servers), *options],
            env=environment({}),
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def is_running(self) -> bool:
        """Tell whether it still acts."""
        return self._process.poll() is None

    def finish(self) -> list[dict[str, object]]:
        """Let the clients go; returns the journal."""
        self._process.terminate()
        return self.journal(120)

    def journal(self, patience_seconds: float) -> list[dict[str, object]]:
        """Wait for its end, at which nothing strange may have been told, and read what was acknowledged."""
        _, strange = self._process.communicate(timeout=patience_seconds)
        assert (self._process.returncode, strange) == (0, "")
        return [json.loads(line) for line in self.journal_path.read_text(encoding="utf-8").splitlines()]

    def end(self) -> None:
        """Make sure that it is gone."""
        if self.is_running:
            self._process.kill()
        self._process.communicate()


async def more_is_written(server: ServerProcess, operations: int = 30) -> None:
    """Return when so many more operations were recorded than now, so that a load is known to be at work."""
    connection = await asyncpg.connect(server.database_url)
    try:
        wanted = await connection.fetchval("SELECT count(*) FROM operations") + operations
        for _ in range(1200):
            if await connection.fetchval("SELECT count(*) FROM operations") >= wanted:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"fewer than {operations} operations were written in a minute")
    finally:
        await connection.close()


def applied(journal: Sequence[dict[str, object]]) -> int:
    """How many operations were acknowledged as done."""
    return sum(bool(entry["applied"]) for entry in journal)


async def assert_tables_agree(server: ServerProcess, journal: Sequence[dict[str, object]]) -> None:
    """Every acknowledged operation is there once, nothing else is, and the shelf is the sum of them."""
    done = [entry for entry in journal if entry["applied"]]
    acknowledged: Counter[tuple[str, str]] = Counter()
    for entry in done:
        changes = entry["changes"]
        assert isinstance(changes, list)
        for change in changes:
            acknowledged[change["part"]["key"], change["locationReference"]] += change["delta"]
    connection = await asyncpg.connect(server.database_url)
    try:
        kept = {str(row[0]) for row in await connection.fetch("SELECT key FROM idempotency_keys WHERE result_id > 0")}
        operations = await connection.fetchval("SELECT count(*) FROM operations")
        rows = await connection.fetch(
            "SELECT p.key, b.number || '-' || l.number, s.quantity FROM stock s JOIN parts p ON p.id = s.part_id "
            "JOIN locations l ON l.id = s.location_id JOIN boxes b ON b.id = l.box_id"
        )
    finally:
        await connection.close()
    assert kept == {entry["key"] for entry in done}
    assert operations == len(done)
    assert {(row[0], row[1]): row[2] for row in rows} == {
        place: found for place, found in acknowledged.items() if found
    }
    assert min(acknowledged.values()) >= 0


def assert_check_is_clean(server: ServerProcess) -> None:
    """`partsgraph check` finds nothing."""
    checked = server.run_command("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
