"""GET /metrics: what Prometheus reads, for whoever the setting lets read it."""

from starlette.requests import Request
from starlette.responses import Response

from graph.execution.refusals import RequestRefused, refusal
from server.authentication import Authenticator
from server.metrics.exposition import Exposition
from server.metrics.inventory import Inventory
from server.settings import Settings
from server.wire.http.answers import refusal_answer
from server.wire.refusals import HttpCode
from server.wiring import Application

METRICS_PATH = "/metrics"
_HEADERS = {"cache-control": "no-store", "vary": "Accept, Accept-Encoding"}


def public_paths(settings: Settings) -> frozenset[str]:
    """The paths that are answered under any Host header, by the settings."""
    return frozenset({METRICS_PATH} if settings.metrics_access == "anyone" else ())


class MetricsPage:
    """Answers scrapes."""

    def __init__(self, application: Application, authenticator: Authenticator) -> None:
        settings = application.settings
        inventory = Inventory(application.readers.inventory.read, settings.metrics_cache_seconds)
        self._exposition = Exposition(application.metrics, inventory, application.readiness)
        self._authenticator = authenticator
        self._access = settings.metrics_access

    async def serve(self, request: Request) -> Response:
        """The figures; 401 without a token where one is asked for, 404 where nobody may read them."""
        if self._access == "nobody":
            return refusal_answer(refusal(HttpCode.ROUTE_NOT_FOUND, "This server shows no metrics."))
        if self._access == "token":
            try:
                await self._authenticator.authenticate(request.headers)
            except RequestRefused as refused:
                return refusal_answer(refused)
        text, media_type = await self._exposition.text(request.headers.getlist("accept"))
        return Response(text, headers=_HEADERS, media_type=media_type)
