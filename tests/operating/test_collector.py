"""What there is for good is taken out of the garbage collector's sight in quiet moments, a few times."""

import asyncio
import gc
import subprocess
import sys

from server.process.collector import settle_in_quiet_moments

LOOK = 0.01


async def test_it_is_settled_once_for_each_time_and_only_when_it_is_quiet() -> None:
    settled: list[float] = []
    spent, spends = 0.0, LOOK

    def processor_seconds() -> float:
        nonlocal spent
        spent += spends
        return spent

    loop = asyncio.get_running_loop()
    began = loop.time()
    settling = asyncio.create_task(
        settle_in_quiet_moments(lambda: settled.append(loop.time() - began), (0.0, 0.3), processor_seconds, LOOK)
    )
    await asyncio.sleep(0.1)
    assert settled == []
    spends = 0.0
    await settling
    assert len(settled) == 2
    assert settled[0] >= 0.1
    assert settled[1] >= 0.3


def test_what_is_settled_costs_no_full_run_any_more() -> None:
    """In a process of its own: what is frozen stays so."""
    code = (
        "import gc\n"
        "from server.process.collector import settle\n"
        "kept = [[] for _ in range(50_000)]\n"
        "settle()\n"
        "assert gc.get_freeze_count() > 50_000\n"
        "assert len(gc.get_objects()) < 5_000\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert gc.isenabled()
