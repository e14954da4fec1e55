"""What there is for good is taken out of the garbage collector's sight in quiet moments, a few times."""

import asyncio
import gc
import subprocess
import sys
import weakref

from server.process.collector import collect_in_quiet_moments, settle_in_quiet_moments
from tests.waiting import until

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


async def test_garbage_among_all_objects_is_collected_in_a_quiet_moment_or_when_there_is_much() -> None:
    spent, spends = 0.0, 1.0

    def processor_seconds() -> float:
        nonlocal spent
        spent += spends
        return spent

    before = gc.get_threshold()
    # None that comes by itself.
    gc.set_threshold(1_000_000)
    collecting = asyncio.create_task(collect_in_quiet_moments(processor_seconds, 0.001))
    try:
        gone = _garbage()
        await _young_runs(20)
        spends = 0.0
        await _some_looks()
        assert gone() is not None
        await _young_runs(1)
        await _until_none(gone)

        spends = 1.0
        gone = _garbage()
        await _young_runs(100)
        assert gone() is not None
        await _young_runs(1)
        await _until_none(gone)
    finally:
        collecting.cancel()
        gc.set_threshold(*before)


class _Known:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def _garbage() -> weakref.ref[_Known]:
    """Some that lies among all objects, and not among the young ones."""
    known = _Known()
    gc.collect()
    return weakref.ref(known)


async def _young_runs(number: int) -> None:
    for _ in range(number):
        gc.collect(1)
    await _some_looks()


async def _some_looks() -> None:
    await asyncio.sleep(0.02)


async def _until_none(gone: weakref.ref[_Known]) -> None:
    async def is_gone() -> bool:
        return gone() is None

    await until(is_gone)


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
