"""What goes to graphql-core is counted, and nothing else goes there."""

from typing import Any

import pytest
from graphql import ExecutionResult
from prometheus_client import REGISTRY

from graph.execution.run import coerce_variables, run_operation
from graph.schema import schema
from tests.execution.both_executors import BothExecutors

executors = BothExecutors(schema._schema)


async def run(text: str) -> ExecutionResult:
    """The result of a document that needs no data."""
    prepared = await executors.prepare(text)
    context: Any = None
    return await run_operation(prepared, coerce_variables(prepared, {}, max_errors=1), context)


def fallbacks() -> float:
    """What /metrics would tell."""
    return REGISTRY.get_sample_value("partsgraph_executor_fallbacks_total", {"reason": "introspection"}) or 0.0


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
async def test_introspection_is_answered_by_graphql_core_and_counted(document: str, data: dict[str, Any]) -> None:
    before = fallbacks()
    result = await run(document)
    assert (result.data, result.errors) == (data, None)
    assert fallbacks() == before + 1


async def test_the_name_of_the_type_at_the_root_is_no_introspection() -> None:
    before = fallbacks()
    result = await run("{ __typename }")
    assert (result.data, result.errors) == ({"__typename": "Query"}, None)
    assert fallbacks() == before
