"""graphql-core's own execution: each field of each object by itself. What the breadth-first executor is measured by."""

from typing import cast

from graphql import ExecutionResult, VariableValues

from graph.execution.context import ExecutionContext
from graph.execution.document_cache import PreparedOperation
from graph.library_internals import execution_of


async def execute_field_by_field(
    prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext
) -> ExecutionResult:
    """The result, with the errors as they were raised."""
    executor = execution_of(
        prepared.schema, prepared.node, prepared.fragment_definitions, prepared.fragments, variables, context
    )
    result = executor.execute_operation()
    return cast(ExecutionResult, await result if executor.is_awaitable(result) else result)
