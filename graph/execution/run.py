"""Runs one prepared operation. The only place that knows which executor does it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from graphql import ExecutionResult
from graphql.execution.values import VariableValues, get_variable_values

from graph.context import OperationContext
from graph.execution.breadth_first.executor import execute_breadth_first
from graph.execution.document_cache import PreparedOperation
from graph.execution.fallbacks import fallback_reason
from graph.execution.field_by_field import execute_field_by_field
from graph.execution.loader_reads import reads_of_operation
from graph.execution.refusals import RequestCode, refusal_of


def coerce_variables(prepared: PreparedOperation, given: Mapping[str, Any], max_errors: int) -> VariableValues:
    """The variables as the schema's types want them. Raises RequestRefused with up to `max_errors` faults."""
    definitions = prepared.node.variable_definitions or ()
    values = get_variable_values(prepared.schema, definitions, dict(given), max_errors, hide_suggestions=True)
    if isinstance(values, list):
        raise refusal_of(RequestCode.BAD_USER_INPUT, values)
    return values


async def run_operation(
    prepared: PreparedOperation, variables: VariableValues, context: OperationContext, event: object = None
) -> ExecutionResult:
    """The result with the library's raw errors; graph.execution.errors makes them fit to be shown.

    Cancelling it cancels the fields that are running, and what their loaders are reading.
    """
    reads: set[asyncio.Task[Any]] = set()
    token = reads_of_operation.set(reads)
    try:
        return await _execute(prepared, variables, context, event)
    except asyncio.CancelledError:
        for read in reads:
            read.cancel()
        raise
    finally:
        reads_of_operation.reset(token)


async def _execute(
    prepared: PreparedOperation, variables: VariableValues, context: OperationContext, event: object
) -> ExecutionResult:
    if fallback_reason(prepared) is None:
        return await execute_breadth_first(prepared, variables, context, event)
    return await execute_field_by_field(prepared, variables, context)
