"""Queries of boxes and locations."""

from typing import Annotated

import strawberry

from domain.entities.location import LocationReference
from graph.connections import After, Before, ConnectionView, First, Last, page_request
from graph.context import Info
from graph.rights import query_field
from graph.types.box import Box, BoxConnection, BoxFilter
from graph.types.location import Location
from persistence.readers.box import BOX_ORDER, BoxView
from persistence.readers.location import LocationView


@strawberry.type
class BoxQueries:
    """Fields of Query."""

    @query_field(Box | None, description="The box with this number; null when there is none.")
    async def box(
        self, info: Info, number: Annotated[int, strawberry.argument(description="What stands on the box, 1–9999.")]
    ) -> BoxView | None:
        """One box."""
        return await info.context.loaders.box_by_number.load(number)

    @query_field(BoxConnection | None, description="The boxes of the workshop by number.")
    async def boxes(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[BoxFilter | None, strawberry.argument(description="Which boxes to show.")] = None,
    ) -> ConnectionView:
        """A page of boxes."""
        shown = filter.conditions() if filter is not None else ()
        request = page_request(info, BOX_ORDER, first=first, after=after, last=last, before=before, conditions=shown)
        return ConnectionView(await info.context.readers.boxes.page(request))

    @query_field(Location | None, description="The location with this reference; null when there is none.")
    async def location(
        self,
        info: Info,
        reference: Annotated[LocationReference, strawberry.argument(description='As it is written on labels: "7-3".')],
    ) -> LocationView | None:
        """One location."""
        return await info.context.loaders.location_by_reference.load(reference)
