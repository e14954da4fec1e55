"""The type Query, put together from the nouns."""

import strawberry

from graph.resolvers.box_queries import BoxQueries
from graph.resolvers.history_queries import HistoryQueries
from graph.resolvers.job_queries import JobQueries
from graph.resolvers.node_queries import NodeQueries
from graph.resolvers.part_queries import PartQueries
from graph.resolvers.part_type_queries import PartTypeQueries
from graph.resolvers.pick_list_queries import PickListQueries
from graph.resolvers.project_queries import ProjectQueries
from graph.resolvers.workshop_queries import WorkshopQueries


@strawberry.type(
    description="What can be read. A field that fails is null and told in `errors`; the others are answered."
)
class Query(
    PartQueries,
    PartTypeQueries,
    BoxQueries,
    HistoryQueries,
    JobQueries,
    NodeQueries,
    ProjectQueries,
    PickListQueries,
    WorkshopQueries,
):
    """Every query."""
