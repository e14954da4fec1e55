"""A function in a child process answers, fails or is ended, takes no more than its share, and knows nothing of ours."""

import asyncio
import gc
import os
import pickle
import struct
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import psutil
import pytest
from pydantic import TypeAdapter

from server.process.child_messages import MOST_BODY_BYTES, MOST_HEAD_BYTES, packed
from server.process.children import ChildDied, ChildFailed, ChildFunction, ChildKilled, Children, FunctionFailed, Limits
from server.process.memory import free_bytes
from tests.jobs.conftest import is_alive
from tests.operating.nursery import child, halted, nursery, until_there_is_none
from tests.operating.nursery import children as children_of
from tests.waiting import patience, until

LIMITS = Limits(seconds=60, memory_bytes=2**30)
US = os.getpid()


def function(name: str, answers: Any = int, calls: int = 1) -> ChildFunction:
    return ChildFunction(f"tests.operating.functions_of_children:{name}", TypeAdapter(answers), calls)


DOUBLE, SWALLOW = function("double"), function("swallow")
SPIN, FAIL = function("spin", None), function("fail", None)
SAY = function("say", bytes)
REST = function("rest", float)


@pytest.fixture
async def children() -> AsyncIterator[Children]:
    made = Children(at_once=3)
    yield made
    made.end_all()
    await until_there_is_none(US)


async def test_a_child_answers(children: Children) -> None:
    assert await children.run(LIMITS, DOUBLE, 21) == 42


async def test_a_long_answer_is_whole(children: Children) -> None:
    assert await children.run(LIMITS, function("long_text", str), 5_000_000) == "Ω" * 5_000_000


async def test_what_the_function_raises_is_told(children: Children) -> None:
    with pytest.raises(FunctionFailed, match="ValueError: no such page"):
        await children.run(LIMITS, FAIL, "no such page")


async def test_a_child_gets_no_more_memory_than_its_share(children: Children) -> None:
    size = 300 * 2**20
    assert await children.run(LIMITS, SWALLOW, size) == size
    with pytest.raises(ChildFailed, match="1024 MiB of memory"):
        await children.run(LIMITS, SWALLOW, 2 * 2**30)


async def test_a_child_that_computes_past_its_share_is_ended(children: Children) -> None:
    running = asyncio.create_task(children.run(Limits(seconds=1, memory_bytes=2**30), SPIN))
    pid = (await child(US)).pid
    with pytest.raises(ChildFailed, match="longer than 1 seconds"):
        await running
    assert not is_alive(pid)


async def test_a_child_may_wait_longer_than_it_may_compute(children: Children) -> None:
    limits = Limits(seconds=60, memory_bytes=2**30, cpu_seconds=1)
    assert await children.run(limits, REST, 1.5) == 1.5
    for function in (SPIN, ChildFunction(SPIN.name, SPIN.answers, calls=50)):
        # That is no death for want of memory, after which it would be worth another try.
        with pytest.raises(ChildDied, match="or 1 seconds of processor time") as raised:
            await children.run(limits, function)
        assert not isinstance(raised.value, ChildKilled)


async def test_a_child_ends_with_the_call_that_waits_for_it(children: Children) -> None:
    call = asyncio.create_task(children.run(LIMITS, SPIN))
    pid = (await child(US)).pid
    assert is_alive(pid)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not is_alive(pid)


async def test_a_call_that_nobody_waits_for_any_more_is_no_fault(children: Children) -> None:
    faults: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: faults.append(context))
    call = asyncio.create_task(children.run(LIMITS, SPIN))
    await child(US)
    call.cancel()
    await asyncio.wait({call})
    # The loop tells of what nobody has looked at when it is thrown away.
    del call
    gc.collect()
    assert faults == []


async def test_at_the_end_all_children_end_and_none_begins(children: Children) -> None:
    call = asyncio.create_task(children.run(LIMITS, SPIN))
    pid = (await child(US)).pid
    children.end_all()
    for late in (call, children.run(LIMITS, DOUBLE, 21)):
        with pytest.raises(ChildFailed, match="The server stops"):
            await late
    assert not is_alive(pid)


async def test_a_nursery_that_died_is_started_again(children: Children) -> None:
    call = asyncio.create_task(children.run(LIMITS, SPIN))
    pid = (await child(US)).pid
    (await nursery(US)).kill()
    with pytest.raises(ChildKilled):
        await call
    assert await children.run(LIMITS, DOUBLE, 21) == 42
    await until(lambda: asyncio.to_thread(is_alive, pid), lambda alive: not alive)


