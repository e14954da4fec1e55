"""What a field or a list may hold besides values: something to await, an exception, Undefined."""

import asyncio
from collections.abc import Set
from datetime import datetime
from types import GeneratorType, NoneType
from typing import Any

from graphql import Undefined
from graphql.pyutils import UndefinedType, is_awaitable
from orjson import Fragment

from graph.execution.breadth_first.failure import Failure

_PLAIN = frozenset((NoneType, str, int, float, bool, datetime, list, tuple, Fragment))


def are_plain(kinds: Set[type]) -> bool:
    """Tell at a glance whether all instances of these classes are plain values; most columns are made of these."""
    return kinds <= _PLAIN


def may_be_awaited(kind: type) -> bool:
    """Tell whether instances of this class may be awaitable."""
    return hasattr(kind, "__await__") or kind is GeneratorType


def is_special(kind: type) -> bool:
    """Tell whether instances of this class stand for something else than a value."""
    return issubclass(kind, Exception | UndefinedType)


def plain(value: Any) -> Any:
    """An exception that was returned counts as raised, Undefined as null."""
    if isinstance(value, Exception):
        return Failure(value)
    return None if value is Undefined else value


async def awaited(values: list[Any]) -> list[Any]:
    """The values, those that can be awaited awaited together; a Failure where that raised."""
    waiting = [index for index, value in enumerate(values) if is_awaitable(value)]
    results = list(values)
    if len(waiting) == 1:
        results[waiting[0]] = await _outcome(values[waiting[0]])
        return results
    outcomes = await asyncio.gather(*(_outcome(values[index]) for index in waiting))
    for index, outcome in zip(waiting, outcomes, strict=True):
        results[index] = outcome
    return results


async def _outcome(awaitable: Any) -> Any:
    try:
        return await awaitable
    except Exception as error:  # noqa: BLE001 - whatever a resolver raises is the error of its field
        return Failure(error)
