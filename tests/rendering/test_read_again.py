"""What an older version of the readers made is made again, and what it had for a FILE is looked at again.

Rules: docs/domain.md#read-again.
"""

import asyncpg
import httpx

from tests.attachments.samples import Sample, samples
from tests.attachments.samples.made_pdfs import pdf
from tests.attachments.uploading import attached
from tests.factories import Workshop
from tests.graphql_client import Json, data_of
from tests.rendering import hostile
from tests.rendering.reading import made_from, preview_url, read
from tests.waiting import until

SAMPLES = {each.name: each for each in samples()}
# As a server left them that knew four kinds of images, PDFs with their header first, and no drawings.
_AS_FILES = """
UPDATE attachments
   SET kind = 'FILE', media_type = 'application/octet-stream', width = NULL, height = NULL, preview_state = NULL,
       placeholder = NULL, text_state = NULL, page_count = NULL, preview_reader = 1, text_reader = 1, kind_reader = 1
"""
_READ_BEFORE = """
UPDATE attachments
   SET preview_reader = 1, placeholder = 'old', text_reader = 1, page_count = NULL,
       preview_claimed_at = clock_timestamp(), text_claimed_at = clock_timestamp()
"""
_OLDER = """
SELECT count(*) FROM attachments
 WHERE preview_state IS NOT NULL AND preview_reader < 2 OR text_state IS NOT NULL AND text_reader < 2
"""
_PAGES = """
query Q($id: ID!) {
  node(id: $id) {
    ... on Attachment { pageCount textState p0: text(page: 0) p1: text(page: 1) p2: text(page: 2) p3: text(page: 3) }
  }
}
"""


async def pages_of(client: httpx.AsyncClient, attachment: Json) -> Json:
    found: Json = (await data_of(client, _PAGES, {"id": attachment["id"]}))["node"]
    return found


async def attach(client: httpx.AsyncClient, key: str, sample: Sample) -> Json:
    return await attached(client, {"partKey": key}, sample.content, sample.name)


async def test_a_file_that_was_stored_before_its_kind_was_known_is_of_its_kind(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    key = await workshop.part()
    names = ["orientation_6.heic", "hopper_lzw.tif", "pal8os2.bmp", "bom_before.pdf", "issue6069.pdf", "plain.svg"]
    made = {name: await attach(client, key, SAMPLES[name]) for name in [*names, "text.pdf", "stored.zip"]}
    for each in made.values():
        await read(client, each)
    async with database_connection.transaction():
        await database_connection.execute("DELETE FROM attachment_texts")
        await database_connection.execute(_AS_FILES)
    await until(lambda: database_connection.fetchval("SELECT count(*) = 0 FROM attachments WHERE kind_reader = 1"))
    again = {name: await read(client, each) for name, each in made.items()}
    assert {name: each["kind"] for name, each in again.items()} == {name: SAMPLES[name].kind for name in made}
    assert [name for name, each in again.items() if each["previewState"] != "DONE"] == ["text.pdf", "stored.zip"]
    assert (again["orientation_6.heic"]["width"], again["orientation_6.heic"]["height"]) == (96, 128)
    assert (await pages_of(client, made["issue6069.pdf"]))["p1"].startswith("Missing value for startxref")


async def test_what_an_older_version_made_is_shown_until_it_is_made_again(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    sheet = await attach(client, await workshop.part(), SAMPLES["hyphens.pdf"])
    placeholder = (await read(client, sheet))["placeholder"]
    # Somebody is reading them: so nobody else does.
    await database_connection.execute(_READ_BEFORE)
    await database_connection.execute("UPDATE attachment_texts SET text = E'The out\\x02put volt\\x02age is 5 V'")
    now, etag = await made_from(client, sheet), (await client.get(preview_url(sheet, 64))).headers["etag"]
    assert (now["previewState"], now["placeholder"], now["textState"]) == ("DONE", "old", "DONE")
    assert (await pages_of(client, sheet))["p1"] == "The out\x02put volt\x02age is 5 V"
    await database_connection.execute("UPDATE attachments SET preview_claimed_at = NULL, text_claimed_at = NULL")
    await until(lambda: database_connection.fetchval(_OLDER), lambda number: number == 0)
    now = await made_from(client, sheet)
    assert (now["previewState"], now["placeholder"], now["textState"]) == ("DONE", placeholder, "DONE")
    found = await pages_of(client, sheet)
    assert (found["pageCount"], " ".join(found["p1"].split())) == (1, "The output voltage is 5 V")
    assert (await client.get(preview_url(sheet, 64))).headers["etag"] != etag


async def test_previews_are_not_given_up_because_a_newer_version_fails(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    content = hostile.UNDECODABLE_PICTURE
    photo = await attached(client, {"partKey": await workshop.part()}, content, "photo.png")
    assert (await read(client, photo))["previewState"] == "FAILED"
    drawn_before = "UPDATE attachments SET preview_state = 'DONE', preview_failure = NULL, preview_reader = 1"
    await database_connection.execute(drawn_before)
    await until(lambda: database_connection.fetchval(_OLDER), lambda number: number == 0)
    assert (await made_from(client, photo))["previewState"] == "DONE"


async def test_a_copy_of_a_file_that_was_not_looked_at_again_is_looked_at_itself(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    photo = await attach(client, await workshop.part(), SAMPLES["orientation_6.heic"])
    await read(client, photo)
    await database_connection.execute(f"{_AS_FILES}, kind_claimed_at = clock_timestamp()")
    owner = {"partKey": await workshop.part()}
    copied = (await workshop.done("copyAttachment", attachmentId=photo["id"], owner=owner))["attachment"]
    found = await until(lambda: made_from(client, copied), lambda now: now["kind"] == "IMAGE")
    assert (found["width"], found["height"]) == (96, 128)


async def test_the_text_of_a_pdf_is_told_page_by_page(
    client: httpx.AsyncClient, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    sheet = await attached(client, {"partKey": await workshop.part()}, pdf("Twice", kids=2), "sheet.pdf")
    await read(client, sheet)
    expected = {"pageCount": 2, "textState": "DONE", "p0": None, "p1": "Twice", "p2": "Twice", "p3": None}
    assert await pages_of(client, sheet) == expected
    # What the first version read does not say where a page ends.
    await database_connection.execute("UPDATE attachments SET text_reader = 1, text_claimed_at = clock_timestamp()")
    assert (await pages_of(client, sheet))["p1"] is None
