"""Listings: the one implementation of paged lists, as statements.

Reading a page follows the order's index from the position where it starts, and touches as many rows as it answers,
however deep it lies. Statements are compiled once for each shape of a request.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from asyncpg import Record
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    Text,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.types import TypeEngine

from persistence.database import Database
from persistence.readers.paging import MOST_ROWS, Order, Page, PageRequest, Runs
from persistence.statements import Statement

V = TypeVar("V")

# A constant in the text, which the planner reckons with; a parameter it would not know.
_MOST: ColumnElement[int] = literal_column(str(MOST_ROWS + 1))
_LOWEST: ColumnElement[str] = literal_column("''")
_HIGHEST: ColumnElement[str] = literal_column("U&'\\+10FFFF'")
_SQL_TYPES: Mapping[type, TypeEngine[Any]] = {int: BigInteger(), str: Text(), datetime: DateTime(timezone=True)}


@dataclass(frozen=True, slots=True, eq=False)
class Listing(Generic[V]):
    """A list that can be paged.

    `view` takes the values of `columns`; where rows share something, `sharing` makes such a function for each page.
    Tables that only some conditions or orders need stand in `source` as left joins on a unique key, which the planner
    leaves out where nothing names them. `parents` are the columns that tell to whose list a row belongs, when there is
    one list for each parent.
    """

    view: Callable[..., V]
    columns: tuple[ColumnElement[Any], ...]
    source: FromClause
    conditions: Mapping[str, ColumnElement[bool]] = field(default_factory=dict)
    parents: tuple[ColumnElement[Any], ...] = ()
    sharing: Callable[[], Callable[..., V]] | None = None

    async def page(self, database: Database, request: PageRequest) -> Page[V]:
        """A page of the list that has no parent."""
        return self._page(request, await database.fetch(_statement(self, _shape(request)), **_values(request)))

    async def pages(
        self, database: Database, parents: Sequence[tuple[Any, ...]], request: PageRequest
    ) -> list[Page[V]]:
        """The same page of each parent's list, in the order of `parents`; a parent is the values of its columns."""
        columns = {f"parents_{index}": list(values) for index, values in enumerate(zip(*parents, strict=True))}
        records = await database.fetch(_statement(self, _shape(request)), **columns, **_values(request))
        by_parent: list[list[Record]] = [[] for _ in parents]
        for record in records:
            by_parent[record["parent_number"] - 1].append(record)
        return [self._page(request, own) for own in by_parent]

    def _page(self, request: PageRequest, records: list[Record]) -> Page[V]:
        width, end = len(self.columns), len(self.columns) + len(request.order.columns)
        # Facts stand in every row, and in a row of their own when there is no other.
        rows = [record for record in records if record[width] is not None]
        has_more = len(rows) > request.limit
        rows = rows[: request.limit]
        if request.from_end:
            rows.reverse()
        facts: Mapping[str, Any] = dict(records[0]) if records else {}
        has_before_start, has_after_end = bool(facts.get("behind_after")), bool(facts.get("behind_before"))
        view = self.view if self.sharing is None else self.sharing()
        return Page(
            request,
            views=[view(*record[:width]) for record in rows],
            positions=[record[width:end] for record in rows],
            has_previous=has_before_start or (request.from_end and has_more),
            has_next=has_after_end or (not request.from_end and has_more),
            total_count=facts.get("total_count"),
        )


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a request decides the text of its statement; the values are parameters."""

    order: Order
    descending: bool
    from_end: bool
    is_after: bool
    is_before: bool
    condition_names: tuple[str, ...]
    with_total: bool
    with_borders: bool


def _shape(request: PageRequest) -> _Shape:
    return _Shape(
        request.order,
        request.descending,
        request.from_end,
        request.after is not None,
        request.before is not None,
        tuple(name for name, _ in request.conditions),
        request.with_total,
        request.with_borders and (request.after is not None or request.before is not None),
    )


def _values(request: PageRequest) -> dict[str, object]:
    after = {f"after_{index}": value for index, value in enumerate(request.after or ())}
    before = {f"before_{index}": value for index, value in enumerate(request.before or ())}
    # One row more than asked for tells whether there are more.
    return {"row_limit": request.limit + 1, **after, **before, **dict(request.conditions)}


def rows_of_parent(
    listing: Listing[Any], request: PageRequest, parent: Sequence[ColumnElement[Any]], *columns: ColumnElement[Any]
) -> Select[Any]:
    """The rows of a page of one parent, whose columns stand in the statement around it: `columns` and the positions.

    The request has a limit, an order and a direction and nothing else.
    """
    owned = [own == given for own, given in zip(listing.parents, parent, strict=True)]
    return (
        select(*columns, *_positions(request.order))
        .select_from(listing.source)
        .where(request.order.requires, *owned)
        .order_by(*ordered(request.order.columns, runs_down=request.descending != request.from_end))
        .limit(literal_column(str(request.limit)))
    )


def ordered(columns: Iterable[ColumnElement[Any]], *, runs_down: bool) -> list[ColumnElement[Any]]:
    """The columns as ORDER BY takes them, all down or all up."""
    return [column.desc() if runs_down else column.asc() for column in columns]


def positions_in(page: FromClause, order: Order) -> list[ColumnElement[Any]]:
    """The columns of a page's rows that tell where in the order a row stands."""
    return [page.c[f"position_{index}"] for index in range(len(order.columns))]


