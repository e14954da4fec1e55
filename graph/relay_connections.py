"""Connections: long lists in pages, as Relay's cursor connections specification has them, by key and both ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import strawberry

from graph.context import Info
from graph.cursors import decode_cursor, encode_cursor
from graph.prices import dear
from graph.request_errors import bad_user_input
from graph.selections import selects
from persistence.readers.paging import MOST_ROWS, Conditions, Order, Page, PageRequest, Position

DEFAULT_PAGE = 50

First: TypeAlias = Annotated[
    int | None,
    strawberry.argument(description="At most so many items from the start: 0–200; 50 without first and last."),
]
After: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Only items after this cursor of a list in the same order."),
]
Last: TypeAlias = Annotated[
    int | None, strawberry.argument(description="At most so many items from the end: 0–200. Not together with first.")
]
Before: TypeAlias = Annotated[
    str | None,
    strawberry.argument(description="Only items before this cursor of a list in the same order."),
]

Node = TypeVar("Node")


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Declares PageInfoView."""

    start_cursor: str | None = strawberry.field(description="The cursor of the first item; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item; null on an empty page.")
    has_next_page: bool = strawberry.field(description="Whether the list goes on after this page.")
    has_previous_page: bool = strawberry.field(description="Whether the list has items before this page.")


@strawberry.type(description="An item of a list with its place.")
class Edge(Generic[Node]):
    """Declares EdgeView."""

    cursor: str = strawberry.field(description="The item's place, to go on after or before it. Opaque.")
    node: Node = strawberry.field(description="The item.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[Node]):
    """Declares ConnectionView."""

    edges: list[Edge[Node]] = strawberry.field(description="The items of the page with their cursors.")
    nodes: list[Node] = strawberry.field(description="The items of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in the list.")
    total_count: int = strawberry.field(
        description="Items in the whole list under this filter, as of the moment of the page.",
        metadata=dear(2),
    )


@dataclass(frozen=True, slots=True)
class EdgeView:
    """A row of a page with its position."""

    page: Page[Any]
    position: Position
    node: Any

    @property
    def cursor(self) -> str:
        """Written only when it is asked for."""
        return _cursor(self.page, self.position)


@dataclass(frozen=True, slots=True)
class PageInfoView:
    """Where a page lies in its list."""

    page: Page[Any]

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row."""
        return _cursor(self.page, self.page.positions[0]) if self.page.positions else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last row."""
        return _cursor(self.page, self.page.positions[-1]) if self.page.positions else None

    @property
    def has_next_page(self) -> bool:
        """Exact."""
        return self.page.has_next

    @property
    def has_previous_page(self) -> bool:
        """Exact."""
        return self.page.has_previous


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A page as a connection shows it."""

    page: Page[Any]

    @property
    def edges(self) -> list[EdgeView]:
        """The rows with their positions."""
        return [
            EdgeView(self.page, position, view)
            for position, view in zip(self.page.positions, self.page.views, strict=True)
        ]

    @property
    def nodes(self) -> Sequence[Any]:
        """The rows."""
        return self.page.views

    @property
    def page_info(self) -> PageInfoView:
        """Where the page lies."""
        return PageInfoView(self.page)

    @property
    def total_count(self) -> int | None:
        """Counted when it was asked for."""
        return self.page.total_count


def page_request(
    info: Info,
    order: Order,
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    descending: bool = False,
    conditions: Conditions = (),
) -> PageRequest:
    """Check the arguments of a connection and look at what is asked of it.

    Raises the request error BAD_USER_INPUT when the arguments cannot be met.
    """
    if first is not None and last is not None:
        raise bad_user_input("Use `first` or `last`, not both.")
    limit = DEFAULT_PAGE
    for name, size in (("first", first), ("last", last)):
        if size is not None:
            limit = _checked_size(name, size)
    positions = {
        name: decode_cursor(order, descending=descending, argument=name, cursor=cursor) if cursor is not None else None
        for name, cursor in (("after", after), ("before", before))
    }
    return PageRequest(
        order,
        descending,
        limit,
        after=positions["after"],
        before=positions["before"],
        from_end=last is not None,
        conditions=conditions,
        with_total=selects(info, "totalCount"),
        with_borders=selects(info, "pageInfo", "hasNextPage") or selects(info, "pageInfo", "hasPreviousPage"),
    )


def _checked_size(name: str, size: int) -> int:
    if not 0 <= size <= MOST_ROWS:
        raise bad_user_input(f"`{name}` is {size}; a page has 0 to {MOST_ROWS} items.")
    return size


def _cursor(page: Page[Any], position: Position) -> str:
    return encode_cursor(page.request.order, descending=page.request.descending, position=position)
