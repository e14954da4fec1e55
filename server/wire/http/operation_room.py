"""How much operations may cost that are under way at a time; the next ones wait for their turn, actor by actor.

What an operation has read lies in memory until it is answered, and its work is done between that of others. So those
that are dear share a room: an actor alone gets half of it, and where several wait, each actor's oldest comes in turn.
Cheap ones, which are nearly all that screens ask for, go in without a look.
"""

import asyncio
from collections import Counter, deque
from contextlib import ExitStack
from dataclasses import dataclass

from domain.entities.actor import Actor
from graph.execution.refusals import RequestCode, refusal
from server.metrics.requests import OPERATIONS_WAITING
from server.wire.refusals import with_headers

_CHEAP_SHARE = 100
_MOST_WAITING = 200
_RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    cost: int
    came: asyncio.Future[None]


class OperationRoom:
    """The room of this process for operations that cost `most_cost` together.

    An operation that costs more than that, or more than an actor's half, runs while nothing else of the room, or of the
    actor, does.
    """

    def __init__(self, most_cost: int) -> None:
        self._most = most_cost
        self._most_of_actor = most_cost // 2
        self._taken = 0
        self._taken_by: Counter[str] = Counter()
        # By the actor, the one whose turn is next first.
        self._waiting: dict[str, deque[_Waiting]] = {}

    def check(self, actor: Actor) -> None:
        """Raises RequestRefused (RATE_LIMIT) when very many of the actor's operations wait already."""
        if len(self._waiting.get(actor.name, ())) >= _MOST_WAITING:
            told = f"{_MOST_WAITING} of your operations wait for their turn. Ask again in {_RETRY_SECONDS} s."
            facts = {"waiting": _MOST_WAITING, "retryAfterSeconds": _RETRY_SECONDS}
            raise with_headers(refusal(RequestCode.RATE_LIMIT, told, **facts), {"retry-after": str(_RETRY_SECONDS)})

    async def enter(self, actor: Actor, cost: int, held: ExitStack) -> None:
        """Return when it is the turn of an operation; what it takes it gives back when `held` is closed."""
        if cost * _CHEAP_SHARE <= self._most:
            return
        name = actor.name
        if self._waiting or not self._has_room(name, cost):
            await self._wait(name, cost)
        else:
            self._take(name, cost)
        held.callback(self._leave, name, cost)

    async def _wait(self, name: str, cost: int) -> None:
        """Return when it is the turn of this one, and its cost is taken."""
        waiting = _Waiting(cost, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(name, deque()).append(waiting)
        # Others may wait for what they cannot have yet, and this one not.
        self._let_in()
        try:
            with OPERATIONS_WAITING.track_inprogress():
                await waiting.came
        except asyncio.CancelledError:
            if waiting.came.cancelled():
                self._forget(name, waiting)
                self._let_in()
            else:
                self._leave(name, cost)
            raise

    def _take(self, name: str, cost: int) -> None:
        self._taken += cost
        self._taken_by[name] += cost

    def _leave(self, name: str, cost: int) -> None:
        self._taken -= cost
        self._taken_by[name] -= cost
        if not self._taken_by[name]:
            del self._taken_by[name]
        if self._waiting:
            self._let_in()

    def _let_in(self) -> None:
        """Begin with those who have waited longest, one of each actor, while there is room."""
        while (name := self._next()) is not None:
            first = self._waiting[name][0]
            self._forget(name, first)
            if name in self._waiting:
                self._waiting[name] = self._waiting.pop(name)
            self._take(name, first.cost)
            first.came.set_result(None)

    def _next(self) -> str | None:
        """The actor whose turn it is. One who waits for room in the whole keeps those behind him waiting, or he would
        wait for ever; one who waits for an operation of his own does not."""
        for name, waiting in self._waiting.items():
            if self._is_within_half(name, waiting[0].cost):
                return name if self._has_room(name, waiting[0].cost) else None
        return None

    def _has_room(self, name: str, cost: int) -> bool:
        return self._is_within_half(name, cost) and (not self._taken or self._taken + cost <= self._most)

    def _is_within_half(self, name: str, cost: int) -> bool:
        own = self._taken_by[name]
        return not own or own + cost <= self._most_of_actor

    def _forget(self, name: str, waiting: _Waiting) -> None:
        self._waiting[name].remove(waiting)
        if not self._waiting[name]:
            del self._waiting[name]
