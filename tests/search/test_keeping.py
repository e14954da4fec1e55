"""What search finds things by is written with them: parts, part types, attachments and the texts of PDFs.

Rules: docs/domain.md#documents-of-search, #the-vocabulary.
"""

import asyncio
from functools import partial

import asyncpg
import httpx

from domain.entities.search import SearchField
from persistence.checks import run_checks
from persistence.database import Database
from server.seed.data_sheets import data_sheet
from tests.attachments.uploading import attached, png
from tests.factories import Workshop
from tests.graphql_client import data_of
from tests.locks import held
from tests.search.documents import knows, names_of, words_of_part, words_of_type, written_at
from tests.server_process import ServerProcess
from tests.waiting import patience, until

TEXT = "SELECT text_words, text_offsets, text_pages FROM search_attachments"


async def test_a_new_part_has_its_words_and_its_key_from_the_commit_on(
    workshop: Workshop, second_client: httpx.AsyncClient, database_connection: asyncpg.Connection
) -> None:
    drawn = await workshop.part("Zyxomat", tags=["quux"])
    words = await words_of_part(database_connection, drawn)
    assert words is not None
    assert words[drawn.lower()] == SearchField.KEY
    assert (words["zyxomat"], words["quux"]) == (SearchField.DESCRIPTION, SearchField.TAG)
    assert await knows(database_connection, "zyxomat")
    # The key is a word of its own, whatever else it means.
    other = Workshop(partial(data_of, second_client), database_connection)
    await other.part("abcd is what it is called", key="ABCD")
    words = await words_of_part(database_connection, "ABCD")
    assert words is not None
    assert words["abcd"] == SearchField.KEY


