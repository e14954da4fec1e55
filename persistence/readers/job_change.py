"""Changes of jobs as subscribers are told them: each job as it is after a commit that changed it."""

from sqlalchemy import select

from persistence.readers.job import JobView
from persistence.readers.live import Source
from persistence.readers.lookups import columns_of
from persistence.readers.tables import jobs

JOB_CHANGES: Source[JobView] = Source(
    "job",
    select(*columns_of(JobView, jobs)),
    written_in=jobs.c.changed_in,
    id=jobs.c.id,
    view=JobView._make,
    topics=lambda job: (job.id,),
)
