"""Sends the head of an answer together with what follows it at once.

ASGI tells the head and the body of an answer one after the other, and uvicorn sends each as it comes: two system calls,
and a client that is woken twice.
"""

import asyncio
from collections.abc import Callable


class WholeAnswers:
    """Stands between a request's cycle and its transport; holds a piece back until the next one or the loop's turn.

    `close` closes the connection when the answer was its last.
    """

    __slots__ = ("_close", "_held", "_loop", "_transport")

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, close: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._close = close
        self._held: bytes | None = None

    def write(self, piece: bytes) -> None:
        """Send the piece with the one that is held, or hold it for as long as nobody has to wait."""
        held = self._held
        if held is None:
            self._held = piece
            self._loop.call_soon(self.flush)
        else:
            self._held = None
            self._send(held + piece)

    def flush(self) -> None:
        """Send what is held."""
        if self._held is not None:
            held, self._held = self._held, None
            self._send(held)

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self.flush()
        self._close()

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self._transport.is_closing()

    def _send(self, pieces: bytes) -> None:
        # Between the holding and the sending a client may have gone; uvloop raises for a transport that is closed.
        if not self._transport.is_closing():
            self._transport.write(pieces)
