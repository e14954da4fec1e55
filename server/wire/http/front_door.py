"""The innermost layer: what is meant for /graphql goes straight to its endpoint, everything else to the routes."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.wire.http.endpoint import METHODS, GraphQLEndpoint

GRAPHQL_PATH = "/graphql"
_METHODS = frozenset({*METHODS, "HEAD"})


class FrontDoor:
    """ASGI middleware. Finding a route costs a small request about as much as reading its body."""

    def __init__(self, app: ASGIApp, endpoint: GraphQLEndpoint) -> None:
        self._app = app
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a GraphQL request, or pass the request on."""
        if scope["type"] == "http" and scope["path"] == GRAPHQL_PATH and scope["method"] in _METHODS:
            response = await self._endpoint.serve(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)
