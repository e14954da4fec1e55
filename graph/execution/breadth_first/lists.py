"""Lists of a whole column: laid end to end to be completed together, and laid back afterwards."""

from collections.abc import AsyncIterable
from typing import Any

from graphql import GraphQLError
from graphql.pyutils import is_async_iterable, is_iterable

from graph.execution.breadth_first.failure import Failure, attempt
from graph.execution.breadth_first.plan import FieldPlan

Values = list[Any]


def as_lists(field: FieldPlan, values: Values) -> Values:
    """Each value as a list or tuple; None stays None, what is no list or fails half-way becomes a Failure."""
    return [value if type(value) in _SETTLED else _as_list(field, value) for value in values]


async def gathered(values: Values) -> Values:
    """The values, those that are asynchronous iterators read to their end; a Failure where that failed."""
    return [await _gathered(value) if is_async_iterable(value) else value for value in values]


def end_to_end(lists: Values) -> Values:
    """The items of all lists."""
    return [item for items in lists if type(items) in _LISTS for item in items]


def laid_back(lists: Values, answers: Values) -> Values:
    """The answers in lists as long as the old ones."""
    laid, start = [], 0
    for items in lists:
        if type(items) in _LISTS:
            laid.append(answers[start : start + len(items)])
            start += len(items)
        else:
            laid.append(items)
    return laid


_LISTS = frozenset((list, tuple))
_SETTLED = _LISTS | {type(None), Failure}


def _as_list(field: FieldPlan, value: Any) -> Any:
    if is_iterable(value):
        return attempt(list, value)
    place = f"{field.parent_type}.{field.name}"
    return Failure(GraphQLError(f"Expected Iterable, but did not find one for field '{place}'."))


async def _gathered(iterable: AsyncIterable[Any]) -> Any:
    try:
        return [item async for item in iterable]
    except Exception as error:  # noqa: BLE001 - an iterator that fails fails its field
        return Failure(error)
