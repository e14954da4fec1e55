"""Columns turned into dictionaries, one for each row."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

Rows: TypeAlias = Callable[[Sequence[str], Sequence[list[Any]]], list[Any]]


def rows(keys: Sequence[str], columns: Sequence[list[Any]]) -> list[Any]:
    """A dictionary for each row of the columns, which are as long as each other and at least one."""
    if any(len(column) != len(columns[0]) for column in columns):
        raise ValueError("the columns are not of one length")
    return _rows_of_width(len(columns))(keys, columns)


@lru_cache(maxsize=500)
def _rows_of_width(width: int) -> Rows:
    """A function written out for so many columns: a dictionary display takes a quarter of dict(zip(keys, row))."""
    names = [f"key_{index}" for index in range(width)]
    values = [f"value_{index}" for index in range(width)]
    pairs = ", ".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
    source = (
        f"def rows(keys, columns):\n"
        f"    ({', '.join(names)},) = keys\n"
        f"    return [{{{pairs}}} for ({', '.join(values)},) in zip(*columns)]\n"
    )
    written: dict[str, Any] = {}
    exec(source, written)
    function: Rows = written["rows"]
    return function
