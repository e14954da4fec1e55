"""`partsgraph search rebuild` makes all documents again, with a server or without one.

Rules: docs/domain.md#documents-of-search.
"""

import asyncio

import asyncpg

from persistence.checks import run_checks
from persistence.database import Database
from tests.factories import Workshop
from tests.jobs.conftest import opened
from tests.search.documents import words_of_part, words_of_type
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.waiting import until

# What no rule would have made, and what a trigger did not see.
_SPOILED = """
UPDATE search_documents SET words = '{nonsense}', fields = '{6}';
DELETE FROM search_types;
SET session_replication_role = replica;
DELETE FROM search_postings
"""
_OLD = "SELECT count(*) FROM search_documents WHERE rules_version < 0"


async def test_a_running_server_makes_them_again_and_they_are_found_meanwhile(
    server: ServerProcess, workshop: Workshop, database_connection: asyncpg.Connection, database: Database
) -> None:
    await workshop.part_type("Contraption")
    key = await workshop.part("Gizmo")
    before = await words_of_part(database_connection, key)
    await database_connection.execute(_SPOILED)
    # The server is kept from taking the job.
    transaction = database_connection.transaction()
    await transaction.start()
    await database_connection.execute("LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE")
    told = await asyncio.to_thread(server.run_command, "search", "rebuild")
    assert "made again by the next server or worker that is free" in told.stdout
    assert await database_connection.fetchval(_OLD) == 1
    assert await database_connection.fetchval("SELECT words FROM search_documents") == ["nonsense"]
    await transaction.rollback()
    await until(lambda: database_connection.fetchval(_OLD), lambda number: number == 0)
    assert await words_of_part(database_connection, key) == before
    await until(lambda: words_of_type(database_connection, "Contraption"), lambda words: words == ["contraption"])
    assert await run_checks(database) == []


async def test_without_a_server_the_command_makes_them_itself(run_stores: RunStores) -> None:
    place = ServerProcess(settings=await run_stores.place())
    connection = await asyncpg.connect(place.database_url)
    types = await connection.fetch("SELECT type_id, words FROM search_types ORDER BY type_id")
    await connection.execute(_SPOILED)
    told = await asyncio.to_thread(place.run_command, "search", "rebuild", "--wait")
    assert (told.returncode, told.stdout) == (0, "All documents of search are made again.\n")
    assert await connection.fetch("SELECT type_id, words FROM search_types ORDER BY type_id") == types
    async with opened(place) as application:
        assert await run_checks(application.database) == []
    await connection.close()
