"""The rows of a listing from a position on, or up to one, in its order: by an index, or run by run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Text,
    bindparam,
    case,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from persistence.readers.paging import Order, Runs

_SQL_TYPES: Mapping[type, TypeEngine[Any]] = {int: BigInteger(), str: Text(), datetime: DateTime(timezone=True)}
_LOWEST: ColumnElement[str] = literal_column("''")
_HIGHEST: ColumnElement[str] = literal_column("U&'\\+10FFFF'")


def ordered(columns: Iterable[ColumnElement[Any]], *, runs_down: bool) -> list[ColumnElement[Any]]:
    """The columns as ORDER BY takes them, all down or all up."""
    return [column.desc() if runs_down else column.asc() for column in columns]


def positions_of(order: Order) -> list[ColumnElement[Any]]:
    """The columns of an order, named position_0, position_1 … by their place in it."""
    return [column.label(f"position_{index}") for index, column in enumerate(order.columns)]


@dataclass(frozen=True, slots=True)
class Bound:
    """Above (or below) the position of this name, or at it."""

    name: str
    is_up: bool
    or_at: bool = False

    def position(self, order: Order) -> list[ColumnElement[Any]]:
        """The values of the position, which are parameters."""
        return [bindparam(f"{self.name}_{index}", type_=_SQL_TYPES[kind]) for index, kind in enumerate(order.kinds)]

    def holds(self, row: ColumnElement[Any], position: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a row lies there."""
        if self.is_up:
            return row >= position if self.or_at else row > position
        return row <= position if self.or_at else row < position


@dataclass(frozen=True, slots=True, eq=False)
class RowsInOrder:
    """The rows of a listing that meet all conditions, in one of its orders.

    `walks` says that an order with runs is read run by run. `parent` is the table of parents that the statement stands
    in, if the listing has any, and `of_parent` its column for each column of the rows that tells the parent.
    """

    source: FromClause
    order: Order
    conditions: tuple[ColumnElement[bool], ...]
    walks: bool
    parent: FromClause | None
    of_parent: Mapping[ColumnElement[Any], ColumnElement[Any]]

    def of(self, statement: Select[Any], *around: FromClause) -> Select[Any]:
        """The statement for these rows alone, inside of others around it."""
        return self._inside(statement.where(*self.conditions), *around)

    def nearest(
        self,
        columns: Sequence[ColumnElement[Any]],
        bounds: Sequence[Bound],
        *,
        runs_down: bool,
        limit: ColumnElement[int],
        limit_of_run: ColumnElement[int],
    ) -> Select[Any]:
        """So many rows within the bounds, from one end on, or of each run so many: `columns` and the positions."""
        order, source = self.order, self.source
        if order.runs is not None and self.walks:
            rows = self._run_by_run(order.runs, columns, bounds, runs_down=runs_down, limit=limit_of_run)
            return rows.limit(limit)
        if order.runs is not None:
            source = source.join(order.runs.source, order.runs.id_of(order.runs.column) == order.runs.source.c.id)
        rows = self.of(select(*columns, *positions_of(order)).select_from(source))
        within = [bound.holds(tuple_(*order.columns), tuple_(*bound.position(order))) for bound in bounds]
        return rows.where(*within).order_by(*ordered(order.columns, runs_down=runs_down)).limit(limit)

    def _run_by_run(
        self,
        runs: Runs,
        columns: Sequence[ColumnElement[Any]],
        bounds: Sequence[Bound],
        *,
        runs_down: bool,
        limit: ColumnElement[int],
    ) -> Select[Any]:
        """The rows in order: of each run that may have such rows at most so many, by the index of the runs."""
        run = self._runs(runs, bounds, runs_down=runs_down)
        _, column = self.order.columns
        own = self.of(select(*columns, column.label("position_1")).select_from(self.source), run)
        own = own.where(runs.id_of(runs.column) == run.c.id)
        for bound in bounds:
            place, row = bound.position(self.order)
            # A run that lies beyond that of the position is there with all its rows.
            end = case((run.c.place == place, row), else_=_LOWEST if bound.is_up else _HIGHEST)
            own = own.where(bound.holds(column, end))
        rows = own.order_by(*ordered([column], runs_down=runs_down)).limit(limit).lateral("own")
        *shown, last = rows.c
        return (
            select(*shown, run.c.place.label("position_0"), last)
            .select_from(run.join(rows, true()))
            .order_by(*ordered([run.c.place, last], runs_down=runs_down))
        )

    def _runs(self, runs: Runs, bounds: Sequence[Bound], *, runs_down: bool) -> FromClause:
        """The runs within the bounds. OFFSET 0 keeps them in their order, so that a page ends where it is full."""
        within = []
        if self.parent is not None:
            # All rows of a parent lie in the run that it names.
            within.append(runs.source.c.id == runs.id_of(self.of_parent[runs.column]))
        for bound in bounds:
            place, _ = bound.position(self.order)
            within.append(replace(bound, or_at=True).holds(runs.source.c.place, place))
        chosen = select(runs.source).where(*within).order_by(*ordered([runs.source.c.place], runs_down=runs_down))
        return self._inside(chosen).offset(literal_column("0")).subquery("run")

    def _inside(self, statement: Select[Any], *around: FromClause) -> Select[Any]:
        outer = around if self.parent is None else (*around, self.parent)
        return statement.correlate(*outer) if outer else statement
