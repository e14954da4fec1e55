"""What describes the schema is answered by graphql-core, kept, and priced; nothing else goes there."""

import asyncio
from typing import Any

import orjson
import pytest
from graphql import ExecutionResult, get_introspection_query

from graph.execution.introspection import SchemaAnswers
from graph.execution.run import coerce_variables, run_operation
from graph.schema import graphql_schema
from tests.execution.bare_context import BareContext
from tests.execution.both_executors import BothExecutors, assert_equal_but_for_timing

executors = BothExecutors(graphql_schema)

WHOLE = get_introspection_query(input_value_deprecation=True, specified_by_url=True, directive_is_repeatable=True)
TYPE = "query ($name: String!, $old: Boolean) { __type(name: $name) { name fields(includeDeprecated: $old) { name } } }"


async def run(text: str, variables: dict[str, Any] | None = None) -> ExecutionResult:
    """The result of a document that needs no data."""
    prepared = await executors.prepare(text)
    return await run_operation(prepared, coerce_variables(prepared, variables or {}, max_errors=1), BareContext())


async def read(text: str, variables: dict[str, Any] | None = None) -> Any:
    """The data of the result, read as a client reads it."""
    return orjson.loads(orjson.dumps((await run(text, variables)).data))


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("{ __schema { queryType { name } } }", {}),
        (WHOLE, {}),
        ('{ __typename ...Type } fragment Type on Query { found: __type(name: "Box") { name } }', {}),
        ('{ a: __type(name: "Nothing") { name } b: __schema { directives { name args { name } } } }', {}),
        (TYPE, {"name": "Box", "old": True}),
        (TYPE, {"name": "Part"}),
        (
            (
                "query ($no: Boolean!) { __schema @skip(if: $no) { types { name } }"
                " __schema { types { kind @skip(if: $no) description } } }"
            ),
            {"no": True},
        ),
    ],
)
async def test_introspection_is_answered_as_graphql_core_answers_it(document: str, variables: dict[str, Any]) -> None:
    assert_equal_but_for_timing(await executors.run(document, variables, (BareContext(), BareContext())))


async def test_variables_and_aliases_each_have_their_own_answer() -> None:
    names = [await read(TYPE, {"name": name}) for name in ("Box", "Part", "Box")]
    assert [data["__type"]["name"] for data in names] == ["Box", "Part", "Box"]
    both = await read('{ a: __type(name: "Box") { name } b: __type(name: "Part") { name } }')
    assert both == {"a": {"name": "Box"}, "b": {"name": "Part"}}


async def test_an_answer_is_made_once() -> None:
    first = (await run(WHOLE)).data
    made = executors.documents.figures().schema_answers_made
    again = (await run(WHOLE)).data
    assert first is not None
    assert again is not None
    assert again["__schema"] is first["__schema"]
    assert executors.documents.figures().schema_answers_made == made


def test_answers_are_forgotten_before_they_take_too_much() -> None:
    answers = SchemaAnswers(max_kept_bytes=100)
    for number, size in enumerate((40, 60, 1, 100, 101)):
        answers.keep(("document", None, str(number), b"{}"), (None, size))
    assert [answers.get(("document", None, str(number), b"{}")) for number in range(5)] == [
        None,
        None,
        None,
        (None, 100),
        None,
    ]


async def test_an_error_below_is_told_where_it_stands_and_nulls_the_field() -> None:
    result = await run(
        "query ($old: Boolean = true) { __schema { types { fields(includeDeprecated: $old) { name } } } }",
        {"old": None},
    )
    assert result.data is None
    assert [error.path for error in result.errors or ()] == [["__schema", "types", 0, "fields"]]


async def test_the_event_loop_goes_on_while_an_answer_is_made() -> None:
    turns = 0
    answering = asyncio.create_task(run(WHOLE.replace("IntrospectionQuery", "Another")))
    while not answering.done():
        await asyncio.sleep(0)
        turns += 1
    assert (await answering).errors is None
    # Each turn gives the thread its five milliseconds; were it made on the loop there would be two or three.
    assert turns > 10
