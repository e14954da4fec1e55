"""The connections that stay open for subscriptions: how many there may be, and how all of them end."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from graph.execution.refusals import RequestCode, over_limit, refusal
from persistence.readers.live import Listener
from server.wire.refusals import HttpCode


class LeavingConnection(Protocol):
    """A connection that can be asked to end in order."""

    async def go_away(self) -> None: ...


class LiveConnections:
    """WebSockets and event streams of this process.

    At shutdown the lifecycle calls `complete_all`: every subscription is sent what waits for it and its `complete`,
    WebSockets then close with 1001, event streams end; new ones are refused.
    """

    def __init__(self, listener: Listener, most: int) -> None:
        self._listener = listener
        self._most = most
        self._count = 0
        self._sockets: set[LeavingConnection] = set()
        self._is_stopping = False
        self._leaving: set[asyncio.Task[None]] = set()

    def check_room(self) -> None:
        """Raises RequestRefused when there are as many as there may be, or the server is stopping."""
        if self._is_stopping:
            raise refusal(HttpCode.NOT_READY, "This server is stopping. Connect again in a moment.")
        if self._count >= self._most:
            raise over_limit(RequestCode.CONNECTION_LIMIT, "live connections", self._count + 1, self._most)

    @contextmanager
    def one_more(self, socket: LeavingConnection | None = None) -> Iterator[None]:
        """Count a connection while the block runs."""
        self._count += 1
        if socket is not None:
            self._sockets.add(socket)
        try:
            yield
        finally:
            self._count -= 1
            if socket is not None:
                self._sockets.discard(socket)

    def complete_all(self) -> None:
        """Begin to end every subscription with `complete` and every WebSocket with 1001, and take no more."""
        self._is_stopping = True
        self._listener.complete_all()
        for socket in self._sockets:
            task = asyncio.create_task(socket.go_away())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
