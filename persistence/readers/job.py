"""Jobs as they are read: by id, in pages, and how one stands for the worker that runs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, Integer, Text, bindparam, func, select, text

from domain.entities.job import JobLease, JobState, LeaseStanding
from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, columns_of
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.tables import jobs
from persistence.statements import Statement


class JobView(NamedTuple):
    """A job. `due_at` is its time while it is pending, the end of the lease while it runs, None when it has ended."""

    id: int
    kind: str
    owner: str
    state: str
    progress: float
    message: str | None
    result: str | None
    attempts: int
    max_attempts: int
    timeout_seconds: int
    cancel_requested: bool
    due_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def run_at(self) -> datetime | None:
        """When a pending job is to run."""
        return self.due_at if self.state == JobState.PENDING else None


JOB_ORDER = Order("job.id", (jobs.c.id,), (int,))

_COLUMNS = columns_of(JobView, jobs)
_LISTING = Listing(
    JobView,
    _COLUMNS,
    jobs,
    {
        "kind": jobs.c.kind == bindparam("kind", type_=Text()),
        "owner": jobs.c.owner == bindparam("owner", type_=Text()),
        "states": jobs.c.state == func.any(bindparam("states", type_=ARRAY(Text()))),
    },
)
_BY_IDS = Statement(select(*_COLUMNS).where(jobs.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))
_STANDING = Statement(
    select(jobs.c.cancel_requested).where(
        jobs.c.id == bindparam("id", type_=BigInteger()),
        jobs.c.lease_number == bindparam("number", type_=Integer()),
        jobs.c.state == "RUNNING",
    )
)
_STATE_UNDER = Statement(
    select(jobs.c.state).where(
        jobs.c.id == bindparam("id", type_=BigInteger()), jobs.c.lease_number == bindparam("number", type_=Integer())
    )
)

_ANY_DUE = Statement(
    text("""
    SELECT EXISTS (SELECT FROM jobs WHERE due_at <= clock_timestamp() AND kind = ANY(CAST(:kinds AS text[]))),
           EXISTS (SELECT FROM job_schedules
                    WHERE next_at <= clock_timestamp() AND kind = ANY(CAST(:kinds AS text[])))
    """)
)


class DueWork(NamedTuple):
    """Whether a job can be taken, and whether a scheduled one is to be enqueued."""

    jobs: bool
    schedules: bool


@dataclass(frozen=True, slots=True)
class JobReader:
    """Reads jobs; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[JobView | None]:
        """Jobs by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        return aligned(ids, {record["id"]: JobView(*record) for record in records})

    async def page(self, request: PageRequest) -> Page[JobView]:
        """A page of all jobs."""
        return await _LISTING.page(self.database, request)

    async def standing(self, lease: JobLease) -> LeaseStanding:
        """Whether the lease still holds, and whether the job is to be cancelled."""
        row = await self.database.fetch_row(_STANDING, id=lease.job_id, number=lease.number)
        if row is None:
            return LeaseStanding.LOST
        return LeaseStanding.CANCEL_REQUESTED if row[0] else LeaseStanding.HELD

    async def state_under(self, lease: JobLease) -> JobState | None:
        """Where a job stands that no later attempt took; None when one did, or when the job is gone."""
        row = await self.database.fetch_row(_STATE_UNDER, id=lease.job_id, number=lease.number)
        return JobState(row[0]) if row is not None else None

    async def due(self, kinds: Sequence[str]) -> DueWork:
        """What there is to do for a worker of these kinds; what an idle worker asks again and again."""
        (record,) = await self.database.fetch(_ANY_DUE, kinds=kinds)
        return DueWork(*record)
