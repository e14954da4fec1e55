"""Cancelling holds for pending and running jobs, and comes too late for those that have ended.

Rules: docs/domain.md#cancelling-a-job.
"""

from itertools import count
from pathlib import Path

import httpx
import pytest

from domain.entities.actor import LOCAL_ACTOR, Actor, Role
from domain.entities.job import LeaseLost
from domain.errors import NotOwnerError
from graph.global_ids import global_id
from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json, mutation
from tests.jobs.conftest import ADA, Jobs, WorkerProcess, is_alive, until_there
from tests.jobs.kinds import CHILD, IDLE, OTHER, PATIENT, STUBBORN, WORK, Signs, Work
from tests.locks import held
from tests.operating.nursery import child
from tests.waiting import until

CANCEL = mutation("cancelJob", "job { id state cancelRequested runAt finishedAt progress }")


async def cancel(graphql: GraphQL, job_id: int) -> Json:
    answer: Json = (await graphql(CANCEL, {"input": {"id": global_id("Job", job_id)}}))["cancelJob"]
    return answer


async def test_a_pending_job_is_cancelled_at_once_and_never_runs(jobs: Jobs, graphql: GraphQL) -> None:
    job_id = await jobs.enqueue(IDLE, Work(7))
    answer = await cancel(graphql, job_id)
    assert (answer["job"]["state"], answer["job"]["cancelRequested"]) == ("CANCELLED", True)
    assert answer["job"]["finishedAt"] is not None
    assert await jobs.application.services.jobs.take(LOCAL_ACTOR, [IDLE.name], 30) is None
    # A second time is no refusal.
    assert (await cancel(graphql, job_id))["job"]["state"] == "CANCELLED"


async def test_a_running_job_is_cancelled_and_has_no_effect(
    worker: WorkerProcess, jobs: Jobs, graphql: GraphQL, tmp_path: Path
) -> None:
    patient = await jobs.enqueue(PATIENT, Signs(str(tmp_path / "began")))
    at_work = await jobs.enqueue(WORK, Work(7, steps=600, step_seconds=0.1))
    await until_there(tmp_path / "began")
    await until(lambda: jobs.row(at_work), lambda row: row["progress"] > 0)
    for job_id in (patient, at_work):
        answer = await cancel(graphql, job_id)
        assert answer["__typename"] == "CancelJobSuccess"
        assert (await jobs.until(job_id, "CANCELLED"))["due_at"] is None
    assert await jobs.effects(7) == 0


async def test_a_cancelled_job_that_takes_no_notice_is_stopped_by_its_timeout(
    worker: WorkerProcess, jobs: Jobs, graphql: GraphQL, tmp_path: Path
) -> None:
    signs = (tmp_path / f"began{number}" for number in count())

    async def cancelled_as_it_runs() -> tuple[int, Json]:
        sign = next(signs)
        job_id = await jobs.enqueue(STUBBORN, Signs(str(sign)))
        await until_there(sign)
        return job_id, await cancel(graphql, job_id)

    # On a busy machine its timeout may come first; then there is nothing to cancel, and another begins.
    job_id, answer = await until(
        cancelled_as_it_runs, lambda cancelled: cancelled[1]["__typename"] == "CancelJobSuccess"
    )
    assert answer["job"]["state"] == "RUNNING"
    await jobs.until(job_id, "CANCELLED")


async def test_a_child_process_that_never_looks_up_ends_with_its_job(
    worker: WorkerProcess, jobs: Jobs, graphql: GraphQL
) -> None:
    job_id = await jobs.enqueue(CHILD, Signs(""))
    pid = (await child(worker.process.pid)).pid
    assert is_alive(pid)
    await cancel(graphql, job_id)
    await jobs.until(job_id, "CANCELLED")
    assert not is_alive(pid)


async def test_a_job_that_has_just_finished_is_not_cancelled(
    worker: WorkerProcess, jobs: Jobs, graphql: GraphQL
) -> None:
    job_id = await jobs.enqueue(WORK, Work(7))
    await jobs.until(job_id, "DONE")
    answer = await cancel(graphql, job_id)
    assert (answer["__typename"], answer["code"], answer["path"]) == ("JobFinishedError", "JOB_FINISHED", ["id"])
    assert (await jobs.row(job_id))["cancel_requested"] is False


