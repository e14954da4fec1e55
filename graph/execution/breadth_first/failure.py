"""What stands in a result where a field failed, until nulls are propagated."""

from collections.abc import Callable
from typing import Any


class Failure:
    """A field error at its place in the result; it becomes null there, or in the nearest nullable parent."""

    __slots__ = ("error",)

    def __init__(self, error: Exception) -> None:
        self.error = error


def attempt(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What the function returns, or a Failure with what it raises."""
    try:
        return function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - whatever a field's function raises is the error of that field
        return Failure(error)


def each(function: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """What the function returns for each value, or a Failure with what it raises."""
    results: list[Any] = []
    rest = iter(values)
    while len(results) < len(values):
        try:
            # When the function raises, the results before are in the list and the iterator is past the value.
            results.extend(map(function, rest))
        except Exception as error:  # noqa: BLE001 - one value's failure must not take the others' results
            results.append(Failure(error))
    return results


def failed(values: list[Any]) -> bool:
    """Tell whether there is a failure among the values."""
    return Failure in set(map(type, values))
