"""POST and GET /graphql: from an HTTP request to the answer of its operation."""

from contextlib import ExitStack

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from domain.entities.actor import Actor
from graph.context import OperationContext
from graph.execution.access import AccessRules
from graph.execution.document_cache import DocumentCache, PreparedOperation
from graph.execution.errors import ErrorPresenter
from graph.execution.refusals import RequestCode, RequestRefused, refusal
from graph.execution.run import coerce_variables, run_operation
from server.auth import Authenticator
from server.settings import Settings
from server.wire.answers import data_answer, refusal_answer
from server.wire.deadline import run_within
from server.wire.explorer_page import explorer_page
from server.wire.multipart_request import MultipartLimits, MultipartRequest, is_multipart
from server.wire.negotiation import MediaType, answer_type, prefers_html
from server.wire.outages import outage_of
from server.wire.request_body import read_json
from server.wire.request_log import OperationRecord
from server.wire.request_parameters import RequestParameters, from_json, from_query_string
from server.wire.trusted_documents import TrustedDocuments
from server.wiring import Application

METHODS = ("GET", "POST", "OPTIONS")


class GraphQLEndpoint:
    """Answers GraphQL requests; holds no state of its own between them."""

    def __init__(
        self, application: Application, authenticator: Authenticator, documents: DocumentCache, access: AccessRules
    ) -> None:
        settings = application.settings
        self._application = application
        self._settings = settings
        self._authenticator = authenticator
        self._documents = documents
        self._access = access
        self._trusted = TrustedDocuments.load(settings.trusted_documents, settings.trusted_documents_only)

    async def serve(self, request: Request) -> Response:
        """The answer to any request for /graphql; exceptions that are no refusals are left to the outermost layer."""
        accept = request.headers.getlist("accept")
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": "GET, HEAD, POST, OPTIONS"})
        if request.method != "POST" and prefers_html(accept):
            return explorer_page()
        record = OperationRecord()
        media_type = MediaType.JSON
        try:
            media_type = answer_type(accept)
            return await self._answer(request, media_type, record)
        except RequestRefused as refused:
            record.outcome = refused.code.value
            return refusal_answer(refused, media_type)
        except ClientDisconnect:
            record.outcome = "CLIENT_GONE"
            return Response(status_code=499)
        except Exception as exception:
            record.outcome = (outage_of(exception) or RequestCode.INTERNAL_SERVER_ERROR).value
            raise
        finally:
            record.write()

    async def _answer(self, request: Request, media_type: MediaType, record: OperationRecord) -> Response:
        actor = await self._authenticator.authenticate(request.headers)
        record.actor = actor.name
        with ExitStack() as held:
            return await self._run(request, media_type, record, actor, held)

    async def _run(
        self, request: Request, media_type: MediaType, record: OperationRecord, actor: Actor, held: ExitStack
    ) -> Response:
        """Read the request and carry it out; files that came with it live as long as `held`."""
        parameters = await self._parameters(request, held)
        operation = await self._documents.prepare(self._trusted.text_of(parameters), parameters.operation_name)
        record.note_operation(operation)
        _check_kind(operation, request.method)
        self._access.check(actor, operation)
        variables = coerce_variables(operation, parameters.variables, self._settings.max_validation_errors)
        record.cost = self._documents.cost_model.check(operation.cost_plan, variables.coerced)
        context = self._context(request, actor)
        record.refusals = context.refusals
        running = run_operation(operation, variables, context)
        result = await run_within(self._settings.request_timeout_seconds, request, operation.kind, running)
        errors = ErrorPresenter(context.request_id, outage_of).present(result.errors or [])
        record.outcome = "ERRORS" if errors else "REFUSED" if context.refusals else "OK"
        return data_answer(result.data, errors, record.cost, media_type)

    async def _parameters(self, request: Request, held: ExitStack) -> RequestParameters:
        if request.method != "POST":
            return from_query_string(request.scope["query_string"])
        settings = self._settings
        if is_multipart(request):
            return from_json(await MultipartRequest(request, _multipart_limits(settings), held).read())
        return from_json(await read_json(request, settings.max_body_bytes, settings.request_timeout_seconds))

    def _context(self, request: Request, actor: Actor) -> OperationContext:
        return OperationContext(
            actor=actor,
            request_id=request.scope["state"]["request_id"],
            services=self._application.services,
            readers=self._application.readers,
            file_addresses=self._application.file_addresses,
        )


def _multipart_limits(settings: Settings) -> MultipartLimits:
    return MultipartLimits(
        max_bytes=settings.max_upload_bytes,
        max_operations_bytes=settings.max_body_bytes,
        patience_seconds=settings.request_timeout_seconds,
        min_bytes_per_second=settings.min_upload_bytes_per_second,
        directory=settings.upload_dir,
    )


def _check_kind(operation: PreparedOperation, method: str) -> None:
    if operation.kind is OperationType.MUTATION and method != "POST":
        raise refusal(RequestCode.METHOD_NOT_ALLOWED, "Mutations are only accepted by POST.", {"allow": "POST"})
