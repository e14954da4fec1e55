"""Work that is done side by side: so much of it at a time, and none of it goes on after a failure."""

import asyncio
from functools import partial

import pytest

from persistence.background import side_by_side


async def test_all_is_done_and_so_much_at_a_time() -> None:
    running, most, done = 0, 0, []

    async def work(number: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        done.append(number)

    await side_by_side((partial(work, number) for number in range(20)), 3)
    assert sorted(done) == list(range(20))
    assert most == 3


async def test_the_first_that_fails_ends_the_others() -> None:
    begun, ended = [], []

    async def work(number: int) -> None:
        begun.append(number)
        if number == 1:
            raise OSError("the second one")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    with pytest.raises(OSError, match="the second one"):
        await side_by_side((partial(work, number) for number in range(20)), 3)
    assert begun == [0, 1, 2]
    assert ended == [0, 2]
