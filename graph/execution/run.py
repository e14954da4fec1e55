"""Runs one prepared operation. The only place that knows which executor does it."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

from graphql import ExecutionResult
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph.context import OperationContext
from graph.execution.document_cache import PreparedOperation
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
    prepared: PreparedOperation, variables: VariableValues, context: OperationContext
) -> ExecutionResult:
    """The result with the library's raw errors; graph.execution.errors makes them fit to be shown.

    Cancelling it cancels the fields that are running, and what their loaders are reading.
    """
    reads: set[asyncio.Task[Any]] = set()
    token = reads_of_operation.set(reads)
    try:
        return await _execute(prepared, variables, context)
    except asyncio.CancelledError:
        for read in reads:
            read.cancel()
        raise
    finally:
        reads_of_operation.reset(token)


async def _execute(
    prepared: PreparedOperation, variables: VariableValues, context: OperationContext
) -> ExecutionResult:
    executor = StrawberryGraphQLCoreExecutionContext(
        prepared.schema,
        prepared.fragment_definitions,
        prepared.fragments,
        None,
        context,
        prepared.node,
        variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        hide_suggestions=True,
        operation_extensions={},
    )
    result = executor.execute_operation()
    return cast(ExecutionResult, await result if executor.is_awaitable(result) else result)