async def test_a_child_has_no_environment_and_its_channel_alone(
    children: Children, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTSGRAPH_S3_SECRET_KEY", "a secret")
    read_end, write_end = os.pipe()
    try:
        os.set_inheritable(read_end, True)
        environment, descriptors = await children.run(
            LIMITS, function("surroundings", tuple[dict[str, str], list[int]])
        )
    finally:
        os.close(read_end)
        os.close(write_end)
    # In a locale without a name Python itself notes that it takes UTF-8.
    assert set(environment) <= {"LC_CTYPE"}
    assert descriptors == [0, 1, 2, 3]


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def message(head: bytes, body: bytes = b"") -> bytes:
    return struct.pack("!II", len(head), len(body)) + head + body


async def test_nothing_that_a_child_says_is_run(children: Children, tmp_path: Path) -> None:
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    assert await children.run(LIMITS, SAY, packed({"answer": trap})) == trap
    for said in (trap, message(trap), struct.pack("!I", len(trap)) + trap):
        with pytest.raises(ChildFailed):
            await children.run(Limits(seconds=5, memory_bytes=2**30), SAY, said)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(message(b"{}"), id="nothing"),
        pytest.param(message(b"no JSON"), id="no JSON"),
        pytest.param(message(b'{"answer": 7}'), id="another type"),
        pytest.param(message(b'{"answer": ' + b"[" * 1_010 + b"]" * 1_010 + b"}"), id="deep"),
        pytest.param(struct.pack("!II", MOST_HEAD_BYTES + 1, 0), id="a long head"),
        pytest.param(struct.pack("!II", 2, MOST_BODY_BYTES + 1), id="a long body"),
        pytest.param(b"\xff" * 8, id="all that there is"),
    ],
)
async def test_what_is_no_answer_is_not_taken(children: Children, said: bytes) -> None:
    with pytest.raises(FunctionFailed, match="what is no answer"):
        await children.run(LIMITS, SAY, said)


async def test_no_byte_of_an_answer_is_taken_twice(children: Children) -> None:
    """A small head that points to a large body again and again would fill the memory of the server."""
    head = b'{"answer": [' + b",".join([b'{"in body": 1000000}'] * 1_000) + b"]}"
    parts = await children.run(LIMITS, function("say", list[bytes]), message(head, bytes(1_000_000)))
    assert sum(map(len, parts)) == 1_000_000


COUNT = function("count_calls", tuple[int, int], calls=3)


async def test_a_child_answers_one_call_unless_it_is_said_that_it_may_answer_more(children: Children) -> None:
    once = function("count_calls", tuple[int, int])
    (first, its_calls), (second, its_calls_then) = [await children.run(LIMITS, once, False) for _ in range(2)]
    assert (its_calls, its_calls_then) == (1, 1)
    assert first != second
    await until_there_is_none(US)


async def test_a_child_that_is_kept_ends_after_its_last_call(children: Children) -> None:
    answers = [await children.run(LIMITS, COUNT, False) for _ in range(4)]
    assert [calls for _, calls in answers] == [1, 2, 3, 1]
    assert len({pid for pid, _ in answers}) == 2
    assert not is_alive(answers[0][0])
    assert is_alive(answers[3][0])


async def test_a_child_is_not_kept_after_a_fault(children: Children) -> None:
    pid, _ = await children.run(LIMITS, COUNT, False)
    with pytest.raises(FunctionFailed):
        await children.run(LIMITS, COUNT, True)
    assert not is_alive(pid)
    assert (await children.run(LIMITS, COUNT, False))[1] == 1


async def test_a_child_is_kept_if_it_soon_ends_a_call_that_was_given_up(children: Children, tmp_path: Path) -> None:
    wait, sign = function("count_when_there", tuple[int, int], calls=3), tmp_path / "sign"
    sign.touch()
    pid, _ = await children.run(LIMITS, wait, sign)
    call = asyncio.create_task(children.run(LIMITS, wait, sign))
    # It has been asked when the loop has had its turn, and answers after that.
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await children.run(LIMITS, wait, sign) == (pid, 3)


