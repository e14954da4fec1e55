"""Where the values of a field come from, read from its declaration."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import GraphQLField, default_field_resolver
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from graph.execution.relation import RELATION, Relation


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
class TypeName:
    """The value is the name of the type."""


Column: TypeAlias = Attribute | Function | Relation | Resolver | TypeName


def column_of(name: str, definition: GraphQLField) -> Column:
    """Where the values of a field come from."""
    if name == "__typename":
        return TypeName()
    resolver = Resolver(definition.resolve or default_field_resolver)
    declared = (definition.extensions or {}).get("strawberry-definition")
    # Extensions, permissions among them, want to be asked for each object.
    if not isinstance(declared, StrawberryField) or declared.extensions:
        return resolver
    relation = declared.metadata.get(RELATION)
    if isinstance(relation, Relation):
        return relation
    if declared.base_resolver is None:
        return Attribute(attrgetter(declared.python_name)) if declared.default_resolver is getattr else resolver
    function = declared.base_resolver.wrapped_func
    return Function(function) if callable(function) and _wants_object_alone(declared.base_resolver) else resolver


def _wants_object_alone(resolver: StrawberryResolver[Any]) -> bool:
    parameters = list(resolver.signature.parameters.values())
    return (
        len(parameters) == 1
        and parameters[0].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        and parameters[0] in (resolver.self_parameter, resolver.root_parameter, resolver.parent_parameter)
    )
