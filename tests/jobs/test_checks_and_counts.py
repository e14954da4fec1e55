"""`partsgraph check` names planted faults of jobs, and a list of jobs is one statement."""

from uuid import uuid4

import httpx
import pytest

from persistence.checks import run_checks
from tests.jobs.conftest import Jobs
from tests.jobs.kinds import WORK, Work
from tests.log_lines import statements_of
from tests.server_process import ServerProcess

ENDED = "A job has ended exactly when nothing of it is due, and a done one is complete"
TAKEN = "A job that ran was taken under a lease, as often as it was attempted or more often"
TIMES = "The times of a job follow each other"


@pytest.mark.parametrize(
    ("fault", "invariant", "detail"),
    [
        ("state = 'DONE', progress = 1, attempts = 1, lease_number = 1", ENDED, "(TEST_WORK) is DONE"),
        ("due_at = NULL", ENDED, "(TEST_WORK) is PENDING"),
        ("state = 'DONE', finished_at = now() + interval '1 d', due_at = NULL", ENDED, "(TEST_WORK) is DONE"),
        ("attempts = 2, lease_number = 1", TAKEN, "2 attempts under 1 leases"),
        ("state = 'RUNNING', started_at = now() + interval '1 d'", TAKEN, "0 attempts under 0 leases"),
        ("state = 'RUNNING', attempts = 1, lease_number = 1", TIMES, "(TEST_WORK): made"),
        ("state = 'FAILED', due_at = NULL, finished_at = '2020-01-01'", TIMES, "(TEST_WORK): made"),
        ("started_at = '2020-01-01'", TIMES, "(TEST_WORK): made"),
    ],
)
async def test_a_planted_fault_is_named(jobs: Jobs, fault: str, invariant: str, detail: str) -> None:
    job_id = await jobs.enqueue(WORK, Work(7))
    assert await run_checks(jobs.application.database) == []
    constraints = [
        (row["conname"], row["text"])
        for row in await jobs.connection.fetch(
            "SELECT conname, pg_get_constraintdef(oid) AS text FROM pg_constraint "
            "WHERE conrelid = 'jobs'::regclass AND contype = 'c'"
        )
    ]
    try:
        for name, _ in constraints:
            await jobs.connection.execute(f"ALTER TABLE jobs DROP CONSTRAINT {name}")
        await jobs.connection.execute(f"UPDATE jobs SET {fault} WHERE id = $1", job_id)
        told = [finding for finding in await run_checks(jobs.application.database) if finding.invariant == invariant]
        assert [finding.detail for finding in told if detail in finding.detail], told
    finally:
        await jobs.connection.execute("DELETE FROM jobs")
        for name, text in constraints:
            await jobs.connection.execute(f"ALTER TABLE jobs ADD CONSTRAINT {name} {text}")


async def test_a_page_of_jobs_is_one_statement(server: ServerProcess, jobs: Jobs, client: httpx.AsyncClient) -> None:
    await jobs.connection.execute(
        "INSERT INTO jobs (kind, payload, owner, max_attempts, timeout_seconds, due_at) "
        "SELECT 'TEST_WORK', '{}', 'ada', 1, 1, now() FROM generate_series(1, 60)"
    )
    query = "{ jobs(first: %d) { totalCount pageInfo { hasNextPage } nodes { id kind state progress runAt } } }"
    counts = []
    for size in (2, 50):
        request_id = uuid4().hex
        answer = await client.post("/graphql", json={"query": query % size}, headers={"X-Request-ID": request_id})
        page = answer.json()["data"]["jobs"]
        assert (len(page["nodes"]), page["totalCount"], page["pageInfo"]["hasNextPage"]) == (size, 60, True)
        counts.append(await statements_of(server, request_id))
    assert counts == [1, 1]
