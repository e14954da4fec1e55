"""Jobs: work that goes on in the background."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from graph.dataloaders import Loaders
from graph.filters import conditions, exact
from graph.mutation_fields import named, optional
from graph.relay_connections import Connection
from graph.types.node import Node
from persistence.readers.job import JobView
from persistence.readers.paging import Conditions


@strawberry.enum(description="Where a job stands. Nothing leaves DONE, FAILED and CANCELLED.")
class JobState(Enum):
    """The domain's states with their descriptions."""

    PENDING = strawberry.enum_value("PENDING", description="It waits for a worker, or for its next attempt.")
    RUNNING = strawberry.enum_value("RUNNING", description="A worker is at it.")
    DONE = strawberry.enum_value("DONE", description="It did what it was to do, once.")
    FAILED = strawberry.enum_value("FAILED", description="Its last attempt failed; the message says why.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Somebody cancelled it; it had no effect.")


@strawberry.type(description="Work that goes on in the background. It is kept for some days after its end.")
class Job(Node, shows=JobView, found_by=Loaders.job_by_id):
    """Declares JobView."""

    kind: str = strawberry.field(
        description="What it does, such as CLEAN_UP_JOBS; 1 to 50 characters. New kinds come with new versions."
    )
    owner: str = strawberry.field(description="The actor who caused it; `worker` for scheduled jobs.")
    state: JobState = strawberry.field(description="Where it stands.")
    progress: float = strawberry.field(description="How far it is, 0 to 1; never falls.")
    message: str | None = strawberry.field(
        description="What it is at, or why its last attempt failed; up to 500 characters."
    )
    result: str | None = strawberry.field(description="What came of it, once it is DONE; up to 500 characters.")
    attempts: int = strawberry.field(description="Attempts begun so far, the running one included.")
    max_attempts: int = strawberry.field(description="After so many failed attempts it has failed, 1–100.")
    timeout_seconds: int = strawberry.field(description="An attempt is stopped after so many seconds.")
    cancel_requested: bool = strawberry.field(description="Whether somebody asked for it to be cancelled.")

    run_at: datetime | None = strawberry.field(description="When a pending job is to run; null in every other state.")
    created_at: datetime = strawberry.field(description="When it was enqueued.")
    started_at: datetime | None = strawberry.field(description="When its first attempt began.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")


JobConnection = Connection[Job]


@strawberry.input(description="Which jobs to show; all conditions must hold.")
class JobFilter:
    """The filter of jobs."""

    kind: str | None = optional("Only jobs of this kind, exactly.")
    owner: str | None = optional("Only jobs of this actor, exactly.")
    states: list[JobState] | None = optional("Only jobs in one of these states.")

    def conditions(self) -> Conditions:
        """What the listing understands."""
        states = named(self.states)
        return conditions(
            kind=exact("kind", self.kind),
            owner=exact("owner", self.owner),
            states=tuple(state.name for state in states) if states is not None else None,
        )


def _job() -> Any:
    return strawberry.field(graphql_type=Job, description="The job as it is now.")


@strawberry.type(
    description="The job is cancelled, or will be as soon as its worker notices: then it is still RUNNING, with "
    "cancelRequested, and can no longer have an effect."
)
class CancelJobSuccess:
    """The answer of cancelJob."""

    job: JobView = _job()


@strawberry.input(description="A job to cancel.")
class CancelJobInput:
    """What cancelJob takes."""

    id: strawberry.ID = strawberry.field(description="The id of a Job.")
