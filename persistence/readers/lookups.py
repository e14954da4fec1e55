"""Look-ups of many keys at a time, answered in the order in which the keys were asked."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from asyncpg import Record
from sqlalchemy import ColumnElement, FromClause

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def columns_of(view: type[Any], table: FromClause) -> tuple[ColumnElement[Any], ...]:
    """The columns of a table that a view is made of, in the order of its fields, which have their names."""
    return tuple(table.c[field] for field in view._fields)


def aligned(keys: Sequence[K], found: Mapping[K, V]) -> list[V | None]:
    """What was found for each key, None where nothing was."""
    return [found.get(key) for key in keys]


def grouped(keys: Sequence[K], records: Iterable[Record], view: Callable[..., V]) -> list[tuple[V, ...]]:
    """The views of each key's rows in their order; a record's first column is the key, the others make the view."""
    groups: dict[K, list[V]] = {key: [] for key in keys}
    for record in records:
        groups[record[0]].append(view(*record[1:]))
    return [tuple(groups[key]) for key in keys]


def containing(text: str) -> str:
    """The LIKE pattern for values that contain the text as it is."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