def _positions(order: Order) -> list[ColumnElement[Any]]:
    return [column.label(f"position_{index}") for index, column in enumerate(order.columns)]


@lru_cache(maxsize=2_000)
def _statement(listing: Listing[Any], shape: _Shape) -> Statement:
    """The compiled statement for requests of one shape."""
    builder = _Builder(listing, shape)
    return Statement(builder.with_facts() if builder.needs_facts else builder.rows())


class _Builder:
    """Builds one statement: the rows, and beside them the facts and the parents where there are any."""

    def __init__(self, listing: Listing[Any], shape: _Shape) -> None:
        self.listing = listing
        self.shape = shape
        self.runs_down = shape.descending != shape.from_end
        self.parent = _parents(listing.parents) if listing.parents else None
        self.needs_facts = self.parent is not None or shape.with_total or shape.with_borders
        conditions = [shape.order.requires, *(listing.conditions[name] for name in shape.condition_names)]
        if self.parent is not None:
            own = enumerate(listing.parents)
            conditions += [column == self.parent.c[f"key_{index}"] for index, column in own]
        self.conditions = conditions

    def rows(self) -> Select[Any]:
        """The rows of the page and one more, from its first or its last row on."""
        order = self.shape.order
        bounds = []
        if self.shape.is_after:
            bounds.append(_Bound("after", is_up=not self.shape.descending))
        if self.shape.is_before:
            bounds.append(_Bound("before", is_up=self.shape.descending))
        # The planner is told how short every page is, since it makes its plan before it knows the limit of this one.
        most = self._nearest(self.listing.columns, bounds, runs_down=self.runs_down, limit=_MOST).subquery("most")
        again = ordered(positions_in(most, order), runs_down=self.runs_down)
        return select(*most.c).order_by(*again).limit(bindparam("row_limit", type_=BigInteger()))

    def with_facts(self) -> Select[Any]:
        """The rows beside the facts, one row of facts alone when the page is empty."""
        page = self.rows().lateral("page")
        # OFFSET 0 has the facts computed once and not again for each row.
        facts = select(literal(1).label("one"), *self._facts()).offset(0).lateral("facts")
        source: FromClause = facts.outerjoin(page, true())
        columns: list[ColumnElement[Any]] = [*page.c, *list(facts.c)[1:]]
        order = ordered(positions_in(page, self.shape.order), runs_down=self.runs_down)
        if self.parent is not None:
            source = self.parent.join(facts, true()).outerjoin(page, true())
            columns.append(self.parent.c.number.label("parent_number"))
            order.insert(0, self.parent.c.number)
        return select(*columns).select_from(source).order_by(*order)

    def _facts(self) -> list[ColumnElement[Any]]:
        facts: list[ColumnElement[Any]] = []
        if self.shape.with_total:
            total = self._own(select(func.count()).select_from(self.listing.source))
            facts.append(total.scalar_subquery().label("total_count"))
        if self.shape.with_borders and self.shape.is_after:
            facts.append(self._is_behind(_Bound("after", is_up=self.shape.descending)).label("behind_after"))
        if self.shape.with_borders and self.shape.is_before:
            facts.append(self._is_behind(_Bound("before", is_up=not self.shape.descending)).label("behind_before"))
        return facts

    def _is_behind(self, bound: "_Bound") -> ColumnElement[bool]:
        """Whether the list has a row at this position or on its other side.

        The nearest such row is looked for in the order's index; with a bare EXISTS the planner may scan the table.
        """
        at_it = replace(bound, or_at=True)
        nearest = self._nearest((), [at_it], runs_down=not bound.is_up, limit=literal_column("1"))
        return select(literal(1)).select_from(nearest.subquery("nearest")).scalar_subquery().is_not(None)

    def _nearest(
        self,
        columns: tuple[ColumnElement[Any], ...],
        bounds: Sequence["_Bound"],
        *,
        runs_down: bool,
        limit: ColumnElement[int],
    ) -> Select[Any]:
        """So many rows within the bounds, from one end on: `columns` and the positions."""
        order, source = self.shape.order, self.listing.source
        if order.runs is not None:
            if order.runs.beside.issuperset(self.shape.condition_names):
                return self._nearest_of_runs(order.runs, columns, bounds, runs_down=runs_down, limit=limit)
            source = source.join(order.runs.source, order.runs.of_row == order.runs.source.c.id)
        rows = self._own(select(*columns, *_positions(order)).select_from(source))
        within = [bound.holds(tuple_(*order.columns), tuple_(*bound.position(order))) for bound in bounds]
        return rows.where(*within).order_by(*ordered(order.columns, runs_down=runs_down)).limit(limit)

    def _nearest_of_runs(
        self,
        runs: Runs,
        columns: tuple[ColumnElement[Any], ...],
        bounds: Sequence["_Bound"],
        *,
        runs_down: bool,
        limit: ColumnElement[int],
    ) -> Select[Any]:
        """The same, run by run: of each run at most so many rows, by its index."""
        _, column = self.shape.order.columns
        of_runs: list[ColumnElement[bool]] = []
        if self.parent is not None:
            own_columns = dict(zip(self.listing.parents, self.parent.c, strict=False))
            of_runs.append(runs.source.c.id == replacement_traverse(runs.of_row, {}, own_columns.get))
        positions = [(bound, *bound.position(self.shape.order)) for bound in bounds]
        for bound, place, _ in positions:
            of_runs.append(replace(bound, or_at=True).holds(runs.source.c.place, place))
        # OFFSET 0 keeps the runs in their order, so that the planner stops at the run that fills the page.
        in_order = select(runs.source).where(*of_runs).order_by(*ordered([runs.source.c.place], runs_down=runs_down))
        walked = self._inside(in_order).offset(literal_column("0")).subquery("run")
        own = self._own(select(*columns, column.label("position_1")).select_from(self.listing.source), walked)
        own = own.where(runs.of_row == walked.c.id)
        for bound, place, row in positions:
            # A run that lies beyond that of the position is there with all its rows.
            end = case((walked.c.place == place, row), else_=_LOWEST if bound.is_up else _HIGHEST)
            own = own.where(bound.holds(column, end))
        rows = own.order_by(*ordered([column], runs_down=runs_down)).limit(limit).lateral("own")
        *shown, last = rows.c
        return (
            select(*shown, walked.c.place.label("position_0"), last)
            .select_from(walked.join(rows, true()))
            .order_by(*ordered([walked.c.place, last], runs_down=runs_down))
            .limit(limit)
        )

    def _own(self, statement: Select[Any], *around: FromClause) -> Select[Any]:
        """The rows that meet all conditions and belong to the parent, in a statement inside of those around it."""
        return self._inside(statement.where(*self.conditions), *around)

    def _inside(self, statement: Select[Any], *around: FromClause) -> Select[Any]:
        outer = around if self.parent is None else (*around, self.parent)
        return statement.correlate(*outer) if outer else statement


@dataclass(frozen=True, slots=True)
class _Bound:
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


def _parents(columns: Sequence[ColumnElement[Any]]) -> FromClause:
    """The parents' keys as a table: key_0, key_1 …, and number, their place in the given order from 1 on."""
    arrays = [bindparam(f"parents_{index}", type_=ARRAY(column.type)) for index, column in enumerate(columns)]
    names = [f"key_{index}" for index in range(len(columns))]
    return func.unnest(*arrays).table_valued(*names, with_ordinality="number", name="parent").render_derived()
