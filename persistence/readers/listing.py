"""Listings: the one implementation of paged lists, as statements.

Reading a page follows the order's index from the position where it starts, and touches as many rows as it answers,
however deep it lies. Statements are compiled once for each shape of a request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from asyncpg import Record
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    true,
)

from persistence.database import Database
from persistence.readers.paging import MOST_ROWS, Order, Page, PageRequest
from persistence.readers.rows_in_order import Bound, RowsInOrder, ordered, positions_of
from persistence.statements import Statement

V = TypeVar("V")

# A constant in the text, which the planner reckons with; a parameter it would not know.
_MOST: ColumnElement[int] = literal_column(str(MOST_ROWS + 1))


@dataclass(frozen=True, slots=True, eq=False)
class Listing(Generic[V]):
    """A list that can be paged.

    `view` takes the values of `columns`; where rows share something, `sharing` makes such a function for each page.
    Tables that only some conditions or orders need stand in `source` as left joins on a unique key, which the planner
    leaves out where nothing names them. `parents` are the columns that tell to whose list a row belongs, when there is
    one list for each parent. What a list of many rows would look up for each of them before it is ordered, `looked_up`
    reads for those of the page alone, in place of `columns`, which then say which rows they are.
    """

    view: Callable[..., V]
    columns: tuple[ColumnElement[Any], ...]
    source: FromClause
    conditions: Mapping[str, ColumnElement[bool]] = field(default_factory=dict)
    parents: tuple[ColumnElement[Any], ...] = ()
    sharing: Callable[[], Callable[..., V]] | None = None
    looked_up: Callable[[FromClause], Select[Any]] | None = None

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
        # Behind what a view is made of stand the positions, and the facts.
        width = list(records[0].keys()).index("position_0") if records else 0
        end = width + len(request.order.columns)
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
        select(*columns, *positions_of(request.order))
        .select_from(listing.source)
        .where(request.order.requires, *owned)
        .order_by(*ordered(request.order.columns, runs_down=request.descending != request.from_end))
        .limit(literal_column(str(request.limit)))
    )


def positions_in(page: FromClause, order: Order) -> list[ColumnElement[Any]]:
    """The columns of a page's rows that tell where in the order a row stands."""
    return [page.c[f"position_{index}"] for index in range(len(order.columns))]


@lru_cache(maxsize=2_000)
def _statement(listing: Listing[Any], shape: _Shape) -> Statement:
    """The compiled statement for requests of one shape."""
    builder = _Builder(listing, shape)
    return Statement(builder.with_facts() if builder.needs_facts else builder.whole_rows())


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
        # The runs of an order are walked where most rows meet the conditions.
        walks = shape.order.runs is not None and shape.order.runs.beside.issuperset(shape.condition_names)
        parents = dict(zip(listing.parents, self.parent.c, strict=False)) if self.parent is not None else {}
        self.nearby = RowsInOrder(listing.source, shape.order, tuple(conditions), walks, self.parent, parents)

    def rows(self) -> Select[Any]:
        """The rows of the page and one more, from its first or its last row on."""
        order = self.shape.order
        bounds = []
        if self.shape.is_after:
            bounds.append(Bound("after", is_up=not self.shape.descending))
        if self.shape.is_before:
            bounds.append(Bound("before", is_up=self.shape.descending))
        # The planner is told how short every page is, since it makes its plan before it knows the limit of this one.
        limit = bindparam("row_limit", type_=BigInteger())
        rows = self.nearby.nearest(
            self.listing.columns, bounds, runs_down=self.runs_down, limit=_MOST, limit_of_run=limit
        )
        most = rows.subquery("most")
        again = ordered(positions_in(most, order), runs_down=self.runs_down)
        return select(*most.c).order_by(*again).limit(limit)

    def whole_rows(self) -> Select[Any]:
        """The same with all that a view is made of."""
        if self.listing.looked_up is None:
            return self.rows()
        rows = self.rows().subquery("rows")
        positions = positions_in(rows, self.shape.order)
        looked_up = self.listing.looked_up(rows).add_columns(*positions)
        return looked_up.order_by(*ordered(positions, runs_down=self.runs_down))

    def with_facts(self) -> Select[Any]:
        """The rows beside the facts, one row of facts alone when the page is empty."""
        page = self.whole_rows().lateral("page")
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
            total = self.nearby.of(select(func.count()).select_from(self.listing.source))
            facts.append(total.scalar_subquery().label("total_count"))
        if self.shape.with_borders and self.shape.is_after:
            facts.append(self._is_behind(Bound("after", is_up=self.shape.descending)).label("behind_after"))
        if self.shape.with_borders and self.shape.is_before:
            facts.append(self._is_behind(Bound("before", is_up=not self.shape.descending)).label("behind_before"))
        return facts

    def _is_behind(self, bound: Bound) -> ColumnElement[bool]:
        """Whether the list has a row at this position or on its other side.

        The nearest such row is looked for in the order's index; with a bare EXISTS the planner may scan the table.
        """
        at_it = replace(bound, or_at=True)
        one: ColumnElement[int] = literal_column("1")
        nearest = self.nearby.nearest((), [at_it], runs_down=not bound.is_up, limit=one, limit_of_run=one)
        return select(literal(1)).select_from(nearest.subquery("nearest")).scalar_subquery().is_not(None)


def _parents(columns: Sequence[ColumnElement[Any]]) -> FromClause:
    """The parents' keys as a table: key_0, key_1 …, and number, their place in the given order from 1 on."""
    arrays = [bindparam(f"parents_{index}", type_=ARRAY(column.type)) for index, column in enumerate(columns)]
    names = [f"key_{index}" for index in range(len(columns))]
    return func.unnest(*arrays).table_valued(*names, with_ordinality="number", name="parent").render_derived()
