"""What a client still sends of a request whose answer was made: it is dropped, for so long and so much."""

import asyncio
from asyncio.events import TimerHandle
from collections.abc import Callable

REST_SECONDS = 2.0
REST_BYTES = 1_048_576


class AnsweredRest:
    """Calls `end` when the rest is too slow or too much."""

    __slots__ = ("_bytes", "_end", "_loop", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
        self._loop = loop
        self._end = end
        self._timer: TimerHandle | None = None
        self._bytes = 0

    def expect(self) -> None:
        """An answer was made whose request is not there whole."""
        self._bytes = 0
        self._timer = self._loop.call_later(REST_SECONDS, self._end)

    def came(self, size: int) -> None:
        """So many bytes of a body came."""
        if self._timer is not None:
            self._bytes += size
            if self._bytes > REST_BYTES:
                self._end()

    def has_come(self) -> bool:
        """The request is there whole, or its connection gone; tells whether something was expected."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        return timer is not None
