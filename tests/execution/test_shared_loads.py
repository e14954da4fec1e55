"""Whoever wants a load no more takes nothing from those that wait for the same one."""

import asyncio

import pytest

from graph.batches import loader


async def test_a_load_goes_on_for_the_others_when_one_of_them_is_cancelled() -> None:
    may_end = asyncio.Event()

    async def read(keys: list[int]) -> list[int]:
        await may_end.wait()
        return [-key for key in keys]

    loads = loader(read)

    async def wait() -> int:
        return await loads.load(1)

    leaves, stays = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0)
    leaves.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaves
    may_end.set()
    assert await stays == -1
