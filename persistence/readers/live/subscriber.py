"""One who is told events: a bounded queue, so that whoever does not keep up delays nobody and is let go."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Hashable
from itertools import islice
from typing import Any

from persistence.readers.live.source import Event


class SubscriberTooSlow(Exception):
    """More events waited for this subscriber than its queue holds; it was let go."""


class Subscriber:
    """Takes the events of one topic in order."""

    __slots__ = ("_backlog", "_capacity", "_is_completed", "_is_too_slow", "_leave", "_queue", "_waiting", "topic")

    def __init__(self, topic: Hashable, capacity: int, leave: Callable[["Subscriber"], None]) -> None:
        self.topic = topic
        self._capacity = capacity
        self._leave = leave
        self._queue: deque[Event[Any]] = deque()
        self._backlog: AsyncIterator[Event[Any]] | None = None
        self._waiting: asyncio.Future[None] | None = None
        self._is_completed = False
        self._is_too_slow = False

    def begin_with(self, backlog: AsyncIterator[Event[Any]]) -> None:
        """Tell these events before those that come in from now on."""
        self._backlog = backlog

    def tell(self, event: Event[Any]) -> None:
        """Put an event into the queue, or let the subscriber go when it is full."""
        if len(self._queue) >= self._capacity:
            self._is_too_slow = True
            self._queue.clear()
            self._leave(self)
        else:
            self._queue.append(event)
        self._wake()

    @property
    def waiting(self) -> int:
        """Events in the queue."""
        return len(self._queue)

    @property
    def is_behind(self) -> bool:
        """Whether more than a third of the queue is waiting."""
        return 3 * len(self._queue) > self._capacity

    def complete(self) -> None:
        """End the iteration after what is in the queue."""
        self._is_completed = True
        self._wake()

    def close(self) -> None:
        """The subscriber wants nothing more; may be called again."""
        self._leave(self)
        self._queue.clear()

    async def take(self, most: int) -> list[Event[Any]]:
        """The next events: one at least, up to `most` of those that are there; none once the server completed it.

        Call `done` after each of them: until then it counts as one that waits. Raises SubscriberTooSlow when it was let
        go, and what reading earlier events raises.
        """
        if self._backlog is not None:
            async for event in self._backlog:
                return [event]
            self._backlog = None
        while not self._queue:
            if self._is_too_slow:
                raise SubscriberTooSlow
            if self._is_completed:
                return []
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        return list(islice(self._queue, most))

    def done(self, event: Event[Any]) -> None:
        """An event that was taken is dealt with."""
        # An earlier event never stood in the queue, and of one who was let go the queue is empty.
        if self._queue and self._queue[0] is event:
            self._queue.popleft()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
