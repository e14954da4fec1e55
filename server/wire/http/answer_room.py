"""How much of large answers may wait for clients at a time: the next is written when there is room for it.

What an operation found takes little memory where the same texts stand in it many times; written as JSON it takes all
of its megabytes until its client has taken them. Those who take nothing are cut off after a second or two where many
wait (server.process.reader_watch), so there is room again soon; whoever has waited for longer is answered anyway.
"""

import asyncio
from collections.abc import Callable

_LARGE_BYTES = 1_000_000
_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 10.0
# From the writing of an answer to its sending, which a large one may be compressed in between.
_UNDER_WAY_SECONDS = 1.0


class AnswerRoom:
    """Counts by `unread`, the bytes that wait for clients; the server that has the connections puts it in."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._under_way = 0
        self.unread: Callable[[], int] = lambda: 0

    def has(self, size: int) -> bool:
        """Whether an answer of so many bytes may be sent now; small ones always may."""
        return size <= _LARGE_BYTES or self.unread() + self._under_way + size <= self._most_bytes

    def take(self, size: int) -> None:
        """An answer of so many bytes is about to be sent: for a moment it counts, though nothing of it waits yet."""
        if size > _LARGE_BYTES:
            self._under_way += size
            asyncio.get_running_loop().call_later(_UNDER_WAY_SECONDS, self._is_sent, size)

    def _is_sent(self, size: int) -> None:
        self._under_way -= size

    async def wait_for(self, size: int) -> None:
        """Return when there is room for so many bytes, or when it was waited for long enough."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not self.has(size):  # noqa: ASYNC110 - what clients take is told by the system, to those who ask
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            return
