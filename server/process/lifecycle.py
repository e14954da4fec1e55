"""Start and stop of the server, in order.

    start   port → data directory's lock → PostgreSQL → object store → migrations → bucket → starter types
            → first token → demo workshop → HTTP
    stop    readiness red, subscriptions complete → HTTP (running requests finish) → services that joined (jobs hand
            back their lease) → pools and clients → object store → PostgreSQL → lock

With `workers` above 1 this process does everything up to the demo workshop once, and leaves HTTP to its workers
(server.process.worker_supervisor), which it takes down before the object store.

The first SIGINT or SIGTERM stops in this order and the process ends with 0; the second ends it at once with 1. Then the
kernel stops the embedded servers (on Linux), and the next start cleans up whatever is left.
"""

import asyncio
import socket

import uvloop

from domain.entities.actor import Actor, OwnName, Role
from server.embedded.servers import open_surroundings
from server.logging import configure_logging
from server.process.http_server import answer_requests
from server.process.listening_socket import bind, url_of
from server.process.open_files import raise_limit_of_open_files
from server.process.shutdown import Lifecycle
from server.process.signals import StopSignals
from server.process.worker_supervisor import Workers
from server.settings import Settings, misspelt_variables
from server.start.bucket import make_bucket
from server.start.database import prepare_database
from server.start.first_data import load_first_content
from server.start.open_server import refuse_open_server
from server.start.progress import Announcer
from server.wiring import open_application

_SERVER = Actor(OwnName.SERVER, Role.ADMIN)
_ABOUT_THE_ADDRESS = "(GraphiQL at /, API at /graphql; Ctrl-C stops)"


def serve(settings: Settings) -> None:
    """Runs the server until a signal ends it. Raises OperatorError when it cannot start."""
    configure_logging(settings.log_level, settings.log_format)
    raise_limit_of_open_files(settings.max_live_connections)
    announcer = Announcer(in_log=settings.log_format == "json")
    for line in misspelt_variables():
        announcer.tell(f"partsgraph: {line}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, announcer))


async def _serve(settings: Settings, announcer: Announcer) -> None:
    signals = StopSignals()
    lifecycle = Lifecycle()
    try:
        with bind(settings.host, settings.port) as listening:
            await _run(settings, announcer, listening, signals, lifecycle)
    except asyncio.CancelledError:
        if not signals.received:
            raise
    finally:
        signals.ignore()
    lifecycle.end()
    announcer.tell("Partsgraph has stopped.")


async def _run(
    settings: Settings, announcer: Announcer, listening: socket.socket, signals: StopSignals, lifecycle: Lifecycle
) -> None:
    async with open_surroundings(settings, announcer) as surroundings:
        complete = surroundings.settings

        def tell_ready() -> None:
            surroundings.announce(port=listening.getsockname()[1])
            announcer.tell(f"Partsgraph is ready: {url_of(listening)} {_ABOUT_THE_ADDRESS}")

        await prepare_database(complete, announcer)
        async with open_application(complete, lifecycle) as application:
            await make_bucket(application)
            await load_first_content(application, announcer)
            await application.services.value_readings.begin(_SERVER)
            await application.services.search.begin(_SERVER)
            await refuse_open_server(application)
            if complete.workers == 1:
                await answer_requests(application, listening, signals, tell_ready)
        if complete.workers > 1:
            workers = Workers(complete, listening)
            lifecycle.on_shutdown("workers", workers.stop)
            signals.hand_over_to(lifecycle.begin_shutdown, workers.kill, workers.restart)
            lifecycle.begin_serving()
            await workers.run(tell_ready)
