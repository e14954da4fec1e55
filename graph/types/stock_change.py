"""A change of stock as subscribers are told it."""

from typing import Any

import strawberry

from domain.entities.ids import PartKey
from graph.live import event_cursor
from graph.types.references import QuantityChangeRef


def _cursor(root: Any) -> str:
    return event_cursor(root)


def _part_key(root: Any) -> PartKey:
    key: PartKey = root.view.part_key
    return key


def _change(root: Any) -> Any:
    return root.view.change


@strawberry.type(
    description="A part became more or less at one place. The change says what is there afterwards, so no second "
    "request is needed."
)
class StockChange:
    """Declares an Event of StockChangeView."""

    cursor: str = strawberry.field(
        resolver=_cursor, description="Send it as `after` to go on behind this event, on any server. Opaque."
    )
    part_key: PartKey = strawberry.field(resolver=_part_key, description="The key of the part that changed.")
    change: QuantityChangeRef = strawberry.field(
        resolver=_change,
        description="The line of the history: the place, pieces more or less, pieces there and in all places after.",
    )
