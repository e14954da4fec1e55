"""The files whose previews somebody waits for: each is drawn once for all who ask, and only so many at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from domain.entities.ids import AttachmentId

MOST_ASKED = 50
"""About what is drawn while a client is patient."""


class TooManyAsked(Exception):
    """So many files are to be drawn before this one that nobody would wait for it."""


@dataclass(slots=True)
class _Asked:
    """A file, how many wait for it, and whether it has had its turn."""

    waiting: int = 0
    has_begun: bool = False
    task: "asyncio.Task[bool]" = field(init=False)

    def begin(self) -> None:
        self.has_begun = True


class AskedPreviews:
    """`draw` is given a file, and what it has to call when the turn of the file has come."""

    def __init__(self, draw: Callable[[AttachmentId, Callable[[], None]], Coroutine[Any, Any, bool]]) -> None:
        self._draw = draw
        self._asked: dict[AttachmentId, _Asked] = {}

    @property
    def unfinished(self) -> "list[asyncio.Task[bool]]":
        """What is being drawn, or waits for its turn."""
        return [each.task for each in self._asked.values()]

    async def drawn(self, file: AttachmentId) -> bool:
        """What `draw` answers. Who is cancelled leaves; a file that nobody waits for any more loses its turn, and one
        that has begun is drawn to its end. Raises TooManyAsked.
        """
        asked = self._asked.get(file) or self._queued(file)
        asked.waiting += 1
        try:
            return await asyncio.shield(asked.task)
        finally:
            asked.waiting -= 1
            if asked.waiting == 0 and not asked.has_begun:
                self._forget(file, asked)
                asked.task.cancel()

    def _queued(self, file: AttachmentId) -> _Asked:
        if len(self._asked) >= MOST_ASKED:
            raise TooManyAsked
        asked = self._asked[file] = _Asked()
        asked.task = asyncio.create_task(self._draw(file, asked.begin))
        asked.task.add_done_callback(lambda _: self._forget(file, asked))
        return asked

    def _forget(self, file: AttachmentId, asked: _Asked) -> None:
        if self._asked.get(file) is asked:
            del self._asked[file]
        if asked.task.done() and not asked.task.cancelled():
            # Whoever asked may be gone; then nobody else looks at the fault.
            asked.task.exception()
