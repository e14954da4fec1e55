"""Where `partsgraph worker` tells how it is: /healthz, /readyz and /metrics on a port of its own, where one is set."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from server.authentication import Authenticator
from server.process.listening_socket import bind
from server.settings import Settings
from server.wire.http.host_check import HostCheck
from server.wire.http.request_scope import RequestScope
from server.wire.http.router_errors import answer_http_error
from server.wire.pages.health import ReadinessRoute, add_store_checks, healthz
from server.wire.pages.metrics import METRICS_PATH, MetricsPage, public_paths
from server.wiring import Application

_GRACE_SECONDS = 1


@asynccontextmanager
async def telling(application: Application) -> AsyncIterator[None]:
    """Answer while the block runs; without a port nothing listens. Raises OperatorError when the port is taken."""
    settings = application.settings
    if settings.worker_port is None:
        yield
        return
    with bind(settings.worker_host, settings.worker_port) as listening:
        # From here on connections wait in the socket's queue until they are accepted.
        listening.listen()
        server = _Server(_configuration(_routes(application, settings)))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the business of server.process.signals."""
        yield


def _routes(application: Application, settings: Settings) -> Starlette:
    authenticator = Authenticator(application)
    add_store_checks(application)
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", ReadinessRoute(application).readyz),
            Route(METRICS_PATH, MetricsPage(application, authenticator).serve),
        ],
        middleware=[
            Middleware(RequestScope),
            Middleware(
                HostCheck,
                authenticator=authenticator,
                allowed_hosts=settings.allowed_hosts,
                public_paths=public_paths(settings),
            ),
        ],
        exception_handlers={HTTPException: answer_http_error},
    )


def _configuration(routes: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        routes,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
