"""Start and stop of the server, in order.

    start   port → data directory's lock → PostgreSQL → object store → migrations → bucket → starter types
            → first token → demo workshop → HTTP
    stop    HTTP (running requests finish) → pools and clients → object store → PostgreSQL → lock

The first SIGINT or SIGTERM stops in this order and the process ends with 0; the second ends it at once with 1. Then the
kernel stops the embedded servers (on Linux), and the next start cleans up whatever is left.
"""

import asyncio
import gc
import math
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
import uvloop
from botocore.exceptions import BotoCoreError, ClientError

from server.asgi import create_app
from server.database import prepare_database
from server.embedded import open_surroundings
from server.errors import OperatorError
from server.first_start import load_first_content
from server.listening import bind, url_of
from server.logging import configure_logging
from server.progress import Announcer
from server.settings import Settings, misspelt_variables
from server.wire.http_protocol import GraphQLShapedHttpProtocol
from server.wiring import Application, open_application

_ABOUT_THE_ADDRESS = "(GraphiQL at /, API at /graphql; Ctrl-C stops)"
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _HttpServer(uvicorn.Server):
    """uvicorn without its signal handlers (stopping is decided here, for all parts together), telling when it is up."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to accept connections."""
        try:
            await super().startup(sockets)
        except OSError as error:
            # Two programs may bind one port; the second to listen fails.
            raise OperatorError(f"cannot listen ({error.strerror}); choose another port with --port") from None
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _StopSignals:
    """Turns signals into an orderly stop: before HTTP is up by cancelling the start, afterwards by asking uvicorn."""

    def __init__(self) -> None:
        self._start = asyncio.current_task()
        self._http: uvicorn.Server | None = None
        self.received = False
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)

    def hand_over_to(self, http: uvicorn.Server) -> None:
        """From now on a signal lets the HTTP server finish its requests."""
        self._http = http
        http.should_exit = self.received

    def ignore(self) -> None:
        """Everything is stopped; a late signal must not disturb the last moments of the process."""
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN)

    def _on_signal(self) -> None:
        if self.received:
            os._exit(1)
        self.received = True
        if self._http is not None:
            self._http.should_exit = True
        elif self._start is not None:
            self._start.cancel()


def serve(settings: Settings) -> None:
    """Runs the server until a signal ends it. Raises OperatorError when it cannot start."""
    configure_logging(settings.log_level, settings.log_format)
    announcer = Announcer(in_log=settings.log_format == "json")
    for line in misspelt_variables():
        announcer.tell(f"partsgraph: {line}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, announcer))


async def _serve(settings: Settings, announcer: Announcer) -> None:
    signals = _StopSignals()
    try:
        with bind(settings.host, settings.port) as listener:
            await _run(settings, announcer, listener, signals)
    except asyncio.CancelledError:
        if not signals.received:
            raise
    finally:
        signals.ignore()
    announcer.tell("Partsgraph has stopped.")


async def _run(settings: Settings, announcer: Announcer, listener: socket.socket, signals: _StopSignals) -> None:
    async with open_surroundings(settings, announcer) as surroundings:
        complete = surroundings.settings
        await prepare_database(complete, announcer)
        async with open_application(complete) as application:
            await _make_bucket(application)
            await load_first_content(application, announcer)
            await _refuse_open_server(application)

            def tell_ready() -> None:
                surroundings.announce(port=listener.getsockname()[1])
                announcer.tell(f"Partsgraph is ready: {url_of(listener)} {_ABOUT_THE_ADDRESS}")

            http = _HttpServer(_http_configuration(application), tell_ready)
            signals.hand_over_to(http)
            _settle_memory()
            await http.serve(sockets=[listener])


async def _make_bucket(application: Application) -> None:
    try:
        await application.object_store.ensure_bucket()
    except (BotoCoreError, ClientError) as error:
        address, bucket = application.settings.s3_endpoint_url, application.settings.s3_bucket
        raise OperatorError(
            f"the object store {address} cannot be used ({error}); is it running, are the five PARTSGRAPH_S3_ settings "
            f"right, and may they make or read the bucket {bucket}?"
        ) from None


async def _refuse_open_server(application: Application) -> None:
    if application.settings.is_loopback or await application.readers.api_tokens.any_was_ever_made():
        return
    raise OperatorError(
        f"refusing to serve on {application.settings.host} without any API token: everybody who reaches it would be "
        "ADMIN; make one with `partsgraph token create --name NAME --role ADMIN` or set PARTSGRAPH_INITIAL_ADMIN_TOKEN"
    )


def _http_configuration(application: Application) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(application),
        loop="uvloop",
        http=GraphQLShapedHttpProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=math.ceil(application.settings.shutdown_grace_seconds),
    )


def _settle_memory() -> None:
    """Takes what was loaded at start out of the garbage collector's sight; its full runs cost 50–68 ms otherwise."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
