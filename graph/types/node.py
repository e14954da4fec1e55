"""The interface of everything that can be fetched again by its id."""

from typing import Any

import strawberry

from graph.execution.operation_loader import OperationLoader
from graph.global_ids import global_id_of, know
from graph.relations import backed_by


def id_of(root: Any) -> strawberry.ID:
    """The id of whatever implements Node. Whoever answers without the object tells by this how the id is made."""
    return global_id_of(root)


NODE_LOADERS: dict[str, OperationLoader[Any]] = {}
"""The loaders by id of the types that implement Node, by the names of the types."""


@strawberry.interface(description="Something with an id, under which `node` finds it again.")
class Node:
    """Implemented by types that say which view they show, and which loader finds it by its number.

    class Part(Node, shows=PartView, found_by=Loaders.part_by_id): …
    """

    def __init_subclass__(cls, *, shows: type, found_by: OperationLoader[Any]) -> None:
        """Make the type known to `node` and to global ids."""
        cls.is_type_of = backed_by(shows)  # type: ignore[attr-defined]  # Strawberry looks for it
        know(shows, cls.__name__)
        NODE_LOADERS[cls.__name__] = found_by

    id: strawberry.ID = strawberry.field(
        resolver=id_of, description="Unique among all objects. Opaque: do not take it apart."
    )
