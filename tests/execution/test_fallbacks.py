"""What goes to graphql-core, and that nothing else goes there."""

from typing import Any

import pytest
from graphql import ExecutionResult

from graph.execution.fallbacks import FallbackReason, fallback_reason
from graph.execution.run import coerce_variables, run_operation
from graph.schema import graphql_schema
from tests.execution.bare_context import BareContext
from tests.execution.both_executors import BothExecutors

executors = BothExecutors(graphql_schema)


async def run(text: str) -> ExecutionResult:
    """The result of a document that needs no data."""
    prepared = await executors.prepare(text)
    return await run_operation(prepared, coerce_variables(prepared, {}, max_errors=1), BareContext())


@pytest.mark.parametrize(
    ("document", "data"),
    [
        ("{ __schema { queryType { name } } }", {"__schema": {"queryType": {"name": "Query"}}}),
        (
            '{ __typename ...Type } fragment Type on Query { found: __type(name: "Box") { name } }',
            {"__typename": "Query", "found": {"name": "Box"}},
        ),
    ],
)
async def test_introspection_is_answered_by_graphql_core(document: str, data: dict[str, Any]) -> None:
    result = await run(document)
    assert (result.data, result.errors) == (data, None)
    assert fallback_reason(await executors.prepare(document)) is FallbackReason.INTROSPECTION


async def test_the_name_of_the_type_at_the_root_is_no_introspection() -> None:
    result = await run("{ __typename }")
    assert (result.data, result.errors) == ({"__typename": "Query"}, None)
    assert fallback_reason(await executors.prepare("{ __typename }")) is None
