"""What the schema says of the price of its fields: what each answers, and how long its list is to be expected.

A list declares its length in its field's metadata (`EXPECTED`), what is dear to look up how dear (`LOOKUPS`), and so
does a field of an input that makes more of it. What describes the schema is as long as the schema is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from statistics import fmean
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLSchema,
    OperationType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_object_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

from graph.execution.relation import RELATION
from graph.library_internals import declaration, metadata_of

EXPECTED = "expected length"
"""The key in a field's metadata of the number of items that are to be expected in its list."""

LOOKUPS = "lookups"
"""The key in a field's metadata of how many lookups it takes as much as, besides its own."""

_UNDECLARED = 10


class Kind(Enum):
    """What a field answers. A wrapping is an edge or a page info: an object that is no row of its own."""

    VALUE = auto()
    VALUES = auto()
    OBJECT = auto()
    WRAPPING = auto()
    CONNECTION = auto()
    OBJECTS = auto()


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field; `length` is that of its list, `list_arguments` are those that tell it better where they are given.

    `lookups` is 1 for one that is loaded or resolved, for all objects of its level at once, and more where that takes
    more. `dear_inputs` are fields of its arguments that, where they are given, take so many lookups besides: the name
    of the argument, that of the field in it, and how many.
    """

    kind: Kind
    type_name: str
    length: int = 1
    lookups: int = 0
    list_arguments: frozenset[str] = frozenset()
    dear_inputs: tuple[tuple[str, str, int], ...] = ()


Shapes = Mapping[tuple[str, str], FieldShape]
"""Fields by the names of their type and their own."""


def shapes_of(schema: GraphQLSchema) -> Shapes:
    """The shape of every field of the schema, those of introspection included."""
    lengths = _lengths_of_introspection(schema)
    roots = {root.name for kind in OperationType if (root := schema.get_root_type(kind))}
    shapes = {
        (type_name, name): _shape(field, lengths.get((type_name, name)), is_root=type_name in roots)
        for type_name, name, field in _fields(schema)
    }
    query = schema.query_type
    if query is not None:
        shapes[query.name, "__schema"] = _shape(SchemaMetaFieldDef)
        shapes[query.name, "__type"] = _shape(TypeMetaFieldDef)
    return shapes


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    for type_name, type_ in schema.type_map.items():
        if is_object_type(type_) or is_interface_type(type_):
            for field_name, field in type_.fields.items():
                yield type_name, field_name, field


def _shape(field: GraphQLField, length: int | None = None, *, is_root: bool = False) -> FieldShape:
    type_ = get_named_type(field.type)
    declared = declaration(field)
    metadata: Mapping[Any, Any] = {} if declared is None else declared.metadata
    is_list = is_list_type(get_nullable_type(field.type))
    lists = frozenset(name for name, argument in field.args.items() if is_list_type(get_nullable_type(argument.type)))
    return FieldShape(
        _kind(type_.name, is_list, is_composite_type(type_)),
        type_.name,
        metadata.get(EXPECTED, length or _UNDECLARED) if is_list else 1,
        int(is_root or RELATION in metadata) + metadata.get(LOOKUPS, 0),
        lists,
        tuple(_dear_inputs(field)),
    )


def _dear_inputs(field: GraphQLField) -> Iterator[tuple[str, str, int]]:
    for argument_name, argument in field.args.items():
        type_ = get_named_type(argument.type)
        if is_input_object_type(type_):
            for name, own in type_.fields.items():
                if LOOKUPS in metadata_of(own):
                    yield argument_name, name, metadata_of(own)[LOOKUPS]


def _kind(type_name: str, is_list: bool, is_composite: bool) -> Kind:
    if not is_composite:
        return Kind.VALUES if is_list else Kind.VALUE
    if is_list:
        return Kind.OBJECTS
    if type_name.endswith("Connection"):
        return Kind.CONNECTION
    return Kind.WRAPPING if type_name == "PageInfo" else Kind.OBJECT


def _lengths_of_introspection(schema: GraphQLSchema) -> dict[tuple[str, str], int]:
    """How long the lists below __schema are, the average where each type has one of its own."""
    fields = [len(type_.fields) for type_ in schema.type_map.values() if hasattr(type_, "fields")]
    return {
        ("__Schema", "types"): len(schema.type_map),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): 1 + round(fmean(fields)),
        ("__Type", "inputFields"): 1 + round(fmean(fields)),
        ("__Type", "enumValues"): 2,
        ("__Type", "interfaces"): 1,
        ("__Type", "possibleTypes"): 2,
        ("__Field", "args"): 1,
        ("__Directive", "args"): 1,
        ("__Directive", "locations"): 4,
    }
