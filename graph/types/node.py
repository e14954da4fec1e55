"""The interface of everything that can be fetched again by its id."""

import re
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


def type_found_by(loader: OperationLoader[Any]) -> str:
    """The name of the type whose objects a loader finds by their numbers. Raises KeyError for another loader."""
    return {found_by: name for name, found_by in NODE_LOADERS.items()}[loader]


def kind_in_words(type_name: str) -> str:
    """How people, and refusals, call the things of a type: a PartType is a part type, a StockOperation an operation."""
    words = re.sub(r"(?<!^)([A-Z])", r" \1", type_name).lower()
    return words.removeprefix("stock ")
