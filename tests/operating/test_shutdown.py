"""Services join the shutdown by notification or as waiters with a deadline; none of them can keep it from ending."""

import asyncio

from server.process.shutdown import Lifecycle, Phase


async def _nothing() -> None:
    """A service that has nothing to stop."""


async def test_notifications_come_at_once_and_waiters_after_the_requests() -> None:
    lifecycle = Lifecycle()
    told: list[str] = []

    async def stop_jobs() -> None:
        told.append("jobs")

    lifecycle.on_shutdown("subscriptions", lambda: told.append("subscriptions"))
    lifecycle.join("jobs", stop_jobs, deadline_seconds=5)
    lifecycle.begin_serving()
    assert (lifecycle.phase, lifecycle.is_stopping, lifecycle.shutdown_seconds) == (Phase.SERVING, False, 0)
    lifecycle.begin_shutdown()
    assert (told, lifecycle.phase) == (["subscriptions"], Phase.DRAINING)
    await lifecycle.stop_services()
    assert (told, lifecycle.phase) == (["subscriptions", "jobs"], Phase.CLOSING)
    lifecycle.end()
    assert lifecycle.phase is Phase.STOPPED
    taken = lifecycle.shutdown_seconds
    assert lifecycle.shutdown_seconds == taken > 0


async def test_everybody_is_told_once_also_beside_one_that_fails_and_after_the_beginning() -> None:
    lifecycle = Lifecycle()
    told: list[int] = []

    def fail() -> None:
        raise ValueError("cannot be told")

    lifecycle.on_shutdown("faulty", fail)
    leave = lifecycle.on_shutdown("gone", lambda: told.append(1))
    lifecycle.on_shutdown("there", lambda: told.append(2))
    leave()
    leave()
    lifecycle.begin_shutdown()
    lifecycle.begin_shutdown()
    assert told == [2]
    lifecycle.on_shutdown("late", lambda: told.append(3))
    assert told == [2, 3]


async def test_a_waiter_past_its_deadline_is_cancelled_and_one_that_fails_keeps_nobody() -> None:
    lifecycle = Lifecycle()
    ended: list[str] = []

    async def hang() -> None:
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            ended.append("hanging")
            raise

    async def fail() -> None:
        raise ValueError("cannot stop")

    async def stop() -> None:
        await asyncio.sleep(0.05)
        ended.append("sound")

    # They begin in this order, and timers of one loop ring in the order of their times, however busy the machine is.
    lifecycle.join("sound", stop, deadline_seconds=60)
    lifecycle.join("hanging", hang, deadline_seconds=0.1)
    lifecycle.join("faulty", fail, deadline_seconds=5)
    lifecycle.join("idle", _nothing, deadline_seconds=5)
    await lifecycle.stop_services()
    assert ended == ["sound", "hanging"]
