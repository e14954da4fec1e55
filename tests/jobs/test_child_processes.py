"""A function in a child process answers, fails or is ended, and never takes more than its share."""

import asyncio
from pathlib import Path

import pytest

from server.jobs.child_process import ChildFailed, run_in_child
from tests.jobs.conftest import is_alive, pid_in

GIBIBYTE = 2**30


async def test_a_child_answers() -> None:
    assert await run_in_child("tests.jobs.children:double", 21, memory_bytes=GIBIBYTE, cpu_seconds=30) == 42


async def test_what_the_function_raises_is_told() -> None:
    with pytest.raises(ChildFailed, match="ValueError: no such page"):
        await run_in_child("tests.jobs.children:fail", "no such page", memory_bytes=GIBIBYTE, cpu_seconds=30)


async def test_a_child_gets_no_more_memory_than_its_share() -> None:
    size = 300 * 2**20
    assert await run_in_child("tests.jobs.children:swallow", size, memory_bytes=GIBIBYTE, cpu_seconds=30) == size
    with pytest.raises(ChildFailed, match="MemoryError"):
        await run_in_child("tests.jobs.children:swallow", 2 * GIBIBYTE, memory_bytes=GIBIBYTE, cpu_seconds=30)


async def test_a_child_that_computes_past_its_share_is_ended(tmp_path: Path) -> None:
    with pytest.raises(ChildFailed, match="ended with -"):
        await run_in_child("tests.jobs.children:spin", str(tmp_path / "pid"), memory_bytes=GIBIBYTE, cpu_seconds=1)


async def test_a_child_ends_with_the_call_that_waits_for_it(tmp_path: Path) -> None:
    call = asyncio.create_task(
        run_in_child("tests.jobs.children:spin", str(tmp_path / "pid"), memory_bytes=GIBIBYTE, cpu_seconds=60)
    )
    pid = await pid_in(tmp_path / "pid")
    assert is_alive(pid)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not is_alive(pid)
