"""Changes of stock as they are told to subscribers."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from domain.entities.ids import PartKey
from persistence.readers.live import Source
from persistence.readers.operation import CHANGE_COLUMNS, QuantityChangeView, change_of
from persistence.readers.tables import operations, parts, quantity_changes

Topic = tuple[int | None, int | None]


class StockChangeView(NamedTuple):
    """A line of the ledger with its part's key."""

    part_key: PartKey
    change: QuantityChangeView


def topic(part_id: int | None, box_number: int | None) -> Topic:
    """What a subscriber asks for: changes of a part, in a box, of a part in a box, or all."""
    return part_id, box_number


def _view(row: Sequence[Any]) -> StockChangeView:
    return StockChangeView(row[0], change_of(*row[1:]))


def _topics(view: StockChangeView) -> Iterable[Topic]:
    part_id, box_number = view.change.part_id, view.change.box_number
    return (None, None), (part_id, None), (None, box_number), (part_id, box_number)


STOCK_CHANGES = Source(
    "stock",
    select(parts.c.key, *CHANGE_COLUMNS).select_from(
        quantity_changes.join(operations, operations.c.id == quantity_changes.c.operation_id).join(
            parts, parts.c.id == quantity_changes.c.part_id
        )
    ),
    written_in=operations.c.transaction_id,
    id=quantity_changes.c.id,
    view=_view,
    topics=_topics,
)
