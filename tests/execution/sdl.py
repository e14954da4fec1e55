"""Small schemas for single cases: written in the schema language, resolved by dictionaries and functions."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import ExecutionResult, GraphQLObjectType, build_schema

from tests.execution.both_executors import BothExecutors, assert_equal_but_for_timing

Resolvers = Mapping[str, Any]
Json = dict[str, Any]


async def answer(
    sdl: str, resolvers: Resolvers, document: str, variables: Json | None = None
) -> tuple[Json | None, list[tuple[str, list[str | int] | None]]]:
    """Data, and errors as (message, path), of our executor, after asserting that graphql-core answers the same.

    `resolvers` holds, by "Type.field", a value or a function of source and arguments; by "Type", a function of the
    object that tells its type, or whether it is of this type. Other fields are read from their object, a dictionary.
    """
    result = await result_of(sdl, resolvers, document, variables)
    return result.data, [(error.message, error.path) for error in result.errors or ()]


async def result_of(sdl: str, resolvers: Resolvers, document: str, variables: Json | None = None) -> ExecutionResult:
    """The same, as the executor's own result."""
    schema = build_schema(sdl)
    for name, resolver in resolvers.items():
        type_name, _, field_name = name.partition(".")
        declared: Any = schema.type_map[type_name]
        if field_name:
            declared.fields[field_name].resolve = _field_resolver(resolver)
        elif isinstance(declared, GraphQLObjectType):
            declared.is_type_of = _without_info(resolver)
        elif hasattr(declared, "resolve_type"):
            declared.resolve_type = _without_info(resolver)
        else:
            declared.coerce_output_value = resolver
    answers = await BothExecutors(schema).run(document, variables or {})
    assert_equal_but_for_timing(answers)
    return answers.ours


def _field_resolver(resolver: Any) -> Callable[..., Any]:
    if callable(resolver):
        return lambda source, _info, **arguments: resolver(source, **arguments)
    return lambda _source, _info, **_arguments: resolver


def _without_info(resolver: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda value, *_: resolver(value)
