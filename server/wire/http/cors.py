"""Lets the front ends of the allowed origins call from a browser (the Fetch standard, section 3.2).

A browser lets every page open a WebSocket anywhere, and leaves it to the server to look at the origin (RFC 6455 section
10.2): here the server's own page and the allowed origins may.
"""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.execution.refusals import refusal
from server.wire.http.answers import refusal_answer
from server.wire.http.request_scope import REQUEST_ID_HEADER
from server.wire.refusals import HttpCode

_ALLOWED_HEADERS = (
    *("authorization", "content-encoding", "content-type", "graphql-require-preflight", "last-event-id", "range"),
    "x-request-id",
    # What libraries of front ends add: Apollo's clients, and those that trace requests.
    *("apollo-require-preflight", "apollographql-client-name", "apollographql-client-version"),
    *("baggage", "sentry-trace", "traceparent", "tracestate"),
)
# Beside those that a page may read in any case. A reader of PDFs asks for parts only where it sees that it may.
_EXPOSED_HEADERS = ", ".join(
    (
        *("accept-ranges", "content-disposition", "content-length", "content-range", "etag"),
        *("retry-after", REQUEST_ID_HEADER.lower()),
    )
)


class Cors:
    """ASGI middleware. Without allowed origins no browser lets another origin's page read an answer."""

    def __init__(self, app: ASGIApp, allowed_origins: Sequence[str], more_headers: Sequence[str] = ()) -> None:
        self._app = app
        self._allowed = frozenset(origin.lower() for origin in allowed_origins)
        self._preflight_headers = {
            "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
            "access-control-allow-headers": ", ".join((*_ALLOWED_HEADERS, *more_headers)),
            "access-control-max-age": "600",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass the request on and name the origin in its answer; refuse foreign WebSockets."""
        if scope["type"] == "websocket" and not self._may_connect(Headers(scope=scope)):
            await _not_allowed()(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        is_allowed = origin is not None and origin.lower() in self._allowed

        async def send_with_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if is_allowed and origin is not None:
                    answer["access-control-allow-origin"] = origin
                    answer["access-control-expose-headers"] = _EXPOSED_HEADERS
            await send(message)

        if scope["method"] == "OPTIONS" and origin is not None and "access-control-request-method" in headers:
            await self._preflight(is_allowed)(scope, receive, send_with_origin)
        else:
            await self._app(scope, receive, send_with_origin if self._allowed else send)

    def _preflight(self, is_allowed: bool) -> Response:
        return Response(status_code=204, headers=self._preflight_headers) if is_allowed else _not_allowed()

    def _may_connect(self, headers: Headers) -> bool:
        origins = headers.getlist("origin")
        if not origins:
            # No browser: they all send it.
            return True
        origin = origins[0].lower()
        is_own = origin.partition("://")[2] == headers.get("host", "").lower() != ""
        return len(origins) == 1 and (is_own or origin in self._allowed)


def _not_allowed() -> Response:
    return refusal_answer(
        refusal(HttpCode.ORIGIN_NOT_ALLOWED, "This origin is not among PARTSGRAPH_CORS_ORIGINS of the server.")
    )
