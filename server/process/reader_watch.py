"""Lets go of clients that take nothing of what they are sent, whatever it is; who goes on is served, however slowly."""

import asyncio
import fcntl
import socket
import struct
import termios
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from operator import itemgetter
from typing import Any, Protocol, cast

import structlog

from persistence.background import in_background
from server.metrics.live import DROPPED, GIVEN_UP, AnswerKind, DropReason

_LOOKS_WITHIN_PATIENCE = 5
_LONGEST_SLEEP_SECONDS = 1.0
# Who has taken nothing for less than this may be about to.
_SHORTEST_PATIENCE_SECONDS = 1.0

# On, and no second: a connection that is closed is reset (socket(7), SO_LINGER).
_RESET = struct.pack("ii", 1, 0)

_log = structlog.get_logger("partsgraph.readers")


class MeteredTransport:
    """Stands between a protocol and its transport, and knows how much of what was written the client has taken."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._written = 0
        self._taken = 0
        self._waits_since: float | None = None
        # Asked for each answer, where a look at the names of the transport would cost more than the call.
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Send the bytes."""
        self._written += len(data)
        self._transport.write(data)

    def seconds_without_reading(self, now: float) -> float:
        """How long something has waited for the client and nothing of it was taken, as far as was looked.

        What lies in the kernel alone takes none of our memory: it counts as waiting only with what lies behind it.
        """
        waiting = self._transport.get_write_buffer_size()
        if not waiting:
            self._waits_since = None
            return 0.0
        taken = self._written - waiting - self._unread_in_kernel()
        if self._waits_since is None or taken > self._taken:
            self._waits_since, self._taken = now, taken
        return now - self._waits_since

    def abort(self) -> None:
        """Cut the connection off; what waits for the client is thrown away, in the kernel too."""
        found = self._transport.get_extra_info("socket")
        if found is not None and found.fileno() >= 0:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        """Whatever else a transport can do."""
        return getattr(self._transport, name)

    def _unread_in_kernel(self) -> int:
        """Bytes that the kernel took from us and the client's has not confirmed (tcp(7), SIOCOUTQ).

        The kernel takes the next ones only when a good part of its megabytes is free again, which a slow reader needs
        minutes for.
        """
        descriptor: int = self._transport.get_extra_info("socket").fileno()
        try:
            told = fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0\0\0\0")
        except OSError:
            # No socket of TCP, or a system without this question: what the kernel takes counts as taken.
            return 0
        (unread,) = struct.unpack("i", told)
        return cast(int, unread)


class WatchedConnection(Protocol):
    """A connection of the server."""

    transport: asyncio.Transport

    def answering(self) -> tuple[AnswerKind, str | None]:
        """What is being sent, and the id of its request."""


class ReaderWatch:
    """Looks at the connections of a server while `watching` runs."""

    def __init__(self, connections: Iterable[WatchedConnection], patience_seconds: float, most_bytes: int) -> None:
        self._connections = connections
        self._patience_seconds = patience_seconds
        self._most_bytes = most_bytes

    def lose_patience_after(self, seconds: float) -> None:
        """Wait no longer than this from now on, also for those who have been waited for."""
        self._patience_seconds = min(seconds, self._patience_seconds)

    def unread(self) -> int:
        """The bytes that wait for all clients."""
        return sum(_transport(each).get_write_buffer_size() for each in list(self._connections))

    def watching(self) -> AbstractAsyncContextManager[None]:
        """Look while the block runs."""
        return in_background(self._look_again_and_again())

    async def _look_again_and_again(self) -> None:
        while True:
            # Also who is patient looks often: patience may be lost.
            await asyncio.sleep(min(self._patience_seconds / _LOOKS_WITHIN_PATIENCE, _LONGEST_SLEEP_SECONDS))
            self.look(asyncio.get_running_loop().time())

    def look(self, now: float) -> None:
        """Cut off whoever has taken nothing for too long; `now` is in seconds by any clock that goes on.

        Too long is less where more waits for such clients than may: those who have taken nothing longest go first.
        """
        waited = [(_transport(each).seconds_without_reading(now), each) for each in list(self._connections)]
        idle = [(seconds, each) for seconds, each in waited if seconds >= _SHORTEST_PATIENCE_SECONDS]
        unread = sum(_transport(each).get_write_buffer_size() for _, each in idle)
        for seconds, connection in sorted(idle, key=itemgetter(0), reverse=True):
            if seconds < self._patience_seconds and unread <= self._most_bytes:
                return
            unread -= _transport(connection).get_write_buffer_size()
            _give_up(connection)


def _transport(connection: WatchedConnection) -> MeteredTransport:
    return cast(MeteredTransport, connection.transport)


def _give_up(connection: WatchedConnection) -> None:
    """Throw away what waits for the client: it costs memory, and a connection that is closed would wait for it too."""
    kind, request_id = connection.answering()
    unread = connection.transport.get_write_buffer_size()
    GIVEN_UP.labels(kind.value).inc()
    if kind.is_of_subscriber:
        DROPPED.labels(DropReason.NOT_READING.value).inc()
        _log.info("subscriber_let_go", reason=DropReason.NOT_READING.value, unread_bytes=unread, request_id=request_id)
    else:
        _log.info("answer_given_up", kind=kind.value, unread_bytes=unread, request_id=request_id)
    connection.transport.abort()
