"""Runs subscriptions: the stream of events of an operation, and what its selection makes of the events."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from graphql import ExecutionResult, VariableValues, get_argument_values, located_error

from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.context import ExecutionContext
from graph.execution.document_cache import PreparedOperation
from graph.execution.refusals import RequestCode, refusal
from graph.execution.run import run_events


async def source_stream(
    prepared: PreparedOperation,
    variables: VariableValues,
    context: ExecutionContext,
    instead: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """The events of a subscription, as its field's resolver gives them, from the moment when this returns.

    `instead` are values for arguments that count before those of the document, where the field has them. Its caller
    closes the stream.

    Raises RequestRefused for a selection without a field, GraphQLError with what the field raised.
    """
    plan = prepared.plans.plan(variables)
    if len(plan.fields) != 1:
        raise refusal(RequestCode.GRAPHQL_VALIDATION_FAILED, "A subscription selects exactly one field.")
    [field] = plan.fields
    run = Run.of(prepared, variables, context)
    try:
        return await _subscribed(run, field, instead)
    except Exception as error:
        raise located_error(error, field.nodes, [field.key]) from error


async def answer_events(
    prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext, events: Sequence[object]
) -> list[ExecutionResult]:
    """What the selection makes of each event, all of them in one run with loaders of its own."""
    context.renew_loaders()
    return await run_events(prepared, variables, context, events)


async def _subscribed(run: Run, field: FieldPlan, instead: Mapping[str, Any]) -> Any:
    written = field.details[0]
    arguments = get_argument_values(
        field.definition, written.node, run.variables, written.fragment_variable_values, hide_suggestions=True
    )
    arguments |= {name: value for name, value in instead.items() if name in field.definition.args}
    assert field.definition.subscribe is not None, "declared with graph.read_fields.subscription_field"
    return await field.definition.subscribe(None, run.info(field), **arguments)
