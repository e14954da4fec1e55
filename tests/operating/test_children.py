"""A function in a child process answers, fails or is ended, and never takes more than its share."""

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.process.children import ChildFailed, Children, FunctionFailed, Limits
from tests.jobs.conftest import is_alive, pid_in

FUNCTIONS = "tests.operating.functions_of_children"
LIMITS = Limits(seconds=60, memory_bytes=2**30)


@pytest.fixture
async def children() -> AsyncIterator[Children]:
    made = Children(at_once=2)
    yield made
    made.end_all()


async def test_a_child_answers(children: Children) -> None:
    assert await children.run(LIMITS, f"{FUNCTIONS}:double", 21) == 42


async def test_what_the_function_raises_is_told(children: Children) -> None:
    with pytest.raises(FunctionFailed, match="ValueError: no such page"):
        await children.run(LIMITS, f"{FUNCTIONS}:fail", "no such page")


async def test_a_child_gets_no_more_memory_than_its_share(children: Children) -> None:
    size = 300 * 2**20
    assert await children.run(LIMITS, f"{FUNCTIONS}:swallow", size) == size
    with pytest.raises(ChildFailed, match="1024 MiB of memory"):
        await children.run(LIMITS, f"{FUNCTIONS}:swallow", 2 * 2**30)


async def test_a_child_that_computes_past_its_share_is_ended(children: Children, tmp_path: Path) -> None:
    running = asyncio.create_task(
        children.run(Limits(seconds=1, memory_bytes=2**30), f"{FUNCTIONS}:spin", str(tmp_path / "pid"))
    )
    with pytest.raises(ChildFailed, match="longer than 1 seconds"):
        await running
    assert not is_alive(await pid_in(tmp_path / "pid"))


async def test_a_child_may_wait_longer_than_it_may_compute(children: Children, tmp_path: Path) -> None:
    limits = Limits(seconds=60, memory_bytes=2**30, cpu_seconds=1)
    assert await children.run(limits, f"{FUNCTIONS}:rest", 1.5) == 1.5
    with pytest.raises(ChildFailed, match="1 seconds of processor time"):
        await children.run(limits, f"{FUNCTIONS}:spin", str(tmp_path / "pid"))
    assert not is_alive(await pid_in(tmp_path / "pid"))


async def test_a_child_ends_with_the_call_that_waits_for_it(children: Children, tmp_path: Path) -> None:
    call = asyncio.create_task(children.run(LIMITS, f"{FUNCTIONS}:spin", str(tmp_path / "pid")))
    pid = await pid_in(tmp_path / "pid")
    assert is_alive(pid)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not is_alive(pid)


async def test_a_call_that_nobody_waits_for_any_more_is_no_fault(children: Children, tmp_path: Path) -> None:
    faults: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    call = asyncio.create_task(children.run(LIMITS, f"{FUNCTIONS}:spin", str(tmp_path / "pid")))
    await pid_in(tmp_path / "pid")
    call.cancel()
    await asyncio.wait({call})
    # The loop tells of what nobody has looked at when it is thrown away.
    del call
    gc.collect()
    assert faults == []


async def test_at_the_end_all_children_end_and_none_begins(children: Children, tmp_path: Path) -> None:
    call = asyncio.create_task(children.run(LIMITS, f"{FUNCTIONS}:spin", str(tmp_path / "pid")))
    pid = await pid_in(tmp_path / "pid")
    children.end_all()
    for late in (call, children.run(LIMITS, f"{FUNCTIONS}:double", 21)):
        with pytest.raises(ChildFailed, match="The server stops"):
            await late
    assert not is_alive(pid)
