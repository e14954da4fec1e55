"""The interface of everything that can be fetched again by its id."""

from typing import Any

import strawberry

from graph.global_ids import global_id_of


def id_of(root: Any) -> strawberry.ID:
    """The id of whatever implements Node. Whoever answers without the object tells by this how the id is made."""
    return global_id_of(root)


@strawberry.interface(description="Something with an id, under which `node` finds it again.")
class Node:
    """Implemented by types whose views stand in the table of graph.global_ids."""

    id: strawberry.ID = strawberry.field(
        resolver=id_of, description="Unique among all objects. Opaque: do not take it apart."
    )
