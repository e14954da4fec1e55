"""Queries of pick lists."""

from typing import Annotated

import strawberry

from domain.entities.pick_list import PickPlan
from domain.errors import DomainError
from domain.rules.picking import checked_wish
from graph.context import Info
from graph.global_ids import parse_global_id_of
from graph.read_fields import query_field
from graph.request_errors import bad_user_input
from graph.resolvers.pick_list_mutations import PickWishInput
from graph.schema_names import told_message
from graph.types.pick_list import PickList, PickListPreview
from persistence.readers.pick_list import PickListView


@strawberry.type
class PickListQueries:
    """Fields of Query."""

    @query_field(PickList | None, description="The pick list with this id; null when there is none.")
    async def pick_list(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of a PickList.")]
    ) -> PickListView | None:
        """One pick list."""
        number = parse_global_id_of("PickList", id)
        return await info.context.loaders.pick_list_by_id.load(number) if number is not None else None

    @query_field(
        PickListPreview | None,
        description="What a pick list would be, were it made now; null when there is no such project.",
    )
    async def preview_pick_list(
        self,
        info: Info,
        input: Annotated[PickWishInput, strawberry.argument(description="The list that is wanted.")],
    ) -> PickPlan | None:
        """The plan of a list that is not made."""
        number = parse_global_id_of("Project", input.project_id)
        if number is None:
            return None
        try:
            return await info.context.readers.pick_lists.planned(number, checked_wish(input.wish()))
        except DomainError as refusal:
            raise bad_user_input(told_message(refusal)) from refusal
