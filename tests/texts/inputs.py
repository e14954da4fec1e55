"""Every place where the schema takes a text that somebody writes, found by walking it, and inputs that go as far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)

from graph.schema import graphql_schema
from tests.graphql_client import Json

SEVERAL_LINES = "in any number of lines"
"""What the description of an input says whose text keeps its line feeds."""

NO_TEXTS = frozenset(
    ("ID", "Int", "Float", "Boolean", "BigInt", "Decimal", "DateTime", "UUID", "PartKey", "LocationReference", "Upload")
)
"""The scalars that are no text of people: each has a form of its own, and nothing else is taken."""

_CURSORS = {"after", "before"}
_TEXTS = frozenset({"String", "URL"})
_numbers = count()


@dataclass(frozen=True)
class Place:
    """An input that takes a text: the type, its field, and the names that lead to it from its argument on."""

    of: str
    field: str
    path: tuple[str, ...]
    scalar: str
    keeps_lines: bool

    def __str__(self) -> str:
        return f"{self.of}.{self.field}({'.'.join(self.path)})"


def scalars() -> set[str]:
    """The names of all scalars of the schema."""
    return {name for name, each in graphql_schema.type_map.items() if isinstance(each, GraphQLScalarType)}


def places_below_the_roots() -> list[Place]:
    """Every such input of a field of an object."""
    roots = {graphql_schema.query_type, graphql_schema.mutation_type}
    objects = [each for each in graphql_schema.type_map.values() if isinstance(each, GraphQLObjectType)]
    return [place for each in objects if each not in roots and not each.name.startswith("__") for place in places(each)]


def places(root: GraphQLObjectType | None) -> list[Place]:
    """Every such input of a type's fields; cursors are no texts."""
    assert root is not None
    return [
        Place(root.name, name, (argument, *path), scalar, keeps_lines)
        for name, field in root.fields.items()
        for argument, taken in field.args.items()
        if argument not in _CURSORS
        for path, scalar, keeps_lines in _texts(taken.type, taken.description or "")
    ]


def _texts(taken: GraphQLInputType, told: str) -> Iterator[tuple[tuple[str, ...], str, bool]]:
    named = get_named_type(taken)
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            for path, scalar, keeps_lines in _texts(field.type, field.description or ""):
                yield (name, *path), scalar, keeps_lines
    elif named.name in _TEXTS:
        yield (), named.name, SEVERAL_LINES in told


def given_at(place: Place, text: str, known: Mapping[str, Any]) -> tuple[Json, list[str]]:
    """The input of a mutation with the text in its place and all else that it needs, and the path of the text."""
    assert graphql_schema.mutation_type is not None
    taken = graphql_schema.mutation_type.fields[place.field].args[place.path[0]].type
    value, path = _value(taken, place.path[0], place.path[1:], text, known)
    assert isinstance(value, dict)
    return value, path


def variables_at(place: Place, text: str) -> Json:
    """The argument of a query that holds the text."""
    taken = field_of(place).args[place.path[0]].type
    return {place.path[0]: _value(taken, place.path[0], place.path[1:], text, {"name": "Length"})[0]}


def _value(
    taken: GraphQLInputType, name: str, path: Sequence[str], text: str | None, known: Mapping[str, Any]
) -> tuple[Any, list[str]]:
    """A value of a type: with a text, which is put where the path leads, otherwise one that will do."""
    if is_non_null_type(taken):
        return _value(taken.of_type, name, path, text, known)
    if is_list_type(taken):
        value, found = _value(taken.of_type, name, path, text, known)
        return [value], ["0", *found]
    if isinstance(taken, GraphQLInputObjectType):
        return _object(taken, path, text, known)
    if text is not None and not path:
        return text, []
    if isinstance(taken, GraphQLEnumType):
        return next(iter(taken.values)), []
    for key in (name, str(taken)):
        if key in known:
            return known[key], []
    raise AssertionError(f"say in `KNOWN` what will do for `{name}`, which is a {taken}")


def _object(
    taken: GraphQLInputObjectType, path: Sequence[str], text: str | None, known: Mapping[str, Any]
) -> tuple[Json, list[str]]:
    needed = [name for name, field in taken.fields.items() if is_required_input_field(field)]
    # Where nothing is required, one of the fields is, and the key of a part will do.
    names = dict.fromkeys([*needed, *path[:1]] or [each for each in taken.fields if each == "partKey"])
    value, found = {}, []
    for name in names:
        is_there = text is not None and path[0] == name
        of = taken.fields[name].type
        value[name], below = _value(of, name, path[1:] if is_there else (), text if is_there else None, known)
        if is_there:
            found = [name, *below]
    return value, found


def field_of(place: Place) -> GraphQLField:
    """The field that takes the text."""
    of = graphql_schema.type_map[place.of]
    assert isinstance(of, GraphQLObjectType)
    field: GraphQLField = of.fields[place.field]
    return field


def marked() -> str:
    """A word that stands nowhere else."""
    return f"q{next(_numbers)}q"
