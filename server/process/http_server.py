"""uvicorn, with an end of its own: it answers whatever was asked, and only then lets the connections go.

    readiness is red     the lifecycle's notifications have been called; subscriptions complete
    accept               new connections for `shutdown_accept_seconds`, while a balancer has not noticed yet
    drain                no new connections; each answer says Connection: close; idle connections close after
                         `shutdown_idle_seconds`; requests and uploads have `shutdown_grace_seconds`
    cancel               what is left is cancelled and answered UNAVAILABLE

uvicorn's own shutdown closes idle connections at once, which a client that is about to send notices as a failure.
"""

import asyncio
import functools
import math
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import structlog
import uvicorn

from server.errors import OperatorError
from server.process.allocator import give_large_blocks_back, trimming
from server.process.collector import settle, settling
from server.process.descriptor_reserve import DescriptorReserve, backlog_of
from server.process.http_protocol import GraphQLShapedHttpProtocol
from server.process.reader_watch import ReaderWatch, WatchedConnection
from server.process.signals import StopSignals
from server.process.websocket_protocol import SturdyWebSocketProtocol
from server.upkeep.temporary_file_removal import cleaning
from server.wire.application import create_app
from server.wiring import Application

_LOOK_EVERY_SECONDS = 0.05
_LAST_WORDS_SECONDS = 1.0
_TURN_SECONDS = 0.001
_CLOSE = (b"connection", b"close")

_log = structlog.get_logger("partsgraph.shutdown")


class HttpServer(uvicorn.Server):
    """Serves an open application; stopping is asked for by `should_exit` alone."""

    def __init__(self, application: Application, on_ready: Callable[[], None]) -> None:
        super().__init__(_configuration(application))
        self._settings = application.settings
        self._lifecycle = application.lifecycle
        self._on_ready = on_ready
        connections = cast("set[WatchedConnection]", self.server_state.connections)
        # Who takes nothing leaves half of the room to those who do.
        most_idle = self._settings.max_unread_bytes // 2
        self.reader_watch = ReaderWatch(connections, self._settings.subscription_send_timeout_seconds, most_idle)
        """Runs as long as the server has connections."""
        application.answer_room.unread = self.reader_watch.unread

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to accept connections."""
        try:
            await super().startup(sockets)
        except OSError as error:
            # Two programs may bind one port; the second to listen fails.
            raise OperatorError(f"cannot listen ({error.strerror}); choose another port with --port") from None
        self._lifecycle.begin_serving()
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the business of server.process.signals."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drains the connections; returns when the last one is gone."""
        settings = self._settings
        self._lifecycle.begin_shutdown()
        # Who reads nothing is waited for no longer than who says nothing.
        self.reader_watch.lose_patience_after(settings.shutdown_idle_seconds)
        self.server_state.default_headers = [*self.server_state.default_headers, _CLOSE]
        self._drain_connections()
        if settings.shutdown_accept_seconds > 0:
            await asyncio.sleep(settings.shutdown_accept_seconds)
            self._drain_connections()
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        idle_seconds = min(settings.shutdown_idle_seconds, settings.shutdown_grace_seconds)
        if await self._is_empty_within(idle_seconds):
            return
        self._close_sockets()
        if await self._is_empty_within(settings.shutdown_grace_seconds - idle_seconds):
            return
        await self._give_up()

    def _drain_connections(self) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, GraphQLShapedHttpProtocol):
                connection.drain(self._settings.shutdown_idle_seconds)

    async def _is_empty_within(self, seconds: float) -> bool:
        deadline = time.perf_counter() + seconds
        while self.server_state.connections or self.server_state.tasks:
            if time.perf_counter() >= deadline:
                return False
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        return True

    def _close_sockets(self) -> None:
        """Closes WebSockets whose subscriptions have completed and which their clients keep open."""
        for connection in list(self.server_state.connections):
            if not isinstance(connection, GraphQLShapedHttpProtocol):
                connection.shutdown()

    async def _give_up(self) -> None:
        tasks, connections = self.server_state.tasks, self.server_state.connections
        _log.warning("grace_period_is_over", requests=len(tasks), connections=len(connections))
        for task in list(tasks):
            task.cancel()
        await self._is_empty_within(_LAST_WORDS_SECONDS)
        for connection in list(connections):
            transport = connection.transport
            if transport is not None:
                transport.abort()


def _configuration(application: Application) -> uvicorn.Config:
    settings = application.settings
    reserve = DescriptorReserve(application.metrics.process.connection_in_reserve)
    return uvicorn.Config(
        create_app(application),
        loop="uvloop",
        # uvicorn only calls it.
        http=cast("type[asyncio.Protocol]", functools.partial(GraphQLShapedHttpProtocol, reserve=reserve)),
        backlog=backlog_of(resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
        ws=SturdyWebSocketProtocol,
        ws_max_size=settings.max_message_bytes,
        ws_ping_interval=settings.socket_ping_seconds,
        ws_ping_timeout=settings.socket_ping_seconds,
        # Compression would cost each connection hundreds of kilobytes.
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_keep_alive=math.ceil(settings.keep_alive_seconds),
        timeout_graceful_shutdown=math.ceil(settings.shutdown_grace_seconds),
    )


async def answer_requests(
    application: Application, listening: socket.socket, signals: StopSignals, on_ready: Callable[[], None]
) -> None:
    """Serves until a signal, then drains the connections and stops the services that joined the lifecycle."""
    http = HttpServer(application, on_ready)

    def stop() -> None:
        application.lifecycle.begin_shutdown()
        http.should_exit = True

    try:
        signals.hand_over_to(stop)
        give_large_blocks_back()
        settle()
        _let_the_loop_go_first()
        application.file_reader.start(application.lifecycle)
        if application.settings.job_slots > 0:
            application.job_runner.start(application.lifecycle)
        async with (
            application.readers.live.listening(),
            cleaning(),
            trimming(),
            settling(),
            http.reader_watch.watching(),
        ):
            await http.serve(sockets=[listening])
    finally:
        await application.lifecycle.stop_services()


def _let_the_loop_go_first() -> None:
    """Threads that work beside the event loop give way to it after a millisecond, where five are Python's default.

    The loop asks for its turn each time it has waited for something, and a request waits several times.
    """
    sys.setswitchinterval(_TURN_SECONDS)
