"""What a field loads, as its declaration says: all that the executor is told of where data come from.

graph.relations makes the declarations; each stands in the metadata of its field.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from graph.execution.operation_loader import OperationLoader

RELATION = "relation"
"""The key of the Relation in a field's metadata."""

# The object that a declaration is about is a view, each type's own; Python cannot say that in a class body's call.
Source = Any


@dataclass(frozen=True, slots=True)
class Relation:
    """What a field loads.

    `key` takes the parent and gives the key to load, or None when there is nothing to load: then the answer is
    `nothing`. `arguments`, where given, takes the selection and the field's arguments once, and what it returns is
    loaded together with the key, as the tuple (key, arguments); or is the key by itself, where the relation
    `is_of_arguments`. It looks at nothing else: what it made of arguments without variables serves again. `pick` takes
    what was loaded and gives the answer. `given` takes the parent and gives the answer where the parent came with it;
    where that is None it is loaded.
    """

    loader: OperationLoader[Any]
    key: Callable[[Source], Hashable | None]
    arguments: Callable[..., Hashable | None] | None = None
    pick: Callable[[Any], Any] | None = None
    nothing: Any = None
    is_of_arguments: bool = False
    given: Callable[[Source], Any] | None = None
