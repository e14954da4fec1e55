"""From the parameters of a request to an operation that may run, whatever it came over."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from graphql import VariableValues

from domain.entities.actor import Actor
from graph.context import OperationContext
from graph.execution.access import AccessRules
from graph.execution.answer_size import AnswerSize
from graph.execution.document_cache import DocumentCache, PreparedOperation
from graph.execution.limits import check_variables
from graph.execution.run import coerce_variables
from server.wire.http.answer_room import AnswerRoom
from server.wire.http.cost_rate import CostRate
from server.wire.http.operation_room import OperationRoom
from server.wire.http.request_log import OperationRecord
from server.wire.http.request_parameters import RequestParameters
from server.wire.http.trusted_documents import TrustedDocuments
from server.wiring import Application


@dataclass(frozen=True, slots=True)
class ReadyOperation:
    """A valid operation that its actor may run, within every limit."""

    prepared: PreparedOperation
    variables: VariableValues
    given_variables: Mapping[str, Any]
    cost: int
    context: OperationContext
    room: AnswerRoom
    turns: OperationRoom

    async def take_turn(self, held: ExitStack, times: int = 1) -> None:
        """Return when it is this operation's turn to run so often; until `held` is closed it counts as under way."""
        await self.turns.enter(self.context.actor, self.cost * times, held)


class Operations:
    """Makes operations ready; holds no state of its own between them."""

    def __init__(self, application: Application, documents: DocumentCache, access: AccessRules) -> None:
        settings = application.settings
        self._application = application
        self._max_validation_errors = settings.max_validation_errors
        self._documents = documents
        self._limits = documents.limits
        self._access = access
        self._rate = CostRate(settings.rate_cost_per_second, settings.rate_cost_burst)
        self._turns = OperationRoom(settings.max_cost_at_once)
        self._trusted = TrustedDocuments.load(settings.trusted_documents, settings.trusted_documents_only)
        application.metrics.requests.know(self._trusted.operation_names())

    def new_record(self) -> OperationRecord:
        """The record of an operation that begins now."""
        return OperationRecord(self._application.settings, self._application.metrics.requests)

    async def prepared(self, parameters: RequestParameters, record: OperationRecord) -> PreparedOperation:
        """The operation that is asked for. Raises RequestRefused when it is not valid or over a limit."""
        prepared = await self._documents.prepare(self._trusted.text_of(parameters), parameters.operation_name)
        record.note_operation(prepared)
        return prepared

    def check_access(self, actor: Actor, prepared: PreparedOperation) -> None:
        """Raises RequestRefused when a field of the operation asks for a higher role."""
        self._access.check(actor, prepared)

    def ready(
        self,
        prepared: PreparedOperation,
        parameters: RequestParameters,
        actor: Actor,
        request_id: str,
        record: OperationRecord,
    ) -> ReadyOperation:
        """The operation with its variables, paid for.

        Raises RequestRefused when it is not for this actor, or costs too much.
        """
        self.check_access(actor, prepared)
        check_variables(parameters.variables, self._limits)
        self._documents.list_bounds.check_variables(prepared.node, prepared.most_items, parameters.variables)
        variables = coerce_variables(prepared, parameters.variables, self._max_validation_errors)
        record.cost = self._documents.cost_model.check(prepared.cost_plan, variables.coerced)
        self._turns.check(actor)
        self._rate.spend(actor, record.cost)
        context = OperationContext(
            actor=actor,
            request_id=request_id,
            services=self._application.services,
            readers=self._application.readers,
            file_addresses=self._application.file_addresses,
            answer_writer=self._application.answer_writer,
            answer_observer=self._application.metrics.answers,
            answer_size=AnswerSize(self._application.settings.max_answer_bytes),
        )
        record.refusals = context.refusals
        return ReadyOperation(
            prepared, variables, parameters.variables, record.cost, context, self._application.answer_room, self._turns
        )
