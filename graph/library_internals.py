"""What we use of Strawberry, graphql-core and aiodataloader beyond what they document; nowhere else is any of it used.

Their next version may change it without a word. tests/execution/test_library_internals.py therefore fails on a version
that nobody has looked at: read there what has to be so, run all tests, and add the version to LOOKED_AT.
"""

import inspect
from asyncio import Future
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import strawberry
from aiodataloader import DataLoader
from graphql import (
    ASTValidationRule,
    FragmentDefinitionNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLResolveInfo,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    VariableValues,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver
from strawberry.types.nodes import get_variable_values
from strawberry.utils.str_converters import to_camel_case

__all__ = [
    "LOOKED_AT",
    "STRAWBERRY_RULES",
    "FieldDetails",
    "FragmentDetails",
    "GroupedFieldSet",
    "StrawberryField",
    "ValidationAbortedError",
    "collect_fields",
    "collect_subfields",
    "converted_arguments",
    "core_schema",
    "declaration",
    "execution_of",
    "is_declared_type",
    "known_to",
    "metadata_of",
    "overwrite",
    "own_function",
    "raw_info",
    "reads_attribute",
    "to_camel_case",
    "variables_of",
]

LOOKED_AT: Mapping[str, frozenset[str]] = {
    "aiodataloader": frozenset({"0.4.3"}),
    "graphql-core": frozenset({"3.3.2"}),
    "strawberry-graphql": frozenset({"0.341.2"}),
}
"""The versions of each library that all of this was tried with."""

STRAWBERRY_RULES: tuple[type[ASTValidationRule], ...] = (MaybeNullValidationRule, OneOfInputValidationRule)
"""The rules that Strawberry adds to the validation of the specification."""

_DEFINITION = "strawberry-definition"
"""The key under which a field of graphql-core's schema keeps its declaration."""


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema as graphql-core knows it."""
    return schema._schema


def declaration(field: GraphQLField) -> StrawberryField | None:
    """What a field was declared as; None for a field that Strawberry knows nothing of."""
    declared = (field.extensions or {}).get(_DEFINITION)
    return declared if isinstance(declared, StrawberryField) else None


def overwrite(node: Node, name: str, value: object) -> None:
    """Put another value into a node of a document, which forbids that: nobody may have hashed or compared it yet."""
    object.__setattr__(node, name, value)


def metadata_of(position: GraphQLArgument | GraphQLInputField) -> Mapping[Any, Any]:
    """The metadata that an argument, or a field of an input, was declared with."""
    declared = (position.extensions or {}).get(_DEFINITION)
    return declared.metadata if isinstance(declared, StrawberryArgument | StrawberryField) else {}


def is_declared_type(value: object) -> bool:
    """Whether the value is of a class that is a type or an input of the schema."""
    return hasattr(value, "__strawberry_definition__")


def reads_attribute(declared: StrawberryField) -> bool:
    """Whether the field is an attribute of its object, and nothing asks before it is read."""
    return declared.base_resolver is None and declared.default_resolver is getattr


def own_function(declared: StrawberryField) -> Callable[[Any], Any] | None:
    """The function that a field was declared with, where it takes the object and nothing else."""
    resolver = declared.base_resolver
    if resolver is None or not callable(resolver.wrapped_func) or not _wants_object_alone(resolver):
        return None
    return resolver.wrapped_func


def _wants_object_alone(resolver: StrawberryResolver[Any]) -> bool:
    parameters = list(resolver.signature.parameters.values())
    return (
        len(parameters) == 1
        and parameters[0].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        and parameters[0] in (resolver.self_parameter, resolver.root_parameter, resolver.parent_parameter)
    )


def raw_info(info: strawberry.Info[Any, Any]) -> GraphQLResolveInfo[Any]:
    """What graphql-core tells a resolver, behind what Strawberry tells it."""
    return info._raw_info


def variables_of(raw: GraphQLResolveInfo[Any]) -> Mapping[str, Any]:
    """The coerced variables of the operation, by whichever executor the resolver was called."""
    return get_variable_values(raw)


def converted_arguments(
    declared: StrawberryField, raw: GraphQLResolveInfo[Any], given: dict[str, Any]
) -> tuple[strawberry.Info[Any, Any], dict[str, Any]]:
    """What the resolver of a field is told and given by Strawberry for coerced arguments."""
    info: strawberry.Info[Any, Any] = strawberry.Info(_raw_info=raw, _field=declared)
    converter = info.schema.schema_converter
    arguments = convert_arguments(given, declared.arguments, converter.scalar_registry, converter.config, info)
    return info, arguments


def execution_of(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    details: Mapping[str, FragmentDetails],
    variables: VariableValues,
    context: object,
) -> Any:
    """graphql-core's own execution of an operation, in the class that Strawberry's resolvers need."""
    return StrawberryGraphQLCoreExecutionContext(
        schema,
        fragments,
        details,
        None,
        context,
        operation,
        variables,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        hide_suggestions=True,
        operation_extensions={},
    )


def known_to(loader: DataLoader[Any, Any]) -> MutableMapping[Any, "Future[Any]"]:
    """What a data loader has been asked for, by key. It has no other way to tell without being asked for it."""
    return loader._cache
