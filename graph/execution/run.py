"""Runs a prepared operation: its variables, its result, and the end of its reads when it is cancelled."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from graphql import ExecutionResult, VariableValues, get_variable_values

from graph.execution.breadth_first.executor import execute_breadth_first, execute_for_events
from graph.execution.context import ExecutionContext
from graph.execution.document_cache import PreparedOperation
from graph.execution.loader_reads import reads_of_operation
from graph.execution.refusals import RequestCode, refusal_of

R = TypeVar("R")


def coerce_variables(prepared: PreparedOperation, given: Mapping[str, Any], max_errors: int) -> VariableValues:
    """The variables as the schema's types want them. Raises RequestRefused with up to `max_errors` faults."""
    definitions = prepared.node.variable_definitions or ()
    values = get_variable_values(prepared.schema, definitions, dict(given), max_errors, hide_suggestions=True)
    if isinstance(values, list):
        raise refusal_of(RequestCode.BAD_USER_INPUT, values)
    return values


async def run_operation(
    prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext
) -> ExecutionResult:
    """The result of a query or mutation with the library's raw errors; graph.execution.errors makes them fit to show.

    Cancelling it cancels the fields that are running, and what their loaders are reading.
    """
    return await _with_its_reads(execute_breadth_first(prepared, variables, context))


async def run_events(
    prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext, events: Sequence[object]
) -> list[ExecutionResult]:
    """The result of a subscription for each of the events, as `run_operation` gives it."""
    return await _with_its_reads(execute_for_events(prepared, variables, context, events))


async def _with_its_reads(executing: Coroutine[Any, Any, R]) -> R:
    reads: set[asyncio.Task[Any]] = set()
    token = reads_of_operation.set(reads)
    try:
        return await executing
    except asyncio.CancelledError:
        for read in reads:
            read.cancel()
        raise
    finally:
        reads_of_operation.reset(token)
