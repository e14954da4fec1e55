"""The listener of a process: looks when it is given a hint, and every two seconds, on a connection of its own."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog

from persistence.database import Database
from persistence.faults import DATABASE_FAULTS
from persistence.hints import CHANNEL
from persistence.readers.live.channel import Bounds, Channel
from persistence.readers.live.snapshots import Position
from persistence.readers.live.source import Source
from persistence.readers.live.subscriber import Subscriber

APPLICATION_NAME = "partsgraph listener"
"""How its connection is called in pg_stat_activity."""

_LOOK_SECONDS = 2.0
# Commits come in faster than anybody reads what is told of them: a look for each would cost the database as much again.
_BETWEEN_LOOKS_SECONDS = 0.1
_STATEMENT_SECONDS = 10.0
_SHORTEST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 2.0

_log = structlog.get_logger(__name__)


class ListenerStopped(Exception):
    """The server is stopping and takes no more subscribers."""


class Listener:
    """Tells subscribers what any process committed, each event once and in order, also after a lost connection.

    `listening` runs it; without that nobody is told anything.
    """

    def __init__(self, database: Database, bounds: Bounds) -> None:
        self._database = database
        self._bounds = bounds
        self._channels: dict[str, Channel] = {}
        self._hint = asyncio.Event()
        self._joined = asyncio.Event()
        self._is_stopped = False
        self.is_connected = False
        """Whether its connection stands."""
        self.looked_at: float | None = None
        """When it last told a page of a backlog, or all there was, by time.monotonic(); None before the first time."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen while the block runs."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def subscribe(self, source: Source[Any], topic: Hashable, after: Position | None = None) -> Subscriber:
        """A subscriber who is told everything about the topic that is committed from now on, or after a position.

        The caller closes it. Raises PositionTooOld, ListenerStopped, and what the database raises.
        """
        if self._is_stopped:
            raise ListenerStopped
        channel = self._channels.setdefault(source.name, Channel(source, self._database, self._bounds))
        subscriber, begun = channel.join(topic)
        self._joined.set()
        self._hint.set()
        try:
            seen = await begun
            if self._is_stopped:
                raise ListenerStopped
            if after is not None:
                subscriber.begin_with(await channel.earlier(after, seen, topic))
        except BaseException:
            begun.cancel()
            subscriber.close()
            raise
        return subscriber

    def complete_all(self) -> None:
        """End every subscription after what waits for it, and take no more; for the stop of the server."""
        self._is_stopped = True
        for channel in self._channels.values():
            for subscriber in channel.subscribers:
                subscriber.complete()

    async def _run(self) -> None:
        wait_seconds, task = _SHORTEST_WAIT_SECONDS, asyncio.current_task()
        while True:
            began = time.monotonic()
            try:
                await self._follow()
            except DATABASE_FAULTS as error:
                # The first line of an outage tells it; those of the attempts that follow would only repeat it.
                if self.is_connected or wait_seconds == _SHORTEST_WAIT_SECONDS:
                    _log.warning("listener lost its connection", error=type(error).__name__)
            except asyncio.CancelledError:
                # The driver cancels what waits for a connection that breaks while it is made.
                if task is None or task.cancelling():
                    raise
            except Exception:  # noqa: BLE001 - a listener that ended would leave every subscriber without events
                _log.exception("listener failed")
            self.is_connected = False
            if time.monotonic() - began > _LONGEST_WAIT_SECONDS:
                wait_seconds = _SHORTEST_WAIT_SECONDS
            await asyncio.sleep(wait_seconds * random.uniform(0.5, 1))
            wait_seconds = min(2 * wait_seconds, _LONGEST_WAIT_SECONDS)

    async def _follow(self) -> None:
        """Look again and again, until the connection is lost."""
        # A plan for any position reads the whole ledger on each look; one for this position reads what is new.
        settings = {"application_name": APPLICATION_NAME, "jit": "off", "plan_cache_mode": "force_custom_plan"}
        # Each statement has its time; a look at a long backlog takes many of them.
        connection = await asyncpg.connect(
            self._database.url,
            timeout=_STATEMENT_SECONDS,
            command_timeout=_STATEMENT_SECONDS,
            server_settings=settings,
        )
        try:
            connection.add_termination_listener(self._on_hint)
            await connection.add_listener(CHANNEL, self._on_hint)
            self.is_connected = True
            while True:
                self._hint.clear()
                self._joined.clear()
                await self._look(connection)
                self._note_look()
                await self._hinted()
        finally:
            connection.terminate()

    async def _look(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        if connection.is_closed():
            raise asyncpg.ConnectionDoesNotExistError("the listener's connection is closed")
        for channel in tuple(self._channels.values()):
            await channel.advance(connection, self._note_look)

    def _note_look(self) -> None:
        self.looked_at = time.monotonic()

    async def _hinted(self) -> None:
        """Wait until there may be something new; commits close to each other are looked at together."""
        looked_at = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._hint.wait()
            async with asyncio.timeout_at(looked_at + _BETWEEN_LOOKS_SECONDS):
                # Whoever subscribes waits for a look, which is not put off.
                await self._joined.wait()
        except TimeoutError:
            return

    def _on_hint(self, *_: object) -> None:
        self._hint.set()
