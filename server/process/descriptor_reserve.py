"""Some file descriptors are kept for those who ask for health, and it is told when the others are used up.

    0 … all who come …│… kept: for whoever asks for health, and for files of our own …│ the limit of the process

A new descriptor has the lowest free number, so the number of a connection tells how many are in use. Whoever connects
when only kept ones are left may ask for health and nothing else, has little time, and gives way to newcomers. Without
that the event loop would accept and close every connection, and nobody would hear of it.
"""

import asyncio
import resource
import socket
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from graph.execution.refusals import RequestCode, refusal
from server.process.request_bounds import RequestNotServed
from server.wire.refusals import with_headers

SECONDS_IN_RESERVE = 2.0
"""A connection in the reserve has so long to ask."""

_FOR_HEALTH = frozenset({b"/healthz", b"/readyz", b"/metrics"})
_MOST_OF_OUR_OWN = 100
_MOST_WAITING = 2_048
_FEWEST_WAITING = 8
_SECONDS_BETWEEN_LINES = 60.0

_log = structlog.get_logger("partsgraph.open_files")


def backlog_of(limit: int) -> int:
    """How many connections may wait to be accepted: at most so many come in one turn of the event loop."""
    return _MOST_WAITING if limit == resource.RLIM_INFINITY else max(_FEWEST_WAITING, min(limit // 16, _MOST_WAITING))


def first_kept(limit: int) -> int:
    """The lowest descriptor that is kept: as many as are served at a time and come in one turn, and some of our own."""
    return limit - min(_MOST_OF_OUR_OWN, limit // 8) - 2 * backlog_of(limit)


class ReservedConnection(Protocol):
    """A connection that is in the reserve."""

    transport: asyncio.Transport

    def is_answering(self) -> bool:
        """Whether an answer is being made for it."""


class DescriptorReserve:
    """The connections of one server that hold kept descriptors; `count` is called for each that comes."""

    def __init__(self, count: Callable[[], None]) -> None:
        self._count = count
        self._connections: dict[ReservedConnection, None] = {}
        self._told_at: float | None = None
        self._untold = 0

    def takes(self, connection: ReservedConnection, its_socket: socket.socket) -> bool:
        """Whether the new connection is in the reserve; the oldest one there gives way when it is full."""
        # It may be changed while the process runs (prlimit).
        limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit == resource.RLIM_INFINITY or its_socket.fileno() < first_kept(limit):
            return False
        self._tell(limit)
        if len(self._connections) >= backlog_of(limit):
            self._displace()
        self._connections[connection] = None
        return True

    def forget(self, connection: ReservedConnection) -> None:
        """The connection has ended."""
        self._connections.pop(connection, None)

    def _displace(self) -> None:
        oldest = next((each for each in self._connections if not each.is_answering()), next(iter(self._connections)))
        self.forget(oldest)
        oldest.transport.abort()

    def _tell(self, limit: int) -> None:
        self._count()
        self._untold += 1
        now = time.monotonic()
        if self._told_at is None or now - self._told_at >= _SECONDS_BETWEEN_LINES:
            _log.warning("open_files_run_out", limit=limit, connections=self._untold)
            self._told_at, self._untold = now, 0


def check_target(target: bytes) -> None:
    """Raises RequestNotServed for anything but health and figures."""
    if target.partition(b"?")[0] not in _FOR_HEALTH:
        refused = refusal(RequestCode.UNAVAILABLE, "The server has no room for more connections at the moment.")
        raise RequestNotServed(503, with_headers(refused, {"retry-after": "5"}))
