"""The connections that stay open for subscriptions: how many there may be, and how all of them end."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from domain.entities.actor import LOCAL_ACTOR, Actor
from graph.execution.refusals import RequestCode, over_limit, refusal
from persistence.readers.live import Listener
from server.settings import Settings
from server.wire.live.strangers import Strangers, StrangerSocket
from server.wire.live.token_watch import TokenHolder, TokenWatch
from server.wire.refusals import HttpCode


class LeavingConnection(StrangerSocket, Protocol):
    """A WebSocket, which can be asked to end in order."""

    async def go_away(self) -> None: ...


class LiveConnections:
    """WebSockets and event streams of this process.

    Who has said who he is counts, among all and among those of his name; WebSockets of strangers have places of their
    own. At shutdown the lifecycle calls `complete_all`: every subscription is sent what waits for it and its
    `complete`, WebSockets then close with 1001, event streams end; new ones are refused.
    """

    def __init__(self, listener: Listener, settings: Settings) -> None:
        self._listener = listener
        self._most = settings.max_live_connections
        self._most_of_an_actor = settings.max_live_connections_per_actor
        self._strangers = Strangers(settings.max_stranger_sockets)
        self._tokens = TokenWatch(settings.token_kept_seconds)
        self._of_actors: Counter[str] = Counter()
        self._sockets: set[LeavingConnection] = set()
        self._is_stopping = False
        self._leaving: set[asyncio.Task[None]] = set()

    def check_room(self, actor: Actor | None = None) -> None:
        """Raises RequestRefused when there are as many as there may be, or the server is stopping."""
        if self._is_stopping:
            raise refusal(HttpCode.NOT_READY, "This server is stopping. Connect again in a moment.")
        count = self._of_actors.total()
        if count >= self._most:
            raise over_limit(RequestCode.CONNECTION_LIMIT, "live connections", count + 1, self._most)
        # Everybody has this name where there are no tokens yet.
        if actor is None or actor is LOCAL_ACTOR:
            return
        count = self._of_actors[actor.name]
        if count >= self._most_of_an_actor:
            named = "live connections of one actor"
            raise over_limit(RequestCode.CONNECTION_LIMIT, named, count + 1, self._most_of_an_actor)

    @contextmanager
    def socket(self, socket: LeavingConnection, address: str) -> Iterator[None]:
        """A WebSocket from this address is open while the block runs: a stranger's, until it is `known`."""
        self._sockets.add(socket)
        self._strangers.add(socket, address)
        try:
            yield
        finally:
            self._strangers.remove(socket)
            self._sockets.discard(socket)

    def known_now(self, socket: LeavingConnection) -> None:
        """It takes no place of a stranger any more."""
        self._strangers.remove(socket)

    @contextmanager
    def known(self, actor: Actor, connection: TokenHolder) -> Iterator[None]:
        """Count a connection of this actor, and look at its token, while the block runs.

        Raises RequestRefused as `check_room` does.
        """
        self.check_room(actor)
        self._of_actors[actor.name] += 1
        self._tokens.add(connection)
        try:
            yield
        finally:
            self._tokens.remove(connection)
            self._of_actors[actor.name] -= 1
            if not self._of_actors[actor.name]:
                del self._of_actors[actor.name]

    def complete_all(self) -> None:
        """Begin to end every subscription with `complete` and every WebSocket with 1001, and take no more."""
        self._is_stopping = True
        self._listener.complete_all()
        for socket in self._sockets:
            task = asyncio.create_task(socket.go_away())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
