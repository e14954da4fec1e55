"""POST and GET /graphql: from an HTTP request to the answer of its operation."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.entities.actor import Actor
from graph.execution.document_cache import PreparedOperation
from graph.execution.refusals import RequestCode, RequestRefused, refusal
from server.authentication import Authenticator
from server.settings import Settings
from server.wire.http.answers import refusal_answer, written_json
from server.wire.http.deadline import run_within
from server.wire.http.negotiation import MediaType, answer_type, prefers_html, wants_event_stream
from server.wire.http.operation_answers import content_of, outcome_of, result_of, written_answer
from server.wire.http.operations import Operations, ReadyOperation
from server.wire.http.request_body import read_json
from server.wire.http.request_log import OperationRecord
from server.wire.http.request_parameters import RequestParameters, from_json, from_query_string
from server.wire.live.event_stream import EventStreams
from server.wire.outages import outage_of
from server.wire.pages.explorer import explorer_page
from server.wire.refusals import HttpCode, with_headers
from server.wire.uploads.multipart_request import MultipartLimits, MultipartRequest, is_multipart
from server.wire.uploads.spool_room import SpoolPart, SpoolRoom
from server.wiring import Application

METHODS = ("GET", "POST", "OPTIONS")


class GraphQLEndpoint:
    """Answers GraphQL requests; of what goes on between them it knows only the room that files take."""

    def __init__(
        self, application: Application, authenticator: Authenticator, operations: Operations, streams: EventStreams
    ) -> None:
        self._settings = application.settings
        self._authenticator = authenticator
        self._operations = operations
        self._streams = streams
        self._room = SpoolRoom(self._settings.max_spooled_bytes, self._settings.max_spooled_bytes_per_actor)

    async def serve(self, request: Request) -> Response:
        """The answer to any request for /graphql; exceptions that are no refusals are left to the outermost layer."""
        accept = request.headers.getlist("accept")
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": "GET, HEAD, POST, OPTIONS"})
        if request.method != "POST" and prefers_html(accept):
            return explorer_page()
        record = self._operations.new_record()
        media_type = MediaType.JSON
        try:
            streams = wants_event_stream(accept)
            media_type = MediaType.GRAPHQL_RESPONSE if streams else answer_type(accept)
            # Files that came with the request live until it is answered, and as long it counts as under way.
            with ExitStack() as held:
                ready = await self._ready(request, record, held, streams=streams)
                if streams:
                    return await self._streams.answer(request, ready, record)
                return await self._answer(request, ready, media_type, record, held)
        except RequestRefused as refused:
            record.note_refusal(refused)
            # With its traceback it would keep all that was made of the request until the garbage collector comes.
            return refusal_answer(refused.with_traceback(None), media_type)
        except ClientDisconnect:
            record.outcome = "CLIENT_GONE"
            return Response(status_code=499)
        except Exception as exception:
            record.outcome = (outage_of(exception) or RequestCode.INTERNAL_SERVER_ERROR).value
            raise
        finally:
            record.write()

    async def _answer(
        self,
        request: Request,
        ready: ReadyOperation,
        media_type: MediaType,
        record: OperationRecord,
        held: ExitStack,
    ) -> Response:
        timeout_seconds = self._settings.request_timeout_seconds
        result = await run_within(timeout_seconds, request, ready.prepared.kind, result_of(ready, held))
        content = content_of(ready, result)
        body = await written_answer(ready, content)
        record.outcome = outcome_of(ready, content)
        return written_json(body, media_type, closes=request.scope["state"].get("closes", False))

    async def _ready(
        self, request: Request, record: OperationRecord, held: ExitStack, *, streams: bool
    ) -> ReadyOperation:
        actor: Actor = await self._authenticator.authenticate(request.headers)
        record.actor = actor.name

        async def prepare(parameters: RequestParameters) -> PreparedOperation:
            prepared = await self._operations.prepared(parameters, record)
            _check_kind(prepared, request.method, streams=streams)
            return prepared

        if request.method == "POST" and is_multipart(request):
            parameters = await self._with_files(request, held, prepare, actor)
            # The token may have been revoked while the files came.
            actor = await self._authenticator.authenticate(request.headers)
        else:
            parameters = await self._parameters(request)
        prepared = await prepare(parameters)
        request_id = request.scope["state"]["request_id"]
        return self._operations.ready(prepared, parameters, actor, request_id, record)

    async def _parameters(self, request: Request) -> RequestParameters:
        if request.method != "POST":
            return from_query_string(request.scope["query_string"])
        settings = self._settings
        bounds = settings.max_body_bytes, settings.max_input_values, settings.request_timeout_seconds
        return from_json(await read_json(request, *bounds))

    async def _with_files(
        self,
        request: Request,
        held: ExitStack,
        prepare: Callable[[RequestParameters], Awaitable[PreparedOperation]],
        actor: Actor,
    ) -> RequestParameters:
        """What may not run is refused before its files come."""

        async def check(operations: object) -> None:
            self._operations.check_access(actor, await prepare(from_json(operations)))

        room = held.enter_context(self._room.part_of(actor.name))
        upload = MultipartRequest(request, _multipart_limits(self._settings, room), held)
        return from_json(await upload.read(check))


def _multipart_limits(settings: Settings, room: SpoolPart) -> MultipartLimits:
    return MultipartLimits(
        max_bytes=settings.max_upload_bytes,
        max_operations_bytes=settings.max_body_bytes,
        max_values=settings.max_input_values,
        patience_seconds=settings.request_timeout_seconds,
        min_bytes_per_second=settings.min_upload_bytes_per_second,
        directory=settings.upload_dir,
        room=room,
    )


def _check_kind(operation: PreparedOperation, method: str, *, streams: bool) -> None:
    if operation.kind is OperationType.MUTATION and method != "POST":
        refused = refusal(HttpCode.METHOD_NOT_ALLOWED, "Mutations are only accepted by POST.")
        raise with_headers(refused, {"allow": "POST"})
    if operation.kind is OperationType.SUBSCRIPTION and not streams:
        raise refusal(
            RequestCode.SUBSCRIPTION_NEEDS_STREAM,
            "Subscribe over a WebSocket (graphql-transport-ws), or with Accept: text/event-stream and nothing else.",
        )
