"""Subscriptions of jobs."""

from typing import Annotated

import strawberry

from domain.errors import NotFoundError
from graph.context import Info
from graph.global_ids import parse_global_id_of
from graph.live import subscribe
from graph.read_fields import subscription_field
from graph.types.job_change import JobProgress
from persistence.readers.job_change import JOB_CHANGES
from persistence.readers.live import Subscriber


@strawberry.type
class JobSubscriptions:
    """Fields of Subscription."""

    @subscription_field(
        JobProgress,
        description="A job as it goes on, whichever server runs it: told after each commit that changed it; changes "
        "close to each other may be told as one, and the last one tells its end. A job that ended before tells "
        "nothing: read `job` once you are subscribed. Ends with the code NOT_FOUND where there is no such job, "
        "CURSOR_TOO_OLD where too much happened since the cursor.",
    )
    async def job_progress(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The id of a Job.")],
        after: Annotated[
            str | None,
            strawberry.argument(description="First what changed since the event with this cursor, then what is new."),
        ] = None,
    ) -> Subscriber:
        """The stream of changes."""
        number = parse_global_id_of("Job", id)
        found = await info.context.loaders.job_by_id.load(number) if number is not None else None
        if found is None:
            raise NotFoundError("job", id, ("id",))
        return await subscribe(info, JOB_CHANGES, found.id, after)
