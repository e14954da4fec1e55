"""Large answers wait while others lie unread; small ones never do, and nobody waits for long."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from server.wire.http import answer_room
from server.wire.http.answer_room import AnswerRoom
from server.wire.http.operation_answers import written_answer
from tests.waiting import until

MOST = 10_000_000


def room(unread: list[int]) -> AnswerRoom:
    """Room beside what lies unread, which is the last of these."""
    made = AnswerRoom(MOST)
    made.unread = lambda: unread[-1]
    return made


@pytest.mark.parametrize(
    ("unread", "size", "expected"),
    [
        *((0, MOST, True), (0, MOST + 1, False), (8_000_000, 2_000_000, True), (8_000_001, 2_000_000, False)),
        *((100 * MOST, 1_000_000, True), (100 * MOST, 1_000_001, False)),
    ],
)
def test_there_is_room_up_to_the_bound_and_for_small_answers_always(unread: int, size: int, expected: bool) -> None:
    assert room([unread]).has(size) is expected


async def test_what_is_about_to_be_sent_counts_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_room, "_UNDER_WAY_SECONDS", 0.05)
    made = room([0])
    made.take(MOST - 2_000_000)
    made.take(1_000_000)
    assert made.has(2_000_000)
    assert not made.has(2_000_001)

    async def has_room() -> bool:
        return made.has(MOST)

    await until(has_room)


async def test_an_answer_is_written_again_when_there_is_room_and_not_held_before() -> None:
    unread, sizes = [MOST], list[int]()

    async def write(_: Any) -> bytes:
        sizes.append(unread[-1])
        return bytes(2_000_000)

    ready: Any = SimpleNamespace(room=room(unread), context=SimpleNamespace(answer_size=SimpleNamespace(json_of=write)))
    writing = asyncio.create_task(written_answer(ready, {}))

    async def written() -> int:
        return len(sizes)

    await until(written)
    assert not writing.done()
    unread.append(0)
    assert len(await writing) == 2_000_000
    assert sizes == [MOST, 0]


async def test_who_has_waited_long_enough_is_answered_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_room, "_PATIENCE_SECONDS", 0.05)
    await room([100 * MOST]).wait_for(MOST)
