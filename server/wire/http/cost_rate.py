"""How much the operations of an actor may cost in a while: a bucket that fills again at a steady rate.

An operation takes its cost out when it begins. One that costs more than the bucket holds needs a full one, and leaves
a debt.
"""

import math
import time
from collections.abc import Callable

from domain.entities.actor import LOCAL_ACTOR, Actor
from graph.execution.refusals import RequestCode, RequestRefused, refusal
from server.wire.refusals import with_headers

_BURST_SECONDS = 10
_MANY_ACTORS = 1_000


class CostRate:
    """The buckets of this process. `per_second` 0: there is no bound; `burst` 0: what comes in ten seconds."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst or _BURST_SECONDS * per_second
        self._clock = clock
        self._full_at: dict[str, float] = {}
        """When the bucket of an actor is full again; one that is missing is full."""

    def spend(self, actor: Actor, cost: int) -> None:
        """Take the cost of an operation. Raises RequestRefused (RATE_LIMIT) when the actor has to wait.

        Whoever acts because there are no tokens yet shares his name with everybody, and is not bounded.
        """
        if self._per_second <= 0 or actor is LOCAL_ACTOR:
            return
        now = self._clock()
        full_at = max(now, self._full_at.get(actor.name, now))
        there = self._burst - (full_at - now) * self._per_second
        lacking = min(cost, self._burst) - there
        if lacking > 0:
            raise self._refused(cost, math.ceil(lacking / self._per_second))
        self._full_at[actor.name] = full_at + cost / self._per_second
        if len(self._full_at) > _MANY_ACTORS:
            self._full_at = {name: full for name, full in self._full_at.items() if full > now}

    def _refused(self, cost: int, seconds: int) -> RequestRefused:
        told = (
            f"Your operations cost more than {self._per_second:g} per second. Ask again in {seconds} s: this one costs "
            f"{cost}."
        )
        facts = {"cost": cost, "costPerSecond": self._per_second, "retryAfterSeconds": seconds}
        return with_headers(refusal(RequestCode.RATE_LIMIT, told, **facts), {"retry-after": str(seconds)})
