"""Where the process stands between its start and its end, and who has to be told of the end or waited for.

    STARTING → SERVING → DRAINING → CLOSING → STOPPED

Services join in one of two ways. `on_shutdown` is for what only has to know: subscriptions that complete, workers that
take no more jobs; it is called at once when the shutdown begins, while requests still run. `join` is for what has to be
waited for: a running job that hands back its lease; it is called when the last request has been answered, all together,
each within a deadline of its own. Pools, clients and embedded servers are closed after the last of them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

_log = structlog.get_logger("partsgraph.shutdown")


class Phase(StrEnum):
    """What the process does at the moment."""

    STARTING = "starting"
    SERVING = "serving"
    DRAINING = "draining"
    CLOSING = "closing"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class _Waiter:
    name: str
    stop: Callable[[], Awaitable[None]]
    deadline_seconds: float


class Lifecycle:
    """One per process; `phase` and `shutdown_seconds` are for whoever wants to show them."""

    def __init__(self) -> None:
        self._phase = Phase.STARTING
        self._phase_since = time.perf_counter()
        self._notifications: dict[object, tuple[str, Callable[[], None]]] = {}
        self._waiters: list[_Waiter] = []
        self._began_at: float | None = None
        self._ended_at: float | None = None

    @property
    def phase(self) -> Phase:
        """What the process does at the moment."""
        return self._phase

    @property
    def phase_seconds(self) -> float:
        """For how long it has done so."""
        return time.perf_counter() - self._phase_since

    @property
    def is_stopping(self) -> bool:
        """Whether the shutdown has begun."""
        return self._began_at is not None

    @property
    def shutdown_seconds(self) -> float:
        """How long the shutdown has taken so far, or took in all; 0 before it begins."""
        if self._began_at is None:
            return 0.0
        return (self._ended_at or time.perf_counter()) - self._began_at

    def on_shutdown(self, name: str, notify: Callable[[], None]) -> Callable[[], None]:
        """Have `notify` called once when the shutdown begins, or now when it has begun; it must not wait.

        Returns the function that takes the wish back; calling that more than once does no harm.
        """
        wish = object()
        if self.is_stopping:
            _tell(name, notify)
        else:
            self._notifications[wish] = (name, notify)
        return lambda: self._forget(wish)

    def join(self, name: str, stop: Callable[[], Awaitable[None]], deadline_seconds: float) -> None:
        """Have `stop` awaited after the last request; past its deadline it is cancelled, and the shutdown goes on."""
        self._waiters.append(_Waiter(name, stop, deadline_seconds))

    def begin_serving(self) -> None:
        """The server accepts connections."""
        if not self.is_stopping:
            self._enter(Phase.SERVING)

    def begin_shutdown(self) -> None:
        """Readiness turns red, and everybody who joined by notification is told; a second call does nothing."""
        if self.is_stopping:
            return
        self._began_at = time.perf_counter()
        self._enter(Phase.DRAINING)
        _log.info("shutdown_began")
        wishes = list(self._notifications.values())
        self._notifications.clear()
        for name, notify in wishes:
            _tell(name, notify)

    async def stop_services(self) -> None:
        """Stop everything that joined, all together; returns when the last has stopped or missed its deadline."""
        self.begin_shutdown()
        self._enter(Phase.CLOSING)
        waiters, self._waiters = self._waiters, []
        await asyncio.gather(*(_stop(waiter) for waiter in waiters))

    def end(self) -> None:
        """Nothing runs any more."""
        self._ended_at = time.perf_counter()
        self._enter(Phase.STOPPED)
        _log.info("shutdown_ended", duration_ms=round(self.shutdown_seconds * 1_000))

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self._phase_since = time.perf_counter()

    def _forget(self, wish: object) -> None:
        self._notifications.pop(wish, None)


def _tell(name: str, notify: Callable[[], None]) -> None:
    try:
        notify()
    except Exception:  # noqa: BLE001 - one that fails must not keep the others from being told
        _log.exception("shutdown_notification_failed", service=name)


async def _stop(waiter: _Waiter) -> None:
    try:
        async with asyncio.timeout(waiter.deadline_seconds):
            await waiter.stop()
    except TimeoutError:
        _log.warning("service_did_not_stop_in_time", service=waiter.name, deadline_seconds=waiter.deadline_seconds)
    except Exception:  # noqa: BLE001 - nor keep the shutdown from going on
        _log.exception("service_failed_to_stop", service=waiter.name)
