"""Queries of the workshop as a whole, and of who is asking."""

import strawberry

from domain.entities.actor import Actor
from graph.context import Info
from graph.read_fields import query_field
from graph.types.statistics import Statistics
from graph.types.viewer import Viewer
from persistence.readers.statistics import StatisticsView


@strawberry.type
class WorkshopQueries:
    """Fields of Query."""

    @query_field(
        Statistics | None,
        description="The workshop in numbers. Everything is counted, so ask now and then.",
        lookups=100,
    )
    async def statistics(self, info: Info) -> StatisticsView:
        """All numbers by one statement."""
        return await info.context.readers.statistics.read()

    @query_field(Viewer | None, description="Who is asking, and what they may do.")
    async def viewer(self, info: Info) -> Actor:
        """The actor of the operation."""
        return info.context.actor
