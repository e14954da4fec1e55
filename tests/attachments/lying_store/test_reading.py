"""Previews and texts wait while the store gives something else: nothing is FAILED by what is not the file's fault.

Rules: docs/domain.md#previews-and-texts.
"""

import asyncpg
import httpx
import pytest

from tests.attachments.lying_store.lies import Lie, LyingStore
from tests.attachments.lying_store.outages import assert_outage
from tests.attachments.uploading import attached, png
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.metrics.scrape import scrape
from tests.rendering import hostile
from tests.rendering.reading import made_from, preview_url, read
from tests.server_process import ServerProcess
from tests.waiting import until

WRONG = [Lie.PAGE, Lie.HALF, Lie.HALF_UNTOLD, Lie.FLIPPED, Lie.LONGER]
PUT_OFF = "partsgraph_file_readings_put_off_total"
_REST_SECONDS = "SELECT extract(epoch FROM preview_rests_until - clock_timestamp())::float8 FROM attachments"


@pytest.fixture
async def part(workshop: Workshop) -> Json:
    """An owner."""
    return {"partKey": await workshop.part()}


async def put_off(client: httpx.AsyncClient, task: str, reason: str) -> float:
    return (await scrape(client)).value(PUT_OFF, task=task, reason=reason)


async def unread(
    client: httpx.AsyncClient, connection: asyncpg.Connection, lies: LyingStore, part: Json, lie: Lie
) -> Json:
    """A picture whose previews the store kept from being made, and which rests."""
    lies.lie = Lie.NONE
    made = await attached(client, part, png(80, 60))
    await read(client, made)
    lies.lie = lie
    before = await put_off(client, "previews", "mismatch")
    await connection.execute("UPDATE attachments SET preview_state = 'PENDING', preview_claimed_at = NULL")
    await until(lambda: put_off(client, "previews", "mismatch"), lambda number: number > before)
    await until(lambda: connection.fetchval("SELECT preview_rests_until FROM attachments"))
    return made


@pytest.mark.parametrize("lie", WRONG, ids=lambda lie: lie.name)
async def test_a_preview_waits_for_the_file_and_is_made_at_once_when_it_is_asked_for(
    server: ServerProcess,
    lies: LyingStore,
    client: httpx.AsyncClient,
    part: Json,
    database_connection: asyncpg.Connection,
    lie: Lie,
) -> None:
    made = await unread(client, database_connection, lies, part, lie)
    await assert_outage(server, await client.get(preview_url(made, 64)))
    assert (await made_from(client, made))["previewState"] == "PENDING"
    lies.lie = Lie.NONE
    # Nobody else would take it up within the time of this test.
    await database_connection.execute("UPDATE attachments SET preview_rests_until = now() + interval '1 day'")
    assert (await client.get(preview_url(made, 64))).status_code == 200
    assert (await made_from(client, made))["previewState"] == "DONE"


@pytest.mark.parametrize("lie", [Lie.REFUSES, Lie.CUT, Lie.REFUSES_PUTS], ids=lambda lie: lie.name)
async def test_a_preview_is_made_at_once_after_an_outage(
    server: ServerProcess,
    lies: LyingStore,
    client: httpx.AsyncClient,
    part: Json,
    database_connection: asyncpg.Connection,
    lie: Lie,
) -> None:
    made = await unread(client, database_connection, lies, part, Lie.HALF)
    await database_connection.execute("UPDATE attachments SET preview_rests_until = now() + interval '1 day'")
    lies.lie = lie
    before = await put_off(client, "previews", "outage")
    answer = await client.get(preview_url(made, 64))
    assert answer.status_code == 503
    assert await put_off(client, "previews", "outage") == before + 1
    assert (await made_from(client, made))["previewState"] == "PENDING"
    lies.lie = Lie.NONE
    assert (await client.get(preview_url(made, 64))).status_code == 200


async def test_a_file_rests_twice_as_long_each_time_and_an_hour_at_most(
    lies: LyingStore, client: httpx.AsyncClient, part: Json, database_connection: asyncpg.Connection
) -> None:
    made = await unread(client, database_connection, lies, part, Lie.FLIPPED)
    for earlier, longest in ((0, 10), (5, 320), (8, 2_560), (9, 3_600), (2_000_000, 3_600)):
        await database_connection.execute("UPDATE attachments SET preview_put_off = $1", earlier)
        assert (await client.get(preview_url(made, 64))).status_code == 503
        rest = await database_connection.fetchval(_REST_SECONDS)
        assert longest / 2 < rest <= longest
        assert await database_connection.fetchval("SELECT preview_put_off FROM attachments") == earlier + 1


async def test_a_file_that_rests_is_passed_over_until_it_has_rested(
    lies: LyingStore, client: httpx.AsyncClient, part: Json, database_connection: asyncpg.Connection
) -> None:
    made = await unread(client, database_connection, lies, part, Lie.HALF)
    await database_connection.execute("UPDATE attachments SET preview_rests_until = now() + interval '1 day'")
    lies.lie = Lie.NONE
    # What waits is read in its order: whoever reads a later file has passed over this one.
    later = await attached(client, part, png(90, 60))
    assert (await read(client, later))["previewState"] == "DONE"
    assert (await made_from(client, made))["previewState"] == "PENDING"
    await database_connection.execute("UPDATE attachments SET preview_rests_until = clock_timestamp()")
    assert (await read(client, made))["previewState"] == "DONE"


async def test_a_text_waits_for_the_file(
    lies: LyingStore, client: httpx.AsyncClient, part: Json, database_connection: asyncpg.Connection
) -> None:
    sheet = await attached(client, part, hostile.one_page(), "sheet.pdf")
    assert (await read(client, sheet))["textState"] == "DONE"
    before = await put_off(client, "text", "mismatch")
    lies.lie = Lie.HALF
    await database_connection.execute("DELETE FROM attachment_texts")
    await database_connection.execute("UPDATE attachments SET text_state = 'PENDING', text_claimed_at = NULL")
    await until(lambda: put_off(client, "text", "mismatch"), lambda number: number > before)
    assert (await made_from(client, sheet))["textState"] == "PENDING"
    lies.lie = Lie.NONE
    await database_connection.execute("UPDATE attachments SET text_rests_until = clock_timestamp()")
    assert (await read(client, sheet))["textState"] == "DONE"
    assert await database_connection.fetchval("SELECT text FROM attachment_texts") == "Hello"
