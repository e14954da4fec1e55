"""Queries of jobs."""

from typing import Annotated

import strawberry

from graph.context import Info
from graph.global_ids import parse_global_id_of
from graph.read_fields import query_field
from graph.relay_connections import After, Before, ConnectionView, First, Last, page_request
from graph.types.job import Job, JobConnection, JobFilter
from persistence.readers.job import JOB_ORDER, JobView


@strawberry.type
class JobQueries:
    """Fields of Query."""

    @query_field(Job | None, description="The job with this id; null when there is none, or it ended long ago.")
    async def job(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id of a Job.")]
    ) -> JobView | None:
        """One job."""
        number = parse_global_id_of("Job", id)
        return await info.context.loaders.job_by_id.load(number) if number is not None else None

    @query_field(JobConnection | None, description="The jobs, newest first.")
    async def jobs(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[JobFilter | None, strawberry.argument(description="Which jobs to show.")] = None,
    ) -> ConnectionView:
        """A page of jobs."""
        request = page_request(
            info,
            JOB_ORDER,
            first=first,
            after=after,
            last=last,
            before=before,
            descending=True,
            conditions=filter.conditions() if filter is not None else (),
        )
        return ConnectionView(await info.context.readers.jobs.page(request))
