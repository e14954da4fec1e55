"""SIGTERM: every subscription is completed, every connection closed in order, and the process is gone soon."""

import asyncio
from contextlib import AsyncExitStack

import httpx

from tests.live.sockets import STOCK_CHANGES, acknowledged, open_socket
from tests.live.streams import events
from tests.log_lines import lines_of
from tests.server_process import ServerProcess, settings_for_same_stores

SUBSCRIBERS = 50


async def test_at_sigterm_every_subscription_is_completed_and_the_server_ends_in_its_grace_period(
    server: ServerProcess,
) -> None:
    # Who ends within a minute of ten ends because nothing is left to be done.
    settings = {"PARTSGRAPH_SHUTDOWN_GRACE_SECONDS": "600", "PARTSGRAPH_SHUTDOWN_IDLE_SECONDS": "0.2"}
    process = ServerProcess(settings=settings_for_same_stores(server) | settings)
    try:
        await asyncio.to_thread(process.start)
        async with AsyncExitStack() as held:
            sockets = [await held.enter_async_context(acknowledged(process)) for _ in range(SUBSCRIBERS)]
            for socket in sockets:
                await socket.subscribe("a")
                await socket.subscribe("b")
            idle = await held.enter_async_context(open_socket(process))
            client = await held.enter_async_context(httpx.AsyncClient(base_url=process.base_url, trust_env=False))
            stream = await held.enter_async_context(events(client, STOCK_CHANGES))
            stopping = asyncio.create_task(asyncio.to_thread(process.stop, 60))
            for socket in sockets:
                told = [await socket.receive(), await socket.receive()]
                assert sorted(message["id"] for message in told) == ["a", "b"]
                assert {message["type"] for message in told} == {"complete"}
                assert (await socket.closed())[0] == 1001
            assert (await idle.closed())[0] == 1001
            assert [event["event"] async for event in stream] == ["complete"]
            assert await stopping == 0
        assert lines_of(process, event="service_did_not_stop_in_time") == []
        assert process.new_error_lines() == []
    finally:
        process.remove()
