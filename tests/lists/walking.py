"""Walks through a list page by page, forward or back, and checks what each page says of itself."""

from collections.abc import Awaitable, Callable

from tests.graphql_client import Json

Ask = Callable[[Json], Awaitable[Json]]
"""Answers a connection with edges, pageInfo and totalCount for the arguments of a page."""


async def walk(ask: Ask, size: int, *, backward: bool) -> list[Json]:
    """All edges of a list, in the order of the list."""
    edges: list[Json] = []
    cursor = None
    while True:
        page = await ask({"last": size, "before": cursor} if backward else {"first": size, "after": cursor})
        info, own = page["pageInfo"], page["edges"]
        assert len(own) <= size
        assert info["startCursor"] == (own[0]["cursor"] if own else None)
        assert info["endCursor"] == (own[-1]["cursor"] if own else None)
        assert info["hasNextPage" if backward else "hasPreviousPage"] is bool(edges)
        edges = own + edges if backward else edges + own
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            assert page["totalCount"] == len(edges)
            return edges
        cursor = info["startCursor" if backward else "endCursor"]
