"""The places that tests get for their servers."""

import asyncpg

from tests.servers.run import RunStores


async def test_nothing_is_scheduled_in_a_place_however_long_ago_it_was_prepared(run_stores: RunStores) -> None:
    settings = await run_stores.place()
    connection = await asyncpg.connect(settings["PARTSGRAPH_DATABASE_URL"])
    assert await connection.fetchval("SELECT count(*) FROM job_schedules") == 0
    await connection.close()