async def test_an_edit_of_a_part_takes_words_away_and_moves_others(
    workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part("Gizmo blue", tags=["gadget"], parameters=[{"name": "Resistance", "value": "4k7"}])
    await workshop.done("updatePart", partKey=key, description="Gadget", parameters=[])
    words = await words_of_part(database_connection, key)
    assert words is not None
    assert {"gizmo", "blue", "=4700", "=4700 Ω"}.isdisjoint(words)
    assert words["gadget"] == SearchField.DESCRIPTION
    type_name = await workshop.part_type("Contraption")
    await workshop.done("updateParts", partKeys=[key], typeName=type_name, addTags=["quux"], removeTags=["gadget"])
    words = await words_of_part(database_connection, key)
    assert words is not None
    type_id = await database_connection.fetchval("SELECT id FROM part_types WHERE name = 'Contraption'")
    assert (words["quux"], words[f":type:{type_id}"]) == (SearchField.TAG, SearchField.TYPE)
    assert "contraption" not in words


async def test_what_changes_no_word_writes_no_document(
    workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box(1)
    await workshop.box(2)
    key = await workshop.stocked(5, typeName=await workshop.part_type("Contraption"))
    before = await written_at(database_connection)
    await workshop.move(key, "1-1", [("2-2", 5)])
    await workshop.use(key, "2-2", 5)
    await workshop.done("retirePart", partKey=key)
    await workshop.done("restorePart", partKey=key)
    await workshop.done("updateBox", number=1, description="Another")
    assert await written_at(database_connection) == before


async def test_a_deleted_part_leaves_no_document_and_no_posting(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part("Gizmo")
    await attached(client, {"partKey": key}, png(), title="Photo")
    await workshop.done("deletePart", partKey=key)
    for table in ("search_documents", "search_postings", "search_attachments"):
        assert await workshop.count_rows(table) == 0, table


async def test_a_renamed_type_writes_its_own_document_alone(
    workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.part(typeName=await workshop.part_type("Contraption"))
    assert await words_of_type(database_connection, "Contraption") == ["contraption"]
    of_parts = await database_connection.fetch("SELECT xmin::text, indexed_at FROM search_documents")
    await workshop.done("updatePartType", name="Contraption", newName="Doohickey")
    assert await words_of_type(database_connection, "Doohickey") == ["doohickey"]
    assert await knows(database_connection, "doohickey")
    assert await database_connection.fetch("SELECT xmin::text, indexed_at FROM search_documents") == of_parts
    await workshop.part_type("Gone")
    await workshop.done("deletePartType", name="Gone")
    assert await workshop.count_rows("search_types") == await workshop.count_rows("part_types")


async def test_attachments_of_parts_are_found_by_their_names_as_long_as_they_are_there(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await workshop.box(1)
    key, other = await workshop.part(), await workshop.part()
    photo = await attached(client, {"partKey": key}, png(), "gizmo", title="Photograph")
    assert await names_of(database_connection, "Photograph") == (key, ["gizmo", "photograph"])
    link = await workshop.done("attachLink", owner={"partKey": key}, url="https://example.org", title="Quux")
    assert await names_of(database_connection, "Quux") == (key, ["quux"])
    await workshop.done("updateAttachment", attachmentId=link["attachment"]["id"], title="Doohickey")
    assert await names_of(database_connection, "Doohickey") == (key, ["doohickey"])
    assert await knows(database_connection, "doohickey")
    await workshop.done("copyAttachment", attachmentId=photo["id"], owner={"partKey": other}, title="Copied")
    assert await names_of(database_connection, "Copied") == (other, ["copied", "gizmo"])
    await workshop.done("copyAttachment", attachmentId=photo["id"], owner={"boxNumber": 1}, title="Of a box")
    assert await names_of(database_connection, "Of a box") is None
    await workshop.done("deleteAttachment", attachmentId=photo["id"])
    assert await names_of(database_connection, "Photograph") is None
    await workshop.done("mergeParts", keep=other, drop=key)
    assert await names_of(database_connection, "Doohickey") == (other, ["doohickey"])
    assert await workshop.count_rows("search_attachments") == 2


async def test_the_words_of_a_pdf_come_with_its_text_and_go_with_it(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection, database: Database
) -> None:
    key = await workshop.part()
    sheet = data_sheet("ZX81", [*(f"Line {number}" for number in range(120)), "A doohickey"])
    attachment = await attached(client, {"partKey": key}, sheet, "zx81.pdf", title="Data sheet")
    row = await until(lambda: database_connection.fetchrow(TEXT), lambda row: row["text_words"])
    words = {word: (offset, page) for word, offset, page in zip(*row, strict=True)}
    text = await database_connection.fetchval("SELECT text FROM attachment_texts")
    offset, page = words["doohickey"]
    assert text[offset : offset + 9] == "doohickey"
    assert page == text.count("\f", 0, offset) + 1 > 1
    assert await knows(database_connection, "doohickey")
    # Another title changes the names alone.
    await workshop.done("updateAttachment", attachmentId=attachment["id"], title="Sheet")
    assert await database_connection.fetchrow(TEXT) == row
    assert await run_checks(database) == []
    await database_connection.execute("UPDATE attachments SET text_state = 'PENDING', text_reader = 1")
    await until(
        lambda: database_connection.fetchval("SELECT text_state FROM attachments"), lambda state: state == "DONE"
    )
    assert await database_connection.fetchrow(TEXT) == row
    await workshop.done("deleteAttachment", attachmentId=attachment["id"])
    assert await workshop.count_rows("search_attachments") == 0


async def test_what_was_only_marked_is_known_by_its_new_words_at_once(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection, database: Database
) -> None:
    sheet = data_sheet("ZX81", ["A doohickey"])
    attachment = await attached(client, {"partKey": await workshop.part()}, sheet, "zx81.pdf", title="Data sheet")
    read = "SELECT text_state FROM attachments"
    await until(lambda: database_connection.fetchval(read), lambda state: state == "DONE")
    mark = "UPDATE search_attachments SET rules_version = -1"
    await database_connection.execute(mark)
    await workshop.done("updateAttachment", attachmentId=attachment["id"], title="Gadget")
    assert await knows(database_connection, "gadget")
    await database_connection.execute(mark)
    await database_connection.execute("DELETE FROM search_words WHERE word = 'doohickey'")
    await database_connection.execute(
        "UPDATE search_attachments SET text_words = '{}', text_offsets = '{}', text_pages = '{}';"
        "UPDATE attachments SET text_state = 'PENDING', text_reader = 1"
    )
    await until(lambda: database_connection.fetchval(read), lambda state: state == "DONE")
    assert await knows(database_connection, "doohickey")
    assert await run_checks(database) == []


async def test_who_renames_an_attachment_does_not_look_for_the_words_of_its_text(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection, server: ServerProcess
) -> None:
    sheet = data_sheet("ZX81", ["A doohickey"])
    attachment = await attached(client, {"partKey": await workshop.part()}, sheet, "zx81.pdf", title="Data sheet")
    await until(lambda: knows(database_connection, "doohickey"), bool)
    await database_connection.execute("DELETE FROM search_words")
    await workshop.done("updateAttachment", attachmentId=attachment["id"], title="Gadget")
    words = await database_connection.fetch("SELECT word FROM search_words ORDER BY word")
    assert [word for (word,) in words] == ["gadget", "pdf", "zx81", "zx81pdf"]
    # Who makes all documents again does.
    await asyncio.to_thread(server.run_command, "search", "rebuild", "--wait")
    assert await knows(database_connection, "doohickey")


async def test_two_who_meet_the_same_new_word_do_not_wait_for_each_other(
    workshop: Workshop, database_connection: asyncpg.Connection, database: Database
) -> None:
    type_id = await database_connection.fetchval(
        "INSERT INTO part_types (name, name_key) VALUES ('Doohickey', 'doohickey') RETURNING id"
    )
    learn = "INSERT INTO search_types (type_id, words, rules_version) VALUES ($1, '{doohickey}', 1)"
    async with held(database_connection, learn, type_id):
        key = await asyncio.wait_for(workshop.part("Doohickey"), patience(30))
        async with database.reads.lend() as beside:
            assert await beside.fetchval("SELECT count(*) FROM search_words WHERE word = 'doohickey'") == 1
    assert "doohickey" in (await words_of_part(database_connection, key) or {})
    assert await database_connection.fetchval("SELECT count(*) FROM search_words WHERE word = 'doohickey'") == 2
    assert await run_checks(database) == []


async def test_who_needs_a_word_that_is_being_removed_waits_and_writes_it_again(
    workshop: Workshop, database_connection: asyncpg.Connection, database: Database
) -> None:
    await workshop.done("deletePart", partKey=await workshop.part("Doohickey"))
    remove = "DELETE FROM search_words WHERE word = 'doohickey' AND pg_try_advisory_xact_lock(7021020)"
    async with held(database_connection, remove) as rivals:
        await rivals.start(workshop.run("createPart", description="Doohickey"))
    assert [answer["__typename"] for answer in await rivals.answers()] == ["CreatePartSuccess"]
    assert await knows(database_connection, "doohickey")
    assert await run_checks(database) == []
