"""Queries of part types."""

from typing import Annotated

import strawberry

from graph.context import Info
from graph.filters import folded
from graph.read_fields import query_field
from graph.relay_connections import After, Before, ConnectionView, First, Last, page_request
from graph.types.order_direction import OrderDirection
from graph.types.part_type import PartType, PartTypeConnection, PartTypeFilter, PartTypeOrder, PartTypeOrderField
from persistence.readers.part_type import PART_TYPE_ORDERS, PartTypeView


@strawberry.type
class PartTypeQueries:
    """Fields of Query."""

    @query_field(PartType | None, description="The part type with this name; null when there is none.")
    async def part_type(
        self, info: Info, name: Annotated[str, strawberry.argument(description="The name, ignoring case and spacing.")]
    ) -> PartTypeView | None:
        """One part type."""
        return await info.context.loaders.part_type_by_name_key.load(folded("name", name) or "")

    @query_field(PartTypeConnection | None, description="The part types of the workshop.")
    async def part_types(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[PartTypeFilter | None, strawberry.argument(description="Which part types to show.")] = None,
        order_by: Annotated[
            PartTypeOrder | None, strawberry.argument(description="In which order; by name, ascending, when left out.")
        ] = None,
    ) -> ConnectionView:
        """A page of part types."""
        field = order_by.field if order_by is not None else PartTypeOrderField.NAME
        request = page_request(
            info,
            PART_TYPE_ORDERS[field.name],
            first=first,
            after=after,
            last=last,
            before=before,
            descending=order_by is not None and order_by.direction is OrderDirection.DESC,
            conditions=filter.conditions() if filter is not None else (),
        )
        return ConnectionView(await info.context.readers.part_types.page(request))
