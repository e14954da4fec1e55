"""The queue of files whose previews somebody waits for: drawn once for all, bounded, and left by who is gone."""

import asyncio
from collections.abc import Callable

import pytest

from domain.entities.ids import AttachmentId
from server.rendering.asked_previews import MOST_ASKED, AskedPreviews, TooManyAsked
from tests.waiting import patience

FIRST, SECOND = AttachmentId(1), AttachmentId(2)


class Drawing:
    """Draws one file after the other, when it is told to."""

    def __init__(self) -> None:
        self.begun: list[AttachmentId] = []
        self.may_end = asyncio.Event()
        self._turn = asyncio.Lock()

    async def draw(self, file: AttachmentId, begin: Callable[[], None]) -> bool:
        async with self._turn:
            begin()
            self.begun.append(file)
            await self.may_end.wait()
        return True


async def _settled() -> None:
    """Whatever can go on has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_file_is_drawn_once_for_all_who_ask() -> None:
    drawing = Drawing()
    asked = AskedPreviews(drawing.draw)
    waiting = [asyncio.create_task(asked.drawn(FIRST)) for _ in range(5)]
    await _settled()
    drawing.may_end.set()
    assert await asyncio.gather(*waiting) == [True] * 5
    assert drawing.begun == [FIRST]
    assert asked.unfinished == []


async def test_who_leaves_before_the_turn_of_a_file_takes_it_out() -> None:
    drawing = Drawing()
    asked = AskedPreviews(drawing.draw)
    first, second, other = [asyncio.create_task(asked.drawn(file)) for file in (FIRST, SECOND, SECOND)]
    await _settled()
    second.cancel()
    await _settled()
    # Somebody else still waits for it.
    assert len(asked.unfinished) == 2
    other.cancel()
    await _settled()
    assert len(asked.unfinished) == 1
    again = asyncio.create_task(asked.drawn(SECOND))
    await _settled()
    drawing.may_end.set()
    assert (await first, await again) == (True, True)
    assert drawing.begun == [FIRST, SECOND]


async def test_a_file_that_has_begun_is_drawn_to_its_end() -> None:
    drawing = Drawing()
    asked = AskedPreviews(drawing.draw)
    first = asyncio.create_task(asked.drawn(FIRST))
    await _settled()
    first.cancel()
    await _settled()
    (task,) = asked.unfinished
    drawing.may_end.set()
    assert await task


async def test_so_many_files_wait_and_no_more() -> None:
    drawing = Drawing()
    asked = AskedPreviews(drawing.draw)
    waiting = [asyncio.create_task(asked.drawn(AttachmentId(number))) for number in range(MOST_ASKED)]
    await _settled()
    async with asyncio.timeout(patience(10)):
        with pytest.raises(TooManyAsked):
            await asked.drawn(AttachmentId(MOST_ASKED))
    # Another one for a file that is among them is no more work.
    more = asyncio.create_task(asked.drawn(AttachmentId(0)))
    await _settled()
    drawing.may_end.set()
    assert await asyncio.gather(*waiting, more) == [True] * (MOST_ASKED + 1)
