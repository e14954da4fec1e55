"""Queries of parts."""

from typing import Annotated

import strawberry

from domain.entities.ids import PartKey
from graph.connections import After, Before, ConnectionView, First, Last
from graph.context import Info
from graph.rights import query_field
from graph.types.part import Part, PartConnection
from graph.types.part_list import PartFilter, PartOrder, part_page
from persistence.readers.part import PartView


@strawberry.type
class PartQueries:
    """Fields of Query."""

    @query_field(Part | None, description="The part with this key, retired or not; null when there is none.")
    async def part(
        self, info: Info, key: Annotated[PartKey, strawberry.argument(description="What stands on the label.")]
    ) -> PartView | None:
        """One part."""
        return await info.context.loaders.part_by_key.load(key)

    @query_field(
        PartConnection | None, description="The parts of the workshop; those in use unless the filter says else."
    )
    async def parts(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[
            PartFilter | None, strawberry.argument(description="Which parts to show; parts in use when left out.")
        ] = None,
        order_by: Annotated[
            PartOrder | None, strawberry.argument(description="In which order; by key, ascending, when left out.")
        ] = None,
    ) -> ConnectionView:
        """A page of parts."""
        request = part_page(info, first, after, last, before, filter, order_by)
        return ConnectionView(await info.context.readers.parts.page(request))
