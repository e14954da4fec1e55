"""The interface of everything that can be fetched again by its id."""

from typing import Any

import strawberry

from graph.global_ids import global_id_of


def _id(root: Any) -> strawberry.ID:
    return global_id_of(root)


# Whoever answers without the object at hand can tell by this how its id is made.
_id.is_global_id = True  # type: ignore[attr-defined]


@strawberry.interface(description="Something with an id, under which `node` finds it again.")
class Node:
    """Implemented by types whose views stand in the table of graph.global_ids."""

    id: strawberry.ID = strawberry.field(
        resolver=_id, description="Unique among all objects. Opaque: do not take it apart."
    )
