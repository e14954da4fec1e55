"""What graph/library_internals.py relies on is so, in versions of the libraries that somebody looked at."""

import asyncio
import inspect
from dataclasses import fields, is_dataclass
from importlib.metadata import version
from typing import Any

import pytest
import strawberry
from aiodataloader import DataLoader
from graphql import GraphQLResolveInfo, GraphQLResolveInfoHelpers, GraphQLSchema, is_object_type

from graph import library_internals as internals
from graph.execution.cost_shapes import EXPECTED, LOOKUPS
from graph.execution.list_bounds import TAKES
from graph.execution.relation import RELATION
from graph.mutations import USE_CASE
from graph.required_role import ROLE
from graph.schema import graphql_schema, schema


@pytest.mark.parametrize("library", internals.LOOKED_AT)
def test_somebody_looked_at_the_version_that_is_installed(library: str) -> None:
    """Is it a new one? See what the tests below hold, run all others, and add it to LOOKED_AT."""
    assert version(library) in internals.LOOKED_AT[library]


def test_every_field_of_the_schema_has_its_declaration() -> None:
    assert isinstance(internals.core_schema(schema), GraphQLSchema)
    assert internals.core_schema(schema) is graphql_schema
    for name, kind in graphql_schema.type_map.items():
        if is_object_type(kind) and not name.startswith("__"):
            for field in kind.fields.values():
                declared = internals.declaration(field)
                assert declared is not None
                assert declared.metadata.keys() <= {ROLE, RELATION, USE_CASE, EXPECTED, LOOKUPS, TAKES}
                assert isinstance(declared.python_name, str)
                assert isinstance(declared.extensions, list)


def test_a_field_is_an_attribute_a_function_of_its_object_or_something_else() -> None:
    @strawberry.type
    class Bag:
        pieces: int

        @strawberry.field
        def weight(self) -> int:
            return 2 * self.pieces

        @strawberry.field
        def told(self, info: strawberry.Info) -> str:
            return info.field_name

        @strawberry.field
        def plus(self, more: int) -> int:
            return self.pieces + more

    declared = {field.python_name: field for field in strawberry.types.get_object_definition(Bag, strict=True).fields}
    assert [name for name, field in declared.items() if internals.reads_attribute(field)] == ["pieces"]
    functions = {name: internals.own_function(field) for name, field in declared.items()}
    assert [name for name, function in functions.items() if function is not None] == ["weight"]
    assert functions["weight"] is not None
    assert functions["weight"](Bag(pieces=3)) == 6
    assert internals.is_declared_type(Bag(pieces=3))
    assert not internals.is_declared_type(3)


def test_what_a_resolver_is_told_wraps_what_graphql_core_tells() -> None:
    assert is_dataclass(strawberry.Info)
    assert [field.name for field in fields(strawberry.Info)] == ["_raw_info", "_field"]
    assert GraphQLResolveInfo._fields == (
        "field_name",
        "field_nodes",
        "return_type",
        "parent_type",
        "path",
        "schema",
        "fragments",
        "root_value",
        "operation",
        "variable_values",
        "context",
        "is_awaitable",
        "abort_signal",
        "async_helpers",
    )
    assert list(inspect.signature(GraphQLResolveInfoHelpers).parameters) == ["gather", "track"]


def test_fields_are_collected_by_functions_of_these_parameters() -> None:
    assert _parameters(internals.collect_fields)[:6] == [
        "schema",
        "fragments",
        "variable_values",
        "runtime_type",
        "operation",
        "hide_suggestions",
    ]
    assert _parameters(internals.collect_subfields) == [
        "schema",
        "fragments",
        "variable_values",
        "operation",
        "return_type",
        "field_details_list",
        "hide_suggestions",
    ]
    assert _parameters(internals.FieldDetails) == ["node", "defer_usage", "fragment_variable_values"]
    assert _parameters(internals.FragmentDetails) == ["definition", "variable_signatures"]


async def test_a_data_loader_keeps_futures_by_their_keys_and_reads_in_a_task_of_its_own() -> None:
    readers: list[asyncio.Task[Any] | None] = []

    async def read(keys: list[int]) -> list[int]:
        readers.append(asyncio.current_task())
        return keys

    loader: DataLoader[int, int] = DataLoader(read, max_batch_size=2)
    assert internals.known_to(loader) == {}
    waiting = loader.load(7)
    assert isinstance(waiting, asyncio.Future)
    assert internals.known_to(loader) == {7: waiting}
    assert await waiting == 7
    assert readers != [asyncio.current_task()]
    assert loader.batch_load_fn is read
    assert loader.max_batch_size == 2


def _parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)
