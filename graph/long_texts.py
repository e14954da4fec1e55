"""Texts that are far longer than others are loaded some at a time, and no more than may stand in the answer.

A page of a document has up to 100,000 characters, and a request may ask for thousands of them: a server that read all
before it saw that the answer has too many bytes would hold gigabytes.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from graph.execution.answer_size import AnswerSize

_AT_A_TIME = 50

K = TypeVar("K")
Read = Callable[[Sequence[K]], Coroutine[Any, Any, list[str | None]]]


def some_at_a_time(read: Read[K], size: AnswerSize) -> Callable[[list[K]], Coroutine[Any, Any, list[str | None]]]:
    """The same texts, counted for the answer; None for the rest once they are too many, for it will be refused."""

    async def read_some(keys: list[K]) -> list[str | None]:
        texts: list[str | None] = []
        while size.has_room and (some := keys[len(texts) : len(texts) + _AT_A_TIME]):
            found = await read(some)
            size.loaded += sum(len(text.encode()) for text in found if text is not None)
            texts += found
        return [*texts, *[None] * (len(keys) - len(texts))]

    return read_some
