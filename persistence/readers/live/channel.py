"""The subscribers of one source, and how far the source has been read for them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select

from persistence.database import Database
from persistence.readers.live.snapshots import Position
from persistence.readers.live.source import Event, Source
from persistence.readers.live.subscriber import Subscriber
from persistence.statements import Connection, Statement

_SNAPSHOT = Statement(select(cast(func.pg_current_snapshot(), Text())))


_CATCH_UP_SECONDS = 0.5
_CATCH_UP_LOOKS = 50
_PATIENT_LOOKS = 5


class PositionTooOld(Exception):
    """More was committed since the position than is told again."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a subscriber may use: events that wait for it, and earlier events it may be told again."""

    waiting_events: int = 1_000
    earlier_events: int = 10_000


class Channel:
    """Read by the listener alone, so that its position moves in one place."""

    def __init__(self, source: Source[Any], database: Database, bounds: Bounds) -> None:
        self._source = source
        self._database = database
        self._bounds = bounds
        self._position: Position | None = None
        self._subscribers: dict[Hashable, set[Subscriber]] = {}
        self._joining: list[tuple[Subscriber, asyncio.Future[str]]] = []

    @property
    def subscribers(self) -> list[Subscriber]:
        """Everyone who is told."""
        return [subscriber for group in self._subscribers.values() for subscriber in group]

    def join(self, topic: Hashable) -> tuple[Subscriber, "asyncio.Future[str]"]:
        """A subscriber, and the snapshot after which it is told everything, once the listener has looked."""
        subscriber = Subscriber(topic, self._bounds.waiting_events, self._leave)
        begun: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._joining.append((subscriber, begun))
        return subscriber, begun

    async def advance(self, connection: Connection, on_page: Callable[[], None]) -> None:
        """Tell what was committed since the last look, then take in who joined before this one.

        The look begins after they joined: whatever they have seen on another server is behind them. Without
        subscribers nothing is read. `on_page` is called whenever a page of a long backlog has been told.
        """
        joining, self._joining = self._joining, []
        try:
            position = await self._looked(connection, self._position, on_page) if self._subscribers else None
            if joining and position is None:
                position = Position(await _SNAPSHOT.value(connection))
        except BaseException:
            self._joining = joining + self._joining
            raise
        self._position = position
        for subscriber, begun in joining:
            if position is not None and not begun.done():
                self._subscribers.setdefault(subscriber.topic, set()).add(subscriber)
                begun.set_result(position.seen)

    async def earlier(self, position: Position, until: str, topic: Hashable) -> AsyncIterator[Event[Any]]:
        """What was committed between the position and the snapshot, for one topic. Raises PositionTooOld."""
        most = self._bounds.earlier_events
        async with self._reading() as connection:
            if await self._source.count(connection, position, until, most + 1) > most:
                raise PositionTooOld
        return self._read_again(position, until, topic)

    async def _read_again(self, position: Position, until: str, topic: Hashable) -> AsyncIterator[Event[Any]]:
        if position.until is None:
            position = Position(position.seen, until)
        while True:
            is_last = position.until == until
            async with self._reading() as connection:
                events, position, _ = await self._source.read(connection, position)
            for event in events:
                if topic in self._source.topics(event):
                    yield event
            if position.until is None:
                if is_last:
                    return
                position = Position(position.seen, until)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Connection]:
        """A connection whose statements are planned for their position: a plan for any reads the whole ledger."""
        async with self._database.reads.lend() as connection, connection.transaction(readonly=True):
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            yield connection

    async def _looked(
        self, connection: Connection, position: Position | None, on_page: Callable[[], None]
    ) -> Position | None:
        is_all = False
        while position is not None and not is_all:
            events, position, is_all = await self._source.read(connection, position)
            self._position = position
            for event in events:
                self._tell(event)
            on_page()
            if not is_all:
                await self._caught_up()
        return position

    async def _caught_up(self) -> None:
        """Let subscribers take what a long backlog put into their queues, as long as those who are behind get on.

        Those who take nothing are waited for a twentieth of a second, in which a handful of events is answered: the
        others must not notice it.
        """
        waiting, idle = self._waiting_for_those_behind(), 0
        for _ in range(_CATCH_UP_LOOKS):
            if not waiting or idle == _PATIENT_LOOKS:
                return
            await asyncio.sleep(_CATCH_UP_SECONDS / _CATCH_UP_LOOKS)
            before, waiting = waiting, self._waiting_for_those_behind()
            idle = 0 if waiting < before else idle + 1

    def _waiting_for_those_behind(self) -> int:
        return sum(subscriber.waiting for subscriber in self.subscribers if subscriber.is_behind)

    def _tell(self, event: Event[Any]) -> None:
        for topic in self._source.topics(event):
            for subscriber in tuple(self._subscribers.get(topic, ())):
                subscriber.tell(event)

    def _leave(self, subscriber: Subscriber) -> None:
        group = self._subscribers.get(subscriber.topic)
        if group is not None:
            group.discard(subscriber)
            if not group:
                del self._subscribers[subscriber.topic]
