"""`partsgraph check` compares what search finds things by with what it was made from.

Rules: docs/domain.md#documents-of-search, #the-vocabulary.
"""

import asyncpg
import httpx
import pytest

from persistence.checks import run_checks
from persistence.checks.search import run_text_checks
from persistence.database import Database
from server.seed.data_sheets import data_sheet
from tests.attachments.uploading import attached
from tests.factories import Workshop
from tests.search.documents import off
from tests.waiting import until

PART = "the document of a part is that of its facts"
TYPE = "the document of a part type is that of its name"
ATTACHMENT = "the document of an attachment is that of its names and its part"
NO_POSTING = "each word of a part's document has its posting"
STRAY = "each posting is that of a document"
VOCABULARY = "the vocabulary has each word of a document"


FAULTS: tuple[tuple[str, set[str]], ...] = (
    ("UPDATE search_documents SET fields = array_fill(6, ARRAY[cardinality(words)])", {PART, NO_POSTING}),
    ("UPDATE search_documents SET words = words[2:], fields = fields[2:]", {PART, STRAY}),
    ("UPDATE search_types SET words = '{gizmo}'", {TYPE}),
    ("UPDATE search_attachments SET name_words = '{gizmo}'", {ATTACHMENT}),
    ("DELETE FROM search_postings WHERE word = 'gizmo'", {NO_POSTING}),
    ("UPDATE search_postings SET field = 16 WHERE word = 'gizmo'", {NO_POSTING}),
    ("INSERT INTO search_postings VALUES ('gone', 9999, 6)", {STRAY, VOCABULARY}),
    ("DELETE FROM search_words WHERE word = 'gizmo'", {VOCABULARY}),
    ("DELETE FROM search_words WHERE word = 'contraption'", {VOCABULARY}),
    ("DELETE FROM search_words WHERE word = 'doohickey'", {VOCABULARY}),
    # These are to be made anew.
    ("UPDATE search_documents SET rules_version = -1", set()),
    (
        "UPDATE parts SET description = 'Another', description_key = 'another', updated_at = clock_timestamp()",
        set(),
    ),
)


@pytest.fixture
async def shelf(client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection) -> None:
    """A part with a type and a data sheet that was read."""
    key = await workshop.part("Gizmo", typeName=await workshop.part_type("Contraption"))
    await attached(client, {"partKey": key}, data_sheet("ZX81", ["A doohickey"]), "zx81.pdf", title="Sheet")
    await until(lambda: database_connection.fetchval("SELECT text_words <> '{}' FROM search_attachments"))


async def test_what_is_off_is_found(shelf: None, database_connection: asyncpg.Connection) -> None:
    for fault, expected in FAULTS:
        transaction = database_connection.transaction()
        await transaction.start()
        await database_connection.execute(f"SET LOCAL session_replication_role = replica; {fault}")
        assert await off(database_connection) == expected, fault
        await transaction.rollback()


async def test_words_of_texts_are_compared_where_that_is_asked_for(
    shelf: None, database_connection: asyncpg.Connection, database: Database
) -> None:
    assert await run_checks(database) == await run_text_checks(database) == []
    await database_connection.execute("UPDATE search_attachments SET text_pages[1] = 7")
    assert await run_checks(database) == []
    assert [each.invariant for each in await run_text_checks(database)] == ["the words of a PDF are those of its text"]
