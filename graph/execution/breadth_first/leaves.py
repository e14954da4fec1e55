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
# What the scalars of the specification answer as it is; an Int in its range.
_AS_IT_IS: Mapping[GraphQLScalarType, type] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLBoolean: bool,
    GraphQLInt: int,
}
_ABSENT = frozenset((_NONE, Failure))
_MAX_INT = 2**31 - 1
_MIN_INT = -(2**31)


def plain_kinds(leaf_type: GraphQLLeafType, *, required: bool) -> frozenset[type]:
    """The classes whose instances are answered as they are; an Int has to be in its range besides."""
    if isinstance(leaf_type, GraphQLEnumType):
        return frozenset()
    # A scalar that writes with `str` leaves texts as they are.
    kind = str if leaf_type.coerce_output_value is str else _AS_IT_IS.get(leaf_type)
    if kind is None:
        return frozenset()
    return frozenset((kind,) if required else (kind, _NONE))


def leaves(leaf_type: GraphQLLeafType, values: list[Any], kinds: Set[type]) -> list[Any]:
    """The values as they are answered, given their classes; what the type refuses becomes a Failure."""
    if isinstance(leaf_type, GraphQLEnumType):
        return _enums(leaf_type, values)
    if kinds <= plain_kinds(leaf_type, required=False) and (leaf_type is not GraphQLInt or fit(values)):
        return values
    of_column = getattr(leaf_type.coerce_output_value, "of_column", None)
    if of_column is not None and len(kinds) == 1 and _ABSENT.isdisjoint(kinds):
        try:
            written: list[Any] = of_column(values)
        except Exception:  # noqa: BLE001 - which of them it was, each by itself tells
            return [_leaf(leaf_type, value) for value in values]
        return written
    return [_leaf(leaf_type, value) for value in values]


def fit(values: list[Any]) -> bool:
    """Whether all numbers are in the range of Int; nulls are."""
    try:
        return not values or (min(values) >= _MIN_INT and max(values) <= _MAX_INT)
    except TypeError:
        numbers = [value for value in values if value is not None]
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