async def test_of_cancelling_and_completing_at_once_the_first_wins(jobs: Jobs, graphql: GraphQL) -> None:
    """The job's row is held, so that the cancelling waits while the effect is about to be committed."""
    service = jobs.application.services.jobs
    job_id = await jobs.enqueue(IDLE, Work(7))
    taken = await service.take(LOCAL_ACTOR, [IDLE.name], 30)
    assert taken is not None
    completing = "UPDATE jobs SET state = 'DONE', progress = 1, due_at = NULL, finished_at = now() WHERE id = $1"
    async with held(jobs.connection, completing, job_id) as rivals:
        await rivals.start(cancel(graphql, job_id))
    (answer,) = await rivals.answers()
    assert (answer["__typename"], (await jobs.row(job_id))["state"]) == ("JobFinishedError", "DONE")

    second = await jobs.enqueue(IDLE, Work(8))
    taken = await service.take(LOCAL_ACTOR, [IDLE.name], 30)
    assert taken is not None
    await cancel(graphql, second)
    with pytest.raises(LeaseLost):
        await service.complete(LOCAL_ACTOR, taken.lease, None)
    assert (await jobs.row(second))["state"] == "RUNNING"


async def test_only_the_owner_and_administrators_cancel(jobs: Jobs) -> None:
    service = jobs.application.services.jobs
    job_id = await jobs.enqueue(IDLE, Work(7))
    with pytest.raises(NotOwnerError) as refused:
        await service.cancel(Actor("eve", Role.EDITOR), job_id, "x")
    assert (refused.value.owner, (await jobs.row(job_id))["state"]) == ("ada", "PENDING")
    await service.cancel(ADA, job_id, "x")
    assert (await jobs.row(job_id))["state"] == "CANCELLED"
    other = await jobs.enqueue(IDLE, Work(7))
    await service.cancel(Actor("root", Role.ADMIN), other, "x")
    assert (await jobs.row(other))["state"] == "CANCELLED"


@pytest.mark.parametrize("text", ["nonsense", global_id("Part", 1), global_id("Job", 999_999)])
async def test_what_is_no_job_is_not_found(workshop: Workshop, graphql: GraphQL, text: str) -> None:
    answer = (await graphql(CANCEL, {"input": {"id": text}}))["cancelJob"]
    assert (answer["__typename"], answer["path"]) == ("NotFoundError", ["id"])
    assert await workshop.count_rows("jobs") == 0


async def test_jobs_are_listed_newest_first_and_found_by_id(
    jobs: Jobs, graphql: GraphQL, client: httpx.AsyncClient
) -> None:
    first, second = [await jobs.enqueue(IDLE, Work(number)) for number in (1, 2)]
    third = await jobs.enqueue(OTHER, Work(3), Actor("eve", Role.EDITOR))
    await cancel(graphql, second)
    query = "query ($f: JobFilter) { jobs(filter: $f, first: 5) { totalCount nodes { id kind owner state runAt } } }"

    async def listed(**conditions: object) -> list[str]:
        page = (await graphql(query, {"f": conditions}))["jobs"]
        assert page["totalCount"] == len(page["nodes"])
        return [node["id"] for node in page["nodes"]]

    ids = [global_id("Job", number) for number in (first, second, third)]
    assert await listed() == ids[::-1]
    assert await listed(kind="TEST_OTHER") == [ids[2]]
    assert await listed(owner="ada") == [ids[1], ids[0]]
    assert await listed(states=["CANCELLED", "DONE"]) == [ids[1]]
    data = await graphql(f'{{ job(id: "{ids[0]}") {{ kind owner state attempts runAt result }} }}')
    assert data["job"]["runAt"] is not None
    assert {**data["job"], "runAt": None} == {
        "kind": "TEST_IDLE",
        "owner": "ada",
        "state": "PENDING",
        "attempts": 0,
        "runAt": None,
        "result": None,
    }
    assert (await graphql(f'{{ node(id: "{ids[1]}") {{ __typename id }} }}'))["node"]["__typename"] == "Job"
