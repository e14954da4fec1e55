"""All bounds are attacked at once, and ordinary clients hardly notice: no cost is without a bound.

Each step of the server's event loop is measured in processor time, so that a busy machine does not make it longer; how
long clients wait is told by the clock, and is right on a machine that does nothing else.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.attachments.uploading import pdf, upload
from tests.conftest import connect
from tests.server_process import ROOT, ServerProcess
from tests.torture.conftest import Counted, Measured
from tests.torture.ledger_audit import SCALE, assert_check_is_clean
from tests.torture.ordinary_clients import Ordinary
from tests.torture.watched_server import STEPS_FILE
from tests.wire.conftest import make_token

pytestmark = pytest.mark.torture

CLIENTS = 20
SECONDS = max(10, 60 * SCALE)
MAX_WAIT_SECONDS = 1.0
MAX_STEP_SECONDS = 0.05
MAX_GROWTH_BYTES = 128_000_000
MAX_LEFT_BYTES = 32_000_000
_WARM_UP_SECONDS = 10
_MANY_PARTS = 200
# What is long in these parts is read by who asks for it alone: the screens of the demo workshop come before them.
_PARTS = """
INSERT INTO parts (key, description, description_key, type_id, tags, tag_keys)
SELECT 'ZO' || chr(65 + i / 26) || chr(65 + i % 26), repeat('long ', 400), repeat('long ', 400),
       (SELECT min(id) FROM part_types), array_fill('Tag'::text, '{1}'), array_fill('tag'::text, '{1}')
FROM generate_series(0, $1::int - 1) AS i
"""


@dataclass(frozen=True, slots=True)
class Attacked:
    """A server whose steps are measured, with a token of a reader and one of a person at work."""

    process: ServerProcess
    steps: Path
    viewer: str
    editor: str
    file: str
    parts: list[str]

    @property
    def bytes(self) -> int:
        """The memory of the process that answers."""
        return int(psutil.Process(self.process.process.pid).memory_info().rss)

    def long_steps(self) -> list[dict[str, object]]:
        """The steps of the event loop that took long, the longest first."""
        lines = self.steps.read_text(encoding="utf-8").splitlines() if self.steps.exists() else []
        return sorted(map(json.loads, lines), key=lambda step: -step["seconds"])

    def forget_steps(self) -> None:
        """Begin anew."""
        self.steps.unlink(missing_ok=True)


@pytest.fixture
async def attacked(tmp_path: Path) -> AsyncIterator[Attacked]:
    """The demo workshop, and parts of which there is much to read."""
    steps = tmp_path / "steps"
    process = ServerProcess(demo_data=True, command=(sys.executable, "-m", "tests.torture.watched_server"))
    process.settings[STEPS_FILE] = str(steps)
    try:
        await asyncio.to_thread(process.start)
        connection = await asyncpg.connect(process.database_url)
        await connection.execute(_PARTS, _MANY_PARTS)
        parts = [row[0] for row in await connection.fetch("SELECT key FROM parts WHERE key NOT LIKE 'ZO%' LIMIT 20")]
        await connection.close()
        viewer, editor = await make_token(process, "VIEWER"), await make_token(process, "EDITOR")
        async with connect(process) as client:
            made = await upload(client, {"partKey": "ZOAA"}, pdf(20_000_000), "a.pdf", {"Authorization": f"Bearer {editor}"})
            file = made.json()["data"]["attachFile"]["attachment"]["url"]
        yield Attacked(process, steps, viewer, editor, file, parts)
        assert await asyncio.to_thread(process.stop) == 0
        assert process.new_error_lines() == []
    finally:
        process.remove()


async def _attack(attacked: Attacked, *only: str) -> dict[str, int]:
    """Attack for as long as it takes; how often each kind was done."""
    words = [str(attacked.process.port), "--token", attacked.viewer, "--file", attacked.file]
    words += ["--pick-list", "/files/pick-lists/3.pdf", "--seconds", str(SECONDS), "--only", *only]
    attackers = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.torture.attackers", *words),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        told, _ = await asyncio.wait_for(attackers.communicate(), SECONDS + 60)
    finally:
        if attackers.returncode is None:
            attackers.kill()
    times: dict[str, int] = json.loads(told)
    return times


async def test_all_bounds_attacked_at_once_are_hardly_noticed_by_ordinary_clients(
    attacked: Attacked, counted: Counted, measured: Measured
) -> None:
    clients = Ordinary(attacked.process.base_url, {"Authorization": f"Bearer {attacked.editor}"}, attacked.parts)
    async with clients.at_work(CLIENTS):
        await asyncio.sleep(_WARM_UP_SECONDS)
        clients.forget()
        attacked.forget_steps()
        before = attacked.bytes
        cpu0 = _cpu()
        watching = asyncio.create_task(_peak(attacked))
        times = await _attack(attacked, *os.environ.get("ATTACKS", "").split())
        growth = await _end(watching) - before
        cpu1 = _cpu()
        quickest, slowest, probed = clients.percentile(0.5), clients.percentile(0.99), clients.probed(0.99)
        answers, strange, unready, steps = len(clients.seconds), clients.strange, clients.unready, attacked.long_steps()
        await asyncio.sleep(SECONDS)
        left = attacked.bytes - before
    longest = float(str(steps[0]["seconds"])) if steps else 0.0
    figures = {
        "seconds for half of the ordinary answers": quickest,
        "seconds for 99 of 100 ordinary answers": slowest,
        "seconds for 99 of 100 answers of a route that does nothing": probed,
        "longest step in ms": longest * 1e3,
        "MB more at most": growth / 1e6,
        "MB more a minute later": left / 1e6,
    }
    counted(attacks=sum(times.values()), kinds_of_attacks=len(times), ordinary_answers=answers)
    measured(**figures)
    if os.environ.get("ATTACK_REPORT"):
        from collections import Counter
        slow = sorted(clients.seconds[:answers])[-12:]
        Path(os.environ["ATTACK_REPORT"]).write_text(json.dumps({"f": figures, "times": times, "n": answers, "strange": strange[:10], "unready": unready, "cpu": {k: round(v - cpu0.get(k, 0), 1) for k, v in cpu1.items() if v - cpu0.get(k, 0) > 0.3}, "slow": slow, "counts": Counter(str(s["step"]) for s in steps), "steps": steps[:25]}, indent=1))
    assert strange == []
    assert unready == 0
    assert slowest < MAX_WAIT_SECONDS, sorted(clients.seconds[:answers])[-10:]
    assert longest < MAX_STEP_SECONDS, steps[:10]
    assert (growth < MAX_GROWTH_BYTES, left < MAX_LEFT_BYTES) == (True, True), figures
    assert_check_is_clean(attacked.process)


async def _peak(attacked: Attacked) -> int:
    """The most memory until it is cancelled."""
    peak = 0
    while True:
        try:
            peak = max(peak, attacked.bytes)
            await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            return peak


async def _end(watching: "asyncio.Task[int]") -> int:
    watching.cancel()
    return await watching


def _cpu() -> dict[str, float]:
    me = psutil.Process()
    found = {}
    for p in [me, *me.children(recursive=True)]:
        try:
            t = p.cpu_times()
            key = p.name() + ":" + " ".join(p.cmdline())[-40:]
            found[key] = found.get(key, 0) + t.user + t.system
        except psutil.Error:
            pass
    return found
