"""Values that older rules read are read again by a job, which begins by itself and may be killed at any time.

Rules: docs/domain.md#values-are-read-again, #jobs.
"""

from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import asyncpg
import httpx
import pytest

from domain.entities.actor import LOCAL_ACTOR
from server.wiring import Application
from tests.conftest import running
from tests.database.migrating import go_to
from tests.graphql_client import data_of
from tests.jobs.conftest import Jobs, WorkerProcess, opened
from tests.locks import END_THOSE_WHO_WAIT, held, rivals_waiting
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.waiting import until

# Seven parts with a hundred parameters each, as the rules of before left them: with another number, or with none.
_OLD = """
WITH part AS (
    INSERT INTO parts (key, description, description_key)
    SELECT 'OLD' || chr(65 + number), 'Old', 'old' FROM generate_series(0, 6) AS number RETURNING id
), total AS (
    INSERT INTO part_totals (part_id) SELECT id FROM part
)
INSERT INTO part_parameters (part_id, position, name, name_key, value, number, unit)
SELECT part.id, number, 'P' || number, 'p' || number,
       CASE WHEN number % 2 = 0 THEN '10 k Ω' ELSE '3000K' END, CASE WHEN number % 2 = 1 THEN 3000000 END, NULL
  FROM part, generate_series(1, 100) AS number
"""
_PARTS = "SELECT key, version, updated_at FROM parts ORDER BY key"
_READ = "SELECT count(*) FROM part_parameters WHERE rules_version > 1"
_FOUND = """
SELECT DISTINCT value, number, unit, reading_numbers, reading_units, reading_signs FROM part_parameters ORDER BY value
"""
_JOB = "SELECT id FROM jobs WHERE kind = 'READ_VALUES'"


@pytest.fixture
async def place(run_stores: RunStores) -> ServerProcess:
    """A database whose jobs no server takes, since its server is not started."""
    return ServerProcess(settings=await run_stores.place())


@pytest.fixture
async def application(place: ServerProcess) -> AsyncIterator[Application]:
    """Services there, in this process."""
    async with opened(place) as application:
        yield application


@pytest.fixture
async def database_connection(place: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """A connection there, with values that are to be read again."""
    connection = await asyncpg.connect(place.database_url)
    await connection.execute(_OLD)
    yield connection
    await connection.close()


@pytest.fixture
def workers(place: ServerProcess, tmp_path: Path) -> Iterator[list[WorkerProcess]]:
    """Workers there; whoever starts one adds it, and it is ended."""
    started: list[WorkerProcess] = []
    yield started
    for each in started:
        each.kill()


async def test_a_job_that_is_killed_midway_goes_on_where_it_was(
    place: ServerProcess, tmp_path: Path, workers: list[WorkerProcess], jobs: Jobs
) -> None:
    connection = jobs.connection
    parts = await connection.fetch(_PARTS)
    assert await jobs.application.services.value_readings.begin(LOCAL_ACTOR)
    beside = await asyncpg.connect(place.database_url)
    try:
        async with held(beside, "LOCK TABLE part_parameters IN ACCESS EXCLUSIVE MODE"):
            workers.append(WorkerProcess(place, tmp_path / "victim.log"))
            await rivals_waiting(connection, 1)
            job_id = await connection.fetchval(_JOB)
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", job_id)
        # It has read a page, and waits to report so.
        await rivals_waiting(beside, 1)
        workers[0].kill()
        await beside.execute(END_THOSE_WHO_WAIT)
        await transaction.rollback()
        assert await beside.fetchval(_READ) == 500
    finally:
        await beside.close()
    await connection.execute("UPDATE jobs SET due_at = clock_timestamp() WHERE id = $1", job_id)
    workers.append(WorkerProcess(place, tmp_path / "heir.log"))
    row = await jobs.until(job_id, "DONE")
    assert (row["attempts"], row["result"]) == (2, "200 values read again.")
    assert [tuple(each) for each in await connection.fetch(_FOUND)] == [
        ("10 k Ω", Decimal(10_000), "Ω", [Decimal(10_000)], ["Ω"], ["EQUAL"]),
        ("3000K", None, None, [], [], []),
    ]
    assert (await connection.fetchval(_READ), await connection.fetchval("SELECT count(*) FROM edits")) == (700, 0)
    assert await connection.fetch(_PARTS) == parts
    assert not await jobs.application.services.value_readings.begin(LOCAL_ACTOR)


async def test_a_row_that_is_being_edited_is_passed_over_and_keeps_what_its_editor_wrote(jobs: Jobs) -> None:
    readings = jobs.application.services.value_readings
    async with held(jobs.connection, "DELETE FROM part_parameters WHERE position > 1"):
        assert await readings.read_again(LOCAL_ACTOR, 1_000) == 7
    assert await readings.read_again(LOCAL_ACTOR, 1_000) == 0
    assert await jobs.connection.fetchval(_READ) == 7


async def test_a_server_that_brings_new_rules_reads_what_is_stored_by_itself(run_stores: RunStores) -> None:
    settings = await run_stores.place()
    url = settings["PARTSGRAPH_DATABASE_URL"]
    await go_to(url, "0016", down=True)
    connection = await asyncpg.connect(url)
    await connection.execute(_OLD)
    async with (
        running(ServerProcess(settings=settings)) as process,
        httpx.AsyncClient(base_url=process.base_url) as client,
    ):
        await until(lambda: connection.fetchval(_READ), lambda count: count == 700)
        found = await data_of(
            client, '{ part(key: "OLDA") { version parameters { number readings { number unit sign } } } }'
        )
    await connection.close()
    assert found["part"]["version"] == 1
    assert found["part"]["parameters"][:2] == [
        {"number": None, "readings": []},
        {"number": "10000", "readings": [{"number": "10000", "unit": "Ω", "sign": "EQUAL"}]},
    ]
