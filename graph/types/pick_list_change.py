"""A change of a pick list as subscribers are told it."""

from operator import attrgetter
from typing import Any

import strawberry

from graph.dataloaders import Loaders
from graph.live import event_cursor
from graph.relations import one
from graph.types.references import PickListRef


def _cursor(root: Any) -> str:
    return event_cursor(root)


@strawberry.type(description="A pick list or one of its lines was changed, by whomever.")
class PickListChange:
    """Declares an Event of PickListView."""

    cursor: str = strawberry.field(
        resolver=_cursor, description="Send it as `after` to go on behind this event, on any server. Opaque."
    )
    pick_list: PickListRef = one(
        Loaders.pick_list_by_id, key=attrgetter("view.id"), description="The list with its lines, as they are now."
    )
