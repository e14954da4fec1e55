"""Subscriptions of the ledger."""

from typing import Annotated

import strawberry

from domain.entities.box import MAX_NUMBER
from domain.entities.ids import PartKey
from domain.errors import NotFoundError
from graph.context import Info
from graph.live import subscribe
from graph.read_fields import subscription_field
from graph.types.stock_change import StockChange
from persistence.readers.live import Subscriber
from persistence.readers.stock_change import STOCK_CHANGES, topic


@strawberry.type
class StockSubscriptions:
    """Fields of Subscription."""

    @subscription_field(
        StockChange,
        description="Each change of stock when it is committed, whichever server made it: once, and for each part in "
        "the order of its history. With both arguments, changes of this part in this box. Ends with the code "
        "NOT_FOUND where there is no such part, CURSOR_TOO_OLD where too much happened since the cursor.",
    )
    async def stock_changed(
        self,
        info: Info,
        part_key: Annotated[PartKey | None, strawberry.argument(description="Only changes of this part.")] = None,
        box_number: Annotated[
            int | None, strawberry.argument(description=f"Only changes in the box of this number, 1–{MAX_NUMBER}.")
        ] = None,
        after: Annotated[
            str | None,
            strawberry.argument(description="First everything since the event that had this cursor, then what is new."),
        ] = None,
    ) -> Subscriber:
        """The stream of changes."""
        part_id = await _part_id(info, part_key) if part_key is not None else None
        return await subscribe(info, STOCK_CHANGES, topic(part_id, box_number), after)


async def _part_id(info: Info, key: PartKey) -> int:
    part = await info.context.loaders.part_by_key.load(key)
    if part is None:
        raise NotFoundError("part", key, ("partKey",))
    return part.id
