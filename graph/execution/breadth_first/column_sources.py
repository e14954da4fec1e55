"""Where the values of a field come from, read from its declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import GraphQLField, default_field_resolver

from graph.execution.introspection import META_FIELDS
from graph.execution.relation import RELATION, Relation
from graph.library_internals import declaration, own_function, reads_attribute


@dataclass(frozen=True, slots=True)
class Attribute:
    """The values are attributes of the objects; `read` gives that of one."""

    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Function:
    """The values come from a function that wants nothing but the object."""

    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Resolver:
    """The values come from a resolver that is called for each object as graphql-core calls it."""

    resolve: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Meta:
    """The value describes the schema."""


@dataclass(frozen=True, slots=True)
class TypeName:
    """The value is the name of the type."""


Column: TypeAlias = Attribute | Function | Meta | Relation | Resolver | TypeName


def column_of(name: str, definition: GraphQLField) -> Column:
    """Where the values of a field come from."""
    if name == "__typename":
        return TypeName()
    if name in META_FIELDS:
        return Meta()
    resolver = Resolver(definition.resolve or default_field_resolver)
    declared = declaration(definition)
    # Extensions, permissions among them, want to be asked for each object.
    if declared is None or declared.extensions:
        return resolver
    relation = declared.metadata.get(RELATION)
    if isinstance(relation, Relation):
        return relation
    if reads_attribute(declared):
        return Attribute(attrgetter(declared.python_name))
    function = own_function(declared)
    return resolver if function is None else Function(function)
