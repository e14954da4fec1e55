"""Mutations of jobs."""

from domain.entities.ids import JobId
from domain.services.jobs import JobService
from graph.dataloaders import Loaders
from graph.mutations import Call, mutation
from graph.resolvers.results import after, numbered
from graph.types.errors import JobFinishedError, NotFoundError, NotOwnerError
from graph.types.job import CancelJobInput, CancelJobSuccess


@mutation(JobService.cancel, NotFoundError, NotOwnerError, JobFinishedError)
async def cancel_job(call: Call, input: CancelJobInput) -> CancelJobSuccess:
    """Cancel a job: a pending one at once, a running one as soon as its worker notices. For its owner and ADMIN."""
    with numbered(Loaders.job_by_id, JobId, input.id, "id") as job_id:
        await call.services.jobs.cancel(call.actor, job_id, input.id)
    return CancelJobSuccess(job=await after(call, Loaders.job_by_id, job_id, "id"))
