"""What the server holds of one child: the channel by which it is asked, and the lifeline by which it is ended."""

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import closing

from server.process.child import Call
from server.process.child_messages import FIXED, bytes_after, packed

_READ_AHEAD_BYTES = 2**20


class ChildHandle:
    """A child that answers so many calls of one kind, one after the other."""

    def __init__(self, lifeline: socket.socket, reader: StreamReader, writer: StreamWriter, calls: int) -> None:
        self.calls_left = calls
        self._lifeline = lifeline
        self._reader, self._writer = reader, writer
        self._rest: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[int | None] | None = None

    @staticmethod
    async def over(channel: socket.socket, lifeline: socket.socket, calls: int) -> "ChildHandle":
        """The child at the other ends of these two."""
        lifeline.setblocking(False)
        return ChildHandle(
            lifeline, *await asyncio.open_unix_connection(sock=channel, limit=_READ_AHEAD_BYTES), calls=calls
        )

    @property
    def has_died(self) -> bool:
        """Whether it is known to have died; one that dies just now is not."""
        return self._reader.at_eof()

    async def ask(self, call: Call) -> tuple[bytes, bytes]:
        """The beginning of the child's answer and the rest (server.process.child_messages).

        Raises EOFError or ConnectionError when it dies, MalformedMessage when it promises too much.
        """
        self.calls_left -= 1
        self._writer.write(packed(call))
        fixed = await self._reader.readexactly(FIXED.size)
        return fixed, await self._reader.readexactly(bytes_after(fixed))

    def rest(self, seconds: float, afterwards: Callable[[], object]) -> None:
        """Wait for another call, and do this when none has come for so long."""
        self._rest = asyncio.get_running_loop().call_later(seconds, afterwards)

    def wake(self) -> None:
        """It is to be asked again, or to end."""
        if self._rest is not None:
            self._rest.cancel()

    def kill(self) -> None:
        """End it, whatever it does; whoever waits for its answer hears that it has died."""
        self._lifeline.shutdown(socket.SHUT_WR)

    def leave(self) -> None:
        """End it and look no more after it."""
        self.wake()
        self._writer.transport.abort()
        self._lifeline.close()

    async def end(self) -> int | None:
        """End it, and come back when it has ended; the exit code, or a signal's number with a minus, of one that had
        ended before. None when the nursery is gone, which would know."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._ended())
        return await asyncio.shield(self._ending)

    async def _ended(self) -> int | None:
        """Done once, however many wait for it and whoever of them is cancelled meanwhile."""
        told = b""
        with closing(self._lifeline):
            self._writer.transport.abort()
            self.kill()
            while some := await asyncio.get_running_loop().sock_recv(self._lifeline, 64):
                told += some
        return int(told) if told else None