async def test_a_child_is_killed_if_it_does_not_soon_end_a_call_that_was_given_up(
    children: Children, tmp_path: Path
) -> None:
    wait = function("count_when_there", tuple[int, int], calls=3)
    call = asyncio.create_task(children.run(LIMITS, wait, tmp_path / "nothing"))
    pid = (await child(US)).pid
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not is_alive(pid)


async def test_a_child_that_died_while_it_was_kept_is_replaced(children: Children) -> None:
    pid, _ = await children.run(LIMITS, COUNT, False)
    psutil.Process(pid).kill()
    await until_there_is_none(US)
    assert (await children.run(LIMITS, COUNT, False))[1] == 1


async def test_a_child_is_kept_for_its_own_function_and_limits(children: Children) -> None:
    pid, _ = await children.run(LIMITS, COUNT, False)
    less = Limits(seconds=60, memory_bytes=2**29)
    others = {(await children.run(less, COUNT, False))[0], (await children.run(LIMITS, DOUBLE, 21))}
    assert pid not in others
    assert (await children.run(LIMITS, COUNT, False)) == (pid, 2)


async def test_so_many_children_are_kept_and_no_more(children: Children) -> None:
    together = [children.run(LIMITS, COUNT, False) for _ in range(3)]
    async with asyncio.timeout(patience(60)):
        pids = {pid for pid, _ in await asyncio.gather(*together)}
    assert len(pids) == 3
    assert sum(map(is_alive, pids)) == 2


async def test_a_child_that_nobody_needs_ends() -> None:
    children = Children(at_once=1, kept_seconds=0.1)
    try:
        await children.run(LIMITS, COUNT, False)
        await until_there_is_none(US)
        assert (await children.run(LIMITS, COUNT, False))[1] == 1
    finally:
        children.end_all()


# No machine has it, so a child that is promised so much was never given it.
ENORMOUS = Limits(seconds=60, memory_bytes=2**60)


async def killed_in(call: Coroutine[Any, Any, Any]) -> None:
    """Kill the only child there is while it runs this."""
    running = asyncio.create_task(call)
    (await child(US)).kill()
    await running


async def test_a_child_that_others_kill_is_told_from_one_that_breaks(children: Children) -> None:
    with pytest.raises(ChildKilled):
        await killed_in(children.run(LIMITS, SPIN))
    with pytest.raises(ChildFailed, match="1024 MiB of memory, or it is broken") as told:
        await children.run(LIMITS, function("crash", None))
    assert not isinstance(told.value, ChildKilled)


async def test_a_call_can_be_given_up_while_its_child_is_ending(children: Children) -> None:
    call = asyncio.create_task(children.run(LIMITS, SPIN))
    spinning = await child(US)
    (handle,) = children._running

    async def has_died() -> bool:
        return handle.has_died

    # A nursery that does nothing does not tell how the child ended, so the call waits for that.
    with halted(await nursery(US)):
        spinning.kill()
        await until(has_died)
        call.cancel()
        await asyncio.wait({call}, timeout=0)
    await asyncio.wait({call}, timeout=patience(20))
    assert call.cancelled()


async def test_a_child_that_is_killed_though_it_had_its_room_took_more_than_its_share(children: Children) -> None:
    assert free_bytes() > LIMITS.memory_bytes
    with pytest.raises(ChildFailed, match="1024 MiB of memory") as told:
        await killed_in(children.run_alone(LIMITS, SPIN))
    assert not isinstance(told.value, ChildKilled)
    with pytest.raises(ChildKilled):
        await killed_in(children.run_alone(ENORMOUS, SPIN))


async def test_a_child_that_is_to_be_alone_waits_for_the_others(children: Children, tmp_path: Path) -> None:
    kept, _ = await children.run(LIMITS, COUNT, False)
    other = asyncio.create_task(children.run(LIMITS, SPIN))
    before = await child(US, frozenset({kept}))
    wait = function("count_when_there", tuple[int, int])
    alone = asyncio.create_task(children.run_alone(LIMITS, wait, tmp_path / "sign"))

    async def has_begun() -> bool:
        return alone.done() or (children._room.locked() and len(children._running) == 1)

    await until(has_begun)
    other.cancel()
    now = await child(US, frozenset({kept, before.pid}))
    await until(lambda: asyncio.to_thread(children_of, US), lambda found: found == [now])
    (tmp_path / "sign").touch()
    assert (await alone)[0] == now.pid
