"""Mutations of jobs."""

import domain.errors as refusals
from domain.entities.ids import JobId
from domain.services.jobs import JobService
from graph.global_ids import parse_global_id_of
from graph.mutations import Call, mutation
from graph.types.errors import JobFinishedError, NotFoundError, NotOwnerError
from graph.types.job import CancelJobInput, CancelJobSuccess


@mutation(JobService.cancel, NotFoundError, NotOwnerError, JobFinishedError)
async def cancel_job(call: Call, input: CancelJobInput) -> CancelJobSuccess:
    """Cancel a job: a pending one at once, a running one as soon as its worker notices. For its owner and ADMIN."""
    number = parse_global_id_of("Job", input.id)
    if number is None:
        raise refusals.NotFoundError("job", input.id, ("id",))
    await call.services.jobs.cancel(call.actor, JobId(number), input.id)
    job = await call.loaders_after_commit().job_by_id.load(number)
    if job is None:
        raise refusals.NotFoundError("job", input.id, ("id",))
    return CancelJobSuccess(job=job)
