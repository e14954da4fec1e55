"""A change of a job as subscribers are told it."""

from operator import attrgetter
from typing import Any

import strawberry

from graph.dataloaders import Loaders
from graph.live import event_cursor
from graph.relations import one
from graph.types.job import Job


def _cursor(root: Any) -> str:
    return event_cursor(root)


@strawberry.type(description="A job got further, or ended.")
class JobProgress:
    """Declares an Event of JobView."""

    cursor: str = strawberry.field(
        resolver=_cursor, description="Send it as `after` to go on behind this event, on any server. Opaque."
    )
    job: Job = one(Loaders.job_by_id, key=attrgetter("view.id"), description="The job as it is now.")
