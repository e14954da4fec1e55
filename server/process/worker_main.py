"""One of several server processes: answers requests on the listening socket that its parent (worker_supervisor) holds.

    python -m server.process.worker_main NUMBER LISTENER READY

NUMBER is for the log; the others are the file descriptors of the socket and of the pipe that takes a byte when the
worker accepts connections. The parent has migrated, seeded and filled in every address; settings come by the
environment.
"""

import asyncio
import os
import socket
import sys

import structlog
import uvloop

from server.errors import OperatorError
from server.logging import configure_logging
from server.process.http_server import answer_requests
from server.process.shutdown import Lifecycle
from server.process.signals import StopSignals
from server.settings import Settings, load_settings
from server.wiring import open_application


def main() -> int:
    """Serves until SIGTERM; the exit code is 1 when it cannot."""
    number, listening, ready = (int(word) for word in sys.argv[1:])
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    structlog.contextvars.bind_contextvars(worker=number)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, socket.socket(fileno=listening), ready))
    except (OperatorError, OSError, TimeoutError) as error:
        structlog.get_logger("partsgraph.workers").error("worker_cannot_serve", reason=str(error))
        return 1
    return 0


async def _serve(settings: Settings, listening: socket.socket, ready: int) -> None:
    signals = StopSignals()
    lifecycle = Lifecycle()

    def tell_parent() -> None:
        os.write(ready, b"1")
        os.close(ready)

    try:
        async with open_application(settings, lifecycle) as application:
            await answer_requests(application, listening, signals, tell_parent)
    except asyncio.CancelledError:
        if not signals.received:
            raise
    finally:
        signals.ignore()
    lifecycle.end()


if __name__ == "__main__":
    sys.exit(main())
