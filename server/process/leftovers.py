"""What a client still sends when its answer is there: some of it is taken, for a while, so that it reads the answer.

A connection that is closed while bytes come is reset, and with it what its client has not read; a client that writes at
that moment does not even look.
"""

import asyncio
from asyncio.events import TimerHandle
from collections.abc import Callable

from server.metrics.live import ENDED, EndReason

_SECONDS = 2.0
_BYTES = 10_000_000


class Leftovers:
    """Those of one connection."""

    __slots__ = ("_left_bytes", "_loop", "_timer", "_transport", "are_dropped")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._timer: TimerHandle | None = None
        self._left_bytes = _BYTES
        self.are_dropped = False
        """Whether nothing that comes counts any more."""

    def expect(self) -> None:
        """The rest of an answered request is to come: as much as is taken, or the connection ends."""
        self._left_bytes = _BYTES
        self._after_a_while(self._give_up)

    def have_come(self) -> bool:
        """Go on with the connection, and tell whether a rest was expected."""
        if self._timer is None or self.are_dropped:
            return False
        self._timer.cancel()
        self._timer = None
        return True

    def came(self, size: int) -> None:
        """Count what is thrown away. Who sends on past the bound is held up until the time is over, not reset."""
        self._left_bytes -= size
        if self._left_bytes < 0:
            if self.are_dropped:
                self._transport.pause_reading()
            elif self._timer is not None:
                self._give_up()

    def drop(self) -> None:
        """Let nothing that comes count; the answer that is being made is the last."""
        self._left_bytes = _BYTES
        self.are_dropped = True

    def end(self) -> None:
        """Say that nothing more is sent, drop what comes, and close soon."""
        self.drop()
        if not self._transport.is_closing():
            self._transport.write_eof()
            self._after_a_while(self._transport.close)

    def forget(self) -> None:
        """The connection is gone."""
        if self._timer is not None:
            self._timer.cancel()

    def _give_up(self) -> None:
        """What was expected is too slow, or too much."""
        if not self._transport.is_closing():
            ENDED.labels(EndReason.REST_OF_BODY.value).inc()
        self.end()

    def _after_a_while(self, ends: Callable[[], None]) -> None:
        self.forget()
        self._timer = self._loop.call_later(_SECONDS, ends)
