"""Work beside the event loop is done one after the other, and takes half of the time at most."""

import asyncio
import threading
import time

from graph.execution.side_thread import SideThread


def _busy(seconds: float) -> float:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return time.monotonic()


async def test_after_each_piece_it_rests_for_as_long_as_that_took() -> None:
    thread = SideThread("test")
    began = time.monotonic()
    ends = await asyncio.gather(*(thread.run(lambda: _busy(0.1)) for _ in range(4)))
    assert sorted(ends) == ends
    # Four pieces, and a rest after each of the first three; a busy machine makes it longer.
    assert ends[-1] - began >= 0.65


async def test_the_first_piece_does_not_wait_and_neither_does_one_after_a_pause() -> None:
    thread = SideThread("test")
    await thread.run(lambda: _busy(0.05))
    await asyncio.sleep(0.2)
    rests: list[float] = []
    sleep = time.sleep

    def noted(seconds: float) -> None:
        if threading.current_thread() is not threading.main_thread():
            rests.append(seconds)
        sleep(seconds)

    time.sleep = noted  # type: ignore[assignment]
    try:
        await thread.run(lambda: _busy(0.01))
    finally:
        time.sleep = sleep
    assert rests == [0.0]


async def test_what_fails_fails_its_caller_and_counts_as_work() -> None:
    thread = SideThread("test")

    def fail() -> None:
        _busy(0.1)
        raise ValueError("no")

    began = time.monotonic()
    failed, ended = await asyncio.gather(thread.run(fail), thread.run(lambda: _busy(0.0)), return_exceptions=True)
    assert isinstance(failed, ValueError)
    assert isinstance(ended, float)
    assert ended - began >= 0.19
