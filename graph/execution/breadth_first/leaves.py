"""Scalars and enums of a whole column, with short ways for what most columns are made of."""

from collections.abc import Mapping, Set
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import inspect

from graph.execution.breadth_first.failure import Failure

_NONE = type(None)
# What the scalars of the specification answer as it is.
_AS_IT_IS: Mapping[GraphQLScalarType, Set[type]] = {
    GraphQLString: {str, _NONE},
    GraphQLID: {str, _NONE},
    GraphQLBoolean: {bool, _NONE},
}
_INTEGERS = frozenset((int, _NONE))
_MAX_INT = 2**31 - 1
_MIN_INT = -(2**31)


def leaves(leaf_type: GraphQLLeafType, values: list[Any], kinds: Set[type]) -> list[Any]:
    """The values as they are answered, given their classes; what the type refuses becomes a Failure."""
    if isinstance(leaf_type, GraphQLEnumType):
        return _enums(leaf_type, values)
    as_it_is = _AS_IT_IS.get(leaf_type)
    if as_it_is is not None and kinds <= as_it_is:
        return values
    if leaf_type is GraphQLInt and kinds <= _INTEGERS and _fit(values, kinds):
        return values
    return [_leaf(leaf_type, value) for value in values]


def _fit(values: list[Any], kinds: Set[type]) -> bool:
    numbers = [value for value in values if value is not None] if _NONE in kinds else values
    return not numbers or (min(numbers) >= _MIN_INT and max(numbers) <= _MAX_INT)


def _enums(leaf_type: GraphQLEnumType, values: list[Any]) -> list[Any]:
    """An enum has few values, so each is looked up once."""
    try:
        names = {value: _leaf(leaf_type, value) for value in set(values)}
    except TypeError:
        return [_leaf(leaf_type, value) for value in values]
    return [names[value] for value in values]


def _leaf(leaf_type: GraphQLLeafType, value: Any) -> Any:
    if value is None or type(value) is Failure:
        return value
    try:
        coerced = leaf_type.coerce_output_value(value)
    except Exception as error:  # noqa: BLE001 - whatever a scalar raises is the error of its field
        return Failure(error)
    if coerced is not None and coerced is not Undefined:
        return coerced
    call = f"{inspect(leaf_type)}.coerce_output_value({inspect(value)})"
    return Failure(TypeError(f"Expected `{call}` to return non-nullable value, returned: {inspect(coerced)}"))
