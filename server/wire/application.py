"""The routes and layers of the server, put together."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from graph.execution.access import AccessRules
from graph.execution.document_cache import DocumentCache
from graph.execution.limits import Limits
from graph.explorer import ASSETS_PATH
from graph.schema import graphql_schema
from server.authentication import Authenticator
from server.files.access import FileAccess
from server.files.pick_list_route import PATH as PICK_LIST_PATH
from server.files.pick_list_route import PickListFile
from server.files.preview_route import PreviewRoute
from server.files.route import METHODS as FILE_METHODS
from server.files.route import FileRoute
from server.settings import Settings
from server.wire.http.client_address import ClientAddresses
from server.wire.http.compressed_answers import CompressedAnswers
from server.wire.http.cors import Cors
from server.wire.http.endpoint import METHODS, GraphQLEndpoint
from server.wire.http.front_door import GRAPHQL_PATH, FrontDoor
from server.wire.http.host_check import HostCheck
from server.wire.http.operations import Operations
from server.wire.http.request_scope import RequestScope
from server.wire.http.router_errors import answer_http_error
from server.wire.live.event_stream import EventStreams
from server.wire.live.open_connections import LiveConnections
from server.wire.live.socket import SocketEndpoint
from server.wire.pages.explorer import ExplorerAssets, explorer_page
from server.wire.pages.health import ReadinessRoute, add_checks, healthz
from server.wire.pages.metrics import METRICS_PATH, MetricsPage, public_paths
from server.wiring import Application


def create_app(application: Application) -> ASGIApp:
    """The ASGI application over an open Application, which its caller opens and closes.

    Raises MissingRole when a mutation declares no role, and OperatorError for an unreadable manifest of documents.
    """
    settings = application.settings
    authenticator = Authenticator(application)
    # Strawberry's own view and execution are left aside: docs/decisions/own-endpoint.md says why.
    documents = DocumentCache(graphql_schema, _limits(settings), settings.document_cache_size)
    application.metrics.refresh_from(application.metrics.requests.follow(documents))
    operations = Operations(application, documents, AccessRules(graphql_schema))
    connections = LiveConnections(application.readers.live, settings)
    streams = EventStreams(application, authenticator, connections)
    endpoint = GraphQLEndpoint(application, authenticator, operations, streams)
    addresses = ClientAddresses(settings.trusted_proxies)
    sockets = SocketEndpoint(settings, authenticator, operations, connections, addresses)
    add_checks(application)
    application.lifecycle.on_shutdown("live connections", connections.complete_all)
    routes = _Routes(
        routes=[
            # What the front door leaves: methods that are not for it.
            Route(GRAPHQL_PATH, endpoint.serve, methods=METHODS),
            WebSocketRoute(GRAPHQL_PATH, sockets),
            *_file_routes(application, authenticator),
            Route("/", _explorer),
            Mount(ASSETS_PATH, ExplorerAssets()),
            Route("/healthz", healthz),
            Route(METRICS_PATH, MetricsPage(application, authenticator).serve),
            Route("/readyz", ReadinessRoute(application).readyz),
        ]
    )
    routes.router.redirect_slashes = False
    compressing = CompressedAnswers(FrontDoor(routes, endpoint), settings.compress_from_bytes)
    with_cors = Cors(compressing, settings.cors_origins, settings.cors_headers)
    return RequestScope(HostCheck(with_cors, authenticator, settings.allowed_hosts, public_paths(settings)))


class _Routes(Starlette):
    """The routes without Starlette's own answer to an exception: the outermost layer has one for all."""

    def build_middleware_stack(self) -> ASGIApp:
        """Only what answers for the router is between the layers outside and the routes."""
        return ExceptionMiddleware(self.router, handlers={HTTPException: answer_http_error})


def _file_routes(application: Application, authenticator: Authenticator) -> list[Route]:
    access = FileAccess(authenticator, application.file_addresses)
    files, previews = FileRoute(application, access), PreviewRoute(application, access)
    return [
        Route(PICK_LIST_PATH, PickListFile(application, access).serve),
        Route("/files/{attachment}", files.serve, methods=FILE_METHODS),
        Route("/files/{attachment}/preview/{size}", previews.serve, methods=FILE_METHODS),
    ]


async def _explorer(_: Request) -> Response:
    return explorer_page()


def _limits(settings: Settings) -> Limits:
    return Limits(
        max_document_characters=settings.max_document_characters,
        max_tokens=settings.max_tokens,
        max_list_items=settings.max_list_items,
        max_input_values=settings.max_input_values,
        max_depth=settings.max_depth,
        max_aliases=settings.max_aliases,
        max_directives=settings.max_directives,
        max_root_fields=settings.max_root_fields,
        max_cost=settings.max_cost,
        max_validation_errors=settings.max_validation_errors,
    )
