"""graphql-core's own execution: each field of each object by itself. What the breadth-first executor is measured by."""

from typing import cast

from graphql import ExecutionResult
from graphql.execution import default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graph.execution.context import ExecutionContext
from graph.execution.document_cache import PreparedOperation


async def execute_field_by_field(
    prepared: PreparedOperation, variables: VariableValues, context: ExecutionContext
) -> ExecutionResult:
    """The result, with the errors as they were raised."""
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
