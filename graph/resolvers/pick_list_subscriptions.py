"""Subscriptions of pick lists."""

from typing import Annotated

import strawberry

from domain.errors import NotFoundError
from graph.context import Info
from graph.global_ids import parse_global_id_of
from graph.live import subscribe
from graph.read_fields import subscription_field
from graph.types.pick_list_change import PickListChange
from persistence.readers.live import Subscriber
from persistence.readers.pick_list_change import PICK_LIST_CHANGES


@strawberry.type
class PickListSubscriptions:
    """Fields of Subscription."""

    @subscription_field(
        PickListChange,
        description="A pick list as others pick from it, whichever server they use: told after each commit that "
        "changed the list or its lines; changes close to each other may be told as one. Ends with the code NOT_FOUND "
        "where there is no such list, CURSOR_TOO_OLD where too much happened since the cursor.",
    )
    async def pick_list_changed(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of a PickList.")],
        after: Annotated[
            str | None,
            strawberry.argument(description="First what changed since the event with this cursor, then what is new."),
        ] = None,
    ) -> Subscriber:
        """The stream of changes."""
        number = parse_global_id_of("PickList", id)
        found = await info.context.loaders.pick_list_by_id.load(number) if number is not None else None
        if found is None:
            raise NotFoundError("pick list", id, ("id",))
        return await subscribe(info, PICK_LIST_CHANGES, found.id, after)
