"""Documents that are missing, old, or left behind by a server that knows nothing of search are made by a job.

Rules: docs/domain.md#documents-of-search, #the-vocabulary, #jobs.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from domain.entities.actor import LOCAL_ACTOR
from domain.ports.search import DocumentKind
from domain.ports.unit_of_work import UnitOfWork
from domain.services.search import TIDY_WORDS
from persistence.unit_of_work import UnitOfWork as ConnectedUnitOfWork
from server.upkeep.search_indexing import Indexing
from server.wiring import Application
from tests.conftest import running
from tests.database.migrating import go_to
from tests.jobs.conftest import Jobs, WorkerProcess, opened
from tests.locks import END_THOSE_WHO_WAIT, held, rivals_waiting
from tests.search.documents import TEXTS, knows, names_of, off, words_of_part, words_of_type
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.waiting import until

# As a server of before writes them: nothing that search could find them by.
OLD = """
WITH type AS (
    INSERT INTO part_types (name, name_key) VALUES ('Contraption', 'contraption') RETURNING id
), part AS (
    INSERT INTO parts (key, description, description_key, type_id)
    SELECT 'OL' || chr(65 + number / 26) || chr(65 + number % 26), 'Gizmo ' || number, 'gizmo', type.id
      FROM generate_series(0, 249) AS number, type RETURNING id
), total AS (
    INSERT INTO part_totals (part_id) SELECT id FROM part
), parameter AS (
    INSERT INTO part_parameters (part_id, position, name, name_key, value)
    SELECT id, 1, 'Resistance', 'resistance', '4k7' FROM part
), attachment AS (
    INSERT INTO attachments (part_id, kind, title, file_name, media_type, size_bytes, sha256, object_id, preview_state,
                             text_state, text_reader, preview_reader, page_count, actor)
    SELECT min(id), 'PDF', 'Sheet', 'gizmo', 'application/pdf', 9, sha256('x'), gen_random_uuid(), 'FAILED', 'DONE',
           2, 2, 2, 'ada' FROM part RETURNING id
)
INSERT INTO attachment_texts (attachment_id, text, page_count, pages_read)
SELECT id, E'A doohickey\\fand a thingamajig', 2, 2 FROM attachment
"""
MADE = "SELECT count(*) FROM search_documents"
TEXT = "SELECT said.* FROM search_attachments, unnest(text_words, text_pages) AS said (word, page)"


@pytest.fixture
async def place(run_stores: RunStores) -> ServerProcess:
    """A database whose jobs no server takes, since its server is not started."""
    return ServerProcess(settings=await run_stores.place())


@pytest.fixture
async def application(place: ServerProcess) -> AsyncIterator[Application]:
    """Services there, in this process."""
    async with opened(place) as application:
        yield application
        application.children.end_all()


@pytest.fixture
async def database_connection(place: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """A connection there, with things that are to be indexed."""
    connection = await asyncpg.connect(place.database_url)
    await connection.execute(OLD)
    yield connection
    await connection.close()


@pytest.fixture
def workers(place: ServerProcess, tmp_path: Path) -> Iterator[list[WorkerProcess]]:
    """Workers there; whoever starts one adds it, and it is ended."""
    started: list[WorkerProcess] = []
    yield started
    for each in started:
        each.kill()


@pytest.fixture
def jobs(application: Application, database_connection: asyncpg.Connection) -> Jobs:
    """Enqueues jobs there and looks at their rows."""
    return Jobs(application, database_connection)


async def pages_of(connection: asyncpg.Connection) -> dict[str, int]:
    """The words of the one text that there is, with their pages."""
    return {row["word"]: row["page"] for row in await connection.fetch(TEXT)}


async def index(application: Application) -> Indexing:
    """Make all that is old, as the job does."""
    told: list[str] = []

    async def tell(kind: DocumentKind, made: int, number: int, _: float) -> None:
        told.append(f"{made} of {number} {kind}s")

    indexing = Indexing(application.services.search, application.children, LOCAL_ACTOR, tell)
    await indexing.run()
    return indexing


async def test_a_job_that_is_killed_midway_goes_on_where_it_was(
    place: ServerProcess, tmp_path: Path, workers: list[WorkerProcess], jobs: Jobs
) -> None:
    connection = jobs.connection
    assert await jobs.application.services.search.begin(LOCAL_ACTOR)
    beside = await asyncpg.connect(place.database_url)
    try:
        async with held(beside, "LOCK TABLE search_documents IN ACCESS EXCLUSIVE MODE"):
            workers.append(WorkerProcess(place, tmp_path / "victim.log"))
            await rivals_waiting(connection, 1)
            job_id = await connection.fetchval("SELECT id FROM jobs WHERE kind = 'INDEX_PARTS'")
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", job_id)
        # It has made a page, and waits to report so.
        await rivals_waiting(beside, 1)
        workers[0].kill()
        await beside.execute(END_THOSE_WHO_WAIT)
        await transaction.rollback()
        assert await beside.fetchval(MADE) == 100
    finally:
        await beside.close()
    await connection.execute("UPDATE jobs SET due_at = clock_timestamp() WHERE id = $1", job_id)
    workers.append(WorkerProcess(place, tmp_path / "heir.log"))
    row = await jobs.until(job_id, "DONE")
    # The 150 parts that were left, the type, and the attachment.
    assert (row["attempts"], row["result"]) == (2, "152 documents written.")
    found = await words_of_part(connection, "OLAA")
    assert found is not None
    assert {"olaa", "gizmo", "=4700", "=4700 Ω"} <= set(found)
    assert await words_of_type(connection, "Contraption") == ["contraption"]
    assert await names_of(connection, "Sheet") == ("OLAA", ["gizmo", "sheet"])
    assert (await pages_of(connection))["thingamajig"] == 2
    assert await connection.fetchval("SELECT count(*) FROM edits") == 0
    assert await off(connection, TEXTS) == set()
    assert not await jobs.application.services.search.begin(LOCAL_ACTOR)
    assert (await index(jobs.application)).written == 0


async def test_a_part_that_is_being_edited_is_passed_over_and_come_back_to(jobs: Jobs) -> None:
    async with held(jobs.connection, "SELECT 1 FROM parts WHERE key = 'OLAB' FOR NO KEY UPDATE"):
        running_on = asyncio.create_task(index(jobs.application))

        async def made() -> int:
            async with jobs.application.database.reads.lend() as beside:
                return int(await beside.fetchval(MADE))

        await until(made, lambda number: number == 249)
        assert not running_on.done()
    indexing = await running_on
    assert (indexing.written, indexing.left) == (252, 0)
    assert await words_of_part(jobs.connection, "OLAB") is not None


async def test_what_a_server_of_before_wrote_later_is_mended(jobs: Jobs) -> None:
    await index(jobs.application)
    connection = jobs.connection
    await connection.execute("""
        UPDATE parts SET description = 'Widget', description_key = 'widget', updated_at = clock_timestamp()
         WHERE key = 'OLAA';
        UPDATE part_types SET name = 'Device', name_key = 'device', updated_at = clock_timestamp()
         WHERE name_key = 'contraption';
        UPDATE attachments SET part_id = (SELECT id FROM parts WHERE key = 'OLAB');
        UPDATE search_attachments SET text_words = '{}', text_offsets = '{}', text_pages = '{}'
    """)
    assert (await index(jobs.application)).written == 3
    found = await words_of_part(connection, "OLAA")
    assert found is not None
    assert ("widget" in found, "gizmo" in found) == (True, False)
    assert await words_of_type(connection, "Device") == ["device"]
    assert await names_of(connection, "Sheet") == ("OLAB", ["gizmo", "sheet"])
    assert (await pages_of(connection))["doohickey"] == 1
    await connection.execute("DELETE FROM attachment_texts; UPDATE attachments SET text_state = 'FAILED'")
    assert (await index(jobs.application)).written == 1
    assert await pages_of(connection) == {}
    assert await off(connection, TEXTS) == set()


async def test_a_text_without_a_word_is_made_once(jobs: Jobs) -> None:
    await jobs.connection.execute("UPDATE attachment_texts SET text = E'--\\f..'")
    assert (await index(jobs.application)).written == 252
    assert await pages_of(jobs.connection) == {}
    assert not await jobs.application.services.search.begin(LOCAL_ACTOR)
    # A server of before took a text from it meanwhile.
    await jobs.connection.execute("UPDATE search_attachments SET has_text = false")
    assert (await index(jobs.application)).written == 1


async def test_a_text_is_no_longer_that_of_which_the_words_are(jobs: Jobs) -> None:
    search, connection = jobs.application.services.search, jobs.connection
    await search.index(LOCAL_ACTOR, DocumentKind.ATTACHMENT, 0, 10)
    attachment_id = await connection.fetchval("SELECT attachment_id FROM search_attachments")
    assert not await search.keep_words(LOCAL_ACTOR, attachment_id, "Another text", [])
    assert await search.count_old(LOCAL_ACTOR) == {
        DocumentKind.PART: 250,
        DocumentKind.TYPE: 1,
        DocumentKind.ATTACHMENT: 1,
    }


async def test_words_and_postings_that_no_document_has_any_more_are_removed_while_nobody_writes(
    place: ServerProcess, tmp_path: Path, workers: list[WorkerProcess], jobs: Jobs
) -> None:
    await index(jobs.application)
    connection, enqueue = jobs.connection, jobs.application.services.jobs.units_of_work
    kept = await connection.fetch("SELECT word FROM search_words ORDER BY word")
    postings = await connection.fetchval("SELECT count(*) FROM search_postings")
    await connection.execute("INSERT INTO search_words (word) VALUES ('gone'), ('gizmo'), ('doohickey')")
    await connection.execute("INSERT INTO search_postings VALUES ('gone', 9999, 6), ('contraption', 9999, 6)")
    await connection.execute("INSERT INTO search_postings SELECT 'widget', id, 6 FROM parts WHERE key = 'OLAA'")
    async with held(connection, "SELECT pg_advisory_xact_lock_shared(7021020)"):
        workers.append(WorkerProcess(place, tmp_path / "worker.log"))
        job_id = await enqueue.begin(LOCAL_ACTOR, lambda uow: uow.jobs.enqueue(TIDY_WORDS, TIDY_WORDS.payload()))

        async def put_off() -> str:
            async with jobs.application.database.reads.lend() as beside:
                return str(await beside.fetchval("SELECT result FROM jobs WHERE id = $1", job_id))

        # "gone" is no stray word as long as there is a posting of it.
        told = await until(put_off, lambda result: result != "None")
        assert told == "0 words and 0 postings removed. 5 are left to the next run."
    job_id = await enqueue.begin(LOCAL_ACTOR, lambda uow: uow.jobs.enqueue(TIDY_WORDS, TIDY_WORDS.payload()))
    assert (await jobs.until(job_id, "DONE"))["result"] == "3 words and 3 postings removed."
    assert await connection.fetch("SELECT word FROM search_words ORDER BY word") == kept
    assert await connection.fetchval("SELECT count(*) FROM search_postings") == postings
    assert await off(connection, TEXTS) == set()


async def test_no_text_is_read_to_see_whether_a_word_is_stray(jobs: Jobs) -> None:
    await index(jobs.application)
    # Now the planner knows how few pages there are.
    await jobs.connection.execute("ANALYZE search_attachments")
    read = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'search_attachments'"

    async def look(uow: UnitOfWork) -> tuple[int, int]:
        assert isinstance(uow, ConnectedUnitOfWork)
        before = await uow.connection.fetchval(read)
        stray, _ = await uow.search_vocabulary.stray_words(0, 1_000)
        await uow.search_vocabulary.remove_words(stray)
        return before, await uow.connection.fetchval(read)

    before, after = await jobs.application.services.jobs.units_of_work.begin(LOCAL_ACTOR, look)
    assert after == before


async def test_a_server_that_brings_search_indexes_what_is_stored_by_itself(run_stores: RunStores) -> None:
    settings = await run_stores.place()
    url = settings["PARTSGRAPH_DATABASE_URL"]
    await go_to(url, "0019", down=True)
    connection = await asyncpg.connect(url)
    await connection.execute(OLD)
    async with running(ServerProcess(settings=settings)):
        await until(
            lambda: connection.fetchval("SELECT result FROM jobs WHERE kind = 'INDEX_PARTS' AND state = 'DONE'"), bool
        )
        assert await knows(connection, "thingamajig")
        assert await connection.fetchval("SELECT count(*) FROM search_types") > 1
        assert await off(connection, TEXTS) == set()
    await connection.close()
