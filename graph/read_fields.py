"""How a field of Query that calls a resolver, and a field of Subscription, are declared; both only read.

A field of Query that looks something up by its arguments is declared by `found_by` (graph/relations.py).
"""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from domain.entities.actor import Role
from graph.arguments import signature_for_schema
from graph.prices import dear, expected
from graph.required_role import required_role


def query_field(
    graphql_type: Any, *, description: str, lookups: int = 0, length: int | None = None
) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Declare a field of Query: readable by everyone who may read at all.

    `graphql_type` is what the schema says; the resolver returns views of `persistence.readers`. One that is dear
    takes as much as so many `lookups` besides its own, and a list is expected to have a `length` (graph/prices.py).
    """

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        resolver.__signature__ = signature_for_schema(resolver)  # type: ignore[attr-defined]
        return strawberry.field(
            resolver=resolver,
            graphql_type=graphql_type,
            description=description,
            metadata={**required_role(Role.VIEWER), **dear(lookups), **({} if length is None else expected(length))},
        )

    return declare


def subscription_field(graphql_type: Any, *, description: str) -> Callable[[Callable[..., Awaitable[Any]]], Any]:
    """Declare a field of Subscription: open to everyone who may read at all.

    The resolver returns a stream of what `persistence.readers.live` tells; `graphql_type` is what each event shows.
    """

    def declare(resolver: Callable[..., Awaitable[Any]]) -> Any:
        resolver.__signature__ = signature_for_schema(resolver)  # type: ignore[attr-defined]
        return strawberry.subscription(
            resolver=resolver,
            graphql_type=graphql_type,
            description=description,
            metadata=required_role(Role.VIEWER),
        )

    return declare
