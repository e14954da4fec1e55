"""Pages of long lists, by key instead of by offset: which page is asked for, and what is answered.

A page starts after (or ends before) the position of a row: the values of the order's columns in it. Rows that come or
go elsewhere do not shift it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, FromClause, func, literal_column, true

V = TypeVar("V")
Position: TypeAlias = tuple[str | int | datetime, ...]
"""The values of an order's columns in one row."""
MOST_ROWS = 200
"""No page holds more rows."""
Conditions: TypeAlias = tuple[tuple[str, Hashable], ...]
"""Names of a listing's conditions with their values, all of which must hold."""


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Where the first column of an order is that of another table: few rows, each of which holds a run of the list.

    `source` has the columns `place`, which is the first of the order, and `id`, which `column` of a row names; where
    that is null the id is 0. The order has one column besides, a text in the order of its bytes. An index has
    `id_of(column)` with it.

    The runs are walked where most rows meet all conditions, as they do those `beside`. Under any other the rows that
    meet it are found first and put in order then.
    """

    source: FromClause
    column: ColumnElement[Any]
    beside: frozenset[str]

    def id_of(self, column: ColumnElement[Any]) -> ColumnElement[int]:
        """The id of the run that a column names."""
        return func.coalesce(column, literal_column("0"))


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """An order of a list.

    All columns are NOT NULL and run in one direction; together they are unique. `kinds` are their Python types,
    `requires` a condition that is true wherever a row has the columns and lets the planner start from their index.
    """

    name: str
    columns: tuple[ColumnElement[Any], ...]
    kinds: tuple[type, ...]
    requires: ColumnElement[bool] = field(default_factory=true)
    runs: Runs | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows to read, and which facts besides; equal requests for many parents are read by one statement.

    The page holds up to `limit` rows, MOST_ROWS at most, between `after` and `before`: the first ones, or the last ones
    when `from_end`.
    """

    order: Order
    descending: bool
    limit: int
    after: Position | None = None
    before: Position | None = None
    from_end: bool = False
    conditions: Conditions = ()
    with_total: bool = False
    with_borders: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[V]):
    """Rows in the order asked for, each with its position, as one statement saw them.

    `total_count` counts the whole list; None unless asked for. `has_previous` and `has_next` are exact when borders
    were asked for.
    """

    request: PageRequest
    views: Sequence[V]
    positions: Sequence[Position]
    has_previous: bool
    has_next: bool
    total_count: int | None
