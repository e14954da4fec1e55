"""What is counted of jobs: attempts where they run, and the queue as the database has it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from domain.rules.object_keys import file_key
from persistence.orphaned_objects import MARK
from server.wiring import Application
from tests.attachments.uploading import attached
from tests.factories import Workshop
from tests.jobs.conftest import ADA, Jobs, opened, until_there
from tests.jobs.kinds import FAULTY, IDLE, PATIENT, WORK, Signs, Work, add_kinds
from tests.metrics.conftest import inventory_client, inventory_server
from tests.metrics.scrape import Scrape, scrape
from tests.server_process import ServerProcess
from tests.waiting import until

__all__ = ["inventory_client", "inventory_server"]


@pytest.fixture
async def working(server: ServerProcess) -> AsyncIterator[Application]:
    """The worker of a process that also runs the kinds of the tests, and looks often."""
    async with opened(server, job_look_seconds=0.1) as application, at_work(application):
        yield application


@asynccontextmanager
async def at_work(application: Application) -> AsyncIterator[None]:
    """It takes jobs, those of the tests too."""
    add_kinds(application)
    application.job_runner.start(application.lifecycle)
    try:
        yield
    finally:
        await application.job_runner.stop()


def _told(application: Application, kind: str) -> dict[str, float]:
    """The attempts of a kind by state, those that never came left out."""
    return {state: count for state, count in _series(application, kind).items() if count}


def _series(application: Application, kind: str) -> dict[str, float]:
    families = application.metrics.registry.collect()
    return {
        sample.labels["state"]: sample.value
        for family in families
        for sample in family.samples
        if sample.name == "partsgraph_jobs_total" and sample.labels["kind"] == kind
    }


def _running(application: Application) -> float | None:
    return application.metrics.registry.get_sample_value("partsgraph_jobs_running")


def test_what_has_not_happened_yet_is_told_as_0(working: Application) -> None:
    expected = dict.fromkeys(("pending", "done", "failed", "cancelled", "lost", "handed_back"), 0.0)
    for kind in ("test_faulty", "sweep"):
        assert _series(working, kind) == expected
        counted = {"kind": kind}
        assert working.metrics.registry.get_sample_value("partsgraph_job_duration_seconds_count", counted) == 0


async def test_each_attempt_is_counted_as_it_was_written(
    working: Application, jobs: Jobs, workshop: Workshop, tmp_path: Path
) -> None:
    # This one ends in the transaction of its effect.
    started = time.perf_counter()
    await jobs.until(await jobs.enqueue(WORK, Work(7)), "DONE")
    patient = await jobs.enqueue(PATIENT, Signs(str(tmp_path / "began")))
    await until_there(tmp_path / "began")
    assert _running(working) == 1
    await working.services.jobs.cancel(ADA, patient, "it")
    await jobs.until(patient, "CANCELLED")
    faulty = await jobs.enqueue(FAULTY, Signs("fault"))
    await until(lambda: jobs.row(faulty), lambda row: (row["state"], row["attempts"]) == ("PENDING", 1))
    # The pause before the second attempt is over.
    await jobs.connection.execute("UPDATE jobs SET due_at = now() WHERE id = $1 AND state = 'PENDING'", faulty)
    await jobs.until(faulty, "FAILED")
    left = await jobs.enqueue(PATIENT, Signs(str(tmp_path / "left")))
    await until_there(tmp_path / "left")
    await working.job_runner.stop()
    assert (await jobs.row(left))["state"] == "PENDING"
    assert _told(working, "test_work") == {"done": 1}
    seconds = working.metrics.registry.get_sample_value
    assert seconds("partsgraph_job_duration_seconds_count", {"kind": "test_faulty"}) == 2
    assert seconds("partsgraph_job_duration_seconds_count", {"kind": "test_patient"}) == 2
    took = seconds("partsgraph_job_duration_seconds_sum", {"kind": "test_work"})
    assert took is not None
    assert 0 < took < time.perf_counter() - started
    assert _told(working, "test_faulty") == {"pending": 1, "failed": 1}
    assert _told(working, "test_patient") == {"cancelled": 1, "handed_back": 1}
    assert _running(working) == 0


async def test_a_job_that_is_handed_back_with_its_cancellation_is_counted_as_cancelled(
    server: ServerProcess, jobs: Jobs, workshop: Workshop, tmp_path: Path
) -> None:
    patient = await jobs.enqueue(PATIENT, Signs(str(tmp_path / "began")))
    # It takes the job at once, and would look for a cancellation in ten minutes; it is told to stop before.
    async with opened(server, job_look_seconds=600) as working, at_work(working):
        await until_there(tmp_path / "began")
        await working.services.jobs.cancel(ADA, patient, "it")
        await working.job_runner.stop()
        assert (await jobs.row(patient))["state"] == "CANCELLED"
        assert _told(working, "test_patient") == {"cancelled": 1}


async def test_servers_count_their_own_jobs(
    client: httpx.AsyncClient,
    second_client: httpx.AsyncClient,
    database_connection: asyncpg.Connection,
    workshop: Workshop,
) -> None:
    """Whichever of the two takes it."""

    async def done() -> float:
        told = await scrape(client) + await scrape(second_client)
        return told.value("partsgraph_jobs_total", kind="clean_up_idempotency_keys")

    await _until_none_runs(client, second_client)
    before = await done()
    await database_connection.execute(
        "INSERT INTO job_schedules VALUES ('CLEAN_UP_IDEMPOTENCY_KEYS', now()) "
        "ON CONFLICT (kind) DO UPDATE SET next_at = now()"
    )
    await until(done, lambda told: told == before + 1)


async def test_the_queue_is_told_as_the_table_has_it(
    inventory_client: httpx.AsyncClient,
    jobs: Jobs,
    workshop: Workshop,
    database_connection: asyncpg.Connection,
) -> None:
    first, _ = [await jobs.enqueue(IDLE, Work(number)) for number in (1, 2)]
    cancelled = await jobs.enqueue(IDLE, Work(3))
    await jobs.application.services.jobs.cancel(ADA, cancelled, "it")
    await database_connection.execute("UPDATE jobs SET due_at = now() - INTERVAL '1 hour' WHERE id = $1", first)

    def kept(told: Scrape) -> dict[str, float]:
        return {
            sample.labels["state"]: sample.value
            for sample in told.samples
            if sample.name == "partsgraph_jobs_kept" and sample.labels["kind"] == "test_idle"
        }

    # The figures are kept for a moment.
    told = await until(
        lambda: scrape(inventory_client),
        lambda told: (
            kept(told) == {"pending": 2, "cancelled": 1} and told.value("partsgraph_job_queue_age_seconds") >= 3600
        ),
    )
    assert told.value("partsgraph_job_queue_age_seconds") < 7200
    await database_connection.execute("UPDATE jobs SET due_at = now() + INTERVAL '1 hour' WHERE state = 'PENDING'")

    async def age() -> float:
        return (await scrape(inventory_client)).value("partsgraph_job_queue_age_seconds")

    await until(age, lambda seconds: seconds < 60)


async def test_one_of_two_servers_sweeps_and_counts_it(
    client: httpx.AsyncClient,
    second_client: httpx.AsyncClient,
    application: Application,
    jobs: Jobs,
    workshop: Workshop,
    database_connection: asyncpg.Connection,
) -> None:
    async def told() -> Scrape:
        return await scrape(client) + await scrape(second_client)

    async def swept() -> float:
        return (await told()).value("partsgraph_sweeps_total", outcome="done")

    await _until_none_runs(client, second_client)
    before, orphans = await swept(), (await told()).by("partsgraph_orphans_swept_total", "what")
    # Where more than a fifth of the objects has no row, the sweep stops itself.
    owner = {"partKey": await workshop.part()}
    for number in range(5):
        await attached(client, owner, b"text %d" % number, "notes.txt")
    await _plant_orphan(application)
    await database_connection.execute(
        "INSERT INTO job_schedules VALUES ('SWEEP', now()) ON CONFLICT (kind) DO UPDATE SET next_at = now()"
    )
    await until(swept, lambda told: told == before + 1)
    (made,) = await database_connection.fetch("SELECT id FROM jobs WHERE kind = 'SWEEP'")
    ended = await jobs.until(made["id"], "DONE", "FAILED")
    assert (ended["state"], ended["owner"]) == ("DONE", "worker")
    assert ended["result"].startswith("1 of ")
    assert "objects and 0 uploads removed." in ended["result"]
    assert await swept() == before + 1
    orphans["object"] = orphans.get("object", 0) + 1
    assert (await told()).by("partsgraph_orphans_swept_total", "what") == orphans


async def _until_none_runs(*clients: httpx.AsyncClient) -> None:
    """What an earlier test had the servers do is over, and counted."""

    async def running() -> float:
        return sum([(await scrape(client)).value("partsgraph_jobs_running") for client in clients])

    await until(running, lambda number: number == 0)


async def _plant_orphan(application: Application) -> None:
    """An object of two days that no row names; the embedded store takes the time of an object from this field."""
    await application.object_store._client.put_object(
        Bucket=application.object_store.bucket,
        Key=file_key(uuid4()),
        Body=b"orphan",
        Metadata={"mtime": str(time.time() - 2 * 86_400)},
    )


async def test_a_sweep_that_stops_itself_says_why(
    client: httpx.AsyncClient,
    second_client: httpx.AsyncClient,
    application: Application,
    jobs: Jobs,
    database_connection: asyncpg.Connection,
) -> None:
    async def stopped() -> float:
        told = await scrape(client) + await scrape(second_client)
        return told.value("partsgraph_sweeps_total", outcome="stopped")

    await _until_none_runs(client, second_client)
    before = await stopped()
    async with _marked_as_anothers(application):
        await database_connection.execute(
            "INSERT INTO job_schedules VALUES ('SWEEP', now()) ON CONFLICT (kind) DO UPDATE SET next_at = now()"
        )
        made = await until(
            lambda: database_connection.fetchval("SELECT id FROM jobs WHERE kind = 'SWEEP'"), lambda id: id is not None
        )
        ended = await jobs.until(made, "DONE", "FAILED")
    assert (ended["state"], ended["attempts"]) == ("FAILED", 1)
    assert "belongs to the installation somebody else's" in ended["message"]
    await until(stopped, lambda told: told == before + 1)


@asynccontextmanager
async def _marked_as_anothers(application: Application) -> AsyncIterator[None]:
    mark = await application.object_store.read(MARK)
    await application.object_store.put(MARK, b"somebody else's", "text/plain")
    try:
        yield
    finally:
        await application.object_store.put(MARK, mark or b"", "text/plain")
