"""Files and previews over HTTP: the bytes that were stored, or an answer that says to ask again; nothing else whole."""

import httpx
import pytest

from tests.attachments.lying_store.lies import Lie, LyingStore
from tests.attachments.lying_store.outages import assert_outage
from tests.attachments.uploading import attached, pdf, png
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.rendering.reading import preview_url, read
from tests.server_process import ServerProcess

OUTAGES = [Lie.REFUSES, Lie.WRONG_REGION]
WRONG = [Lie.PAGE, Lie.HALF, Lie.HALF_UNTOLD, Lie.FLIPPED, Lie.LONGER]
LARGE = pdf(3_000_000)


@pytest.fixture
async def part(workshop: Workshop) -> Json:
    """An owner."""
    return {"partKey": await workshop.part()}


@pytest.mark.parametrize("lie", OUTAGES + WRONG, ids=lambda lie: lie.name)
async def test_a_file_is_the_one_that_was_stored_or_an_outage(
    server: ServerProcess, lies: LyingStore, client: httpx.AsyncClient, part: Json, lie: Lie
) -> None:
    made = await attached(client, part, b"a small file")
    lies.lie = lie
    await assert_outage(server, await client.get(made["url"]))
    lies.lie = Lie.NONE
    assert (await client.get(made["url"])).content == b"a small file"


@pytest.mark.parametrize("lie", [Lie.HALF_UNTOLD, Lie.FLIPPED, Lie.CUT], ids=lambda lie: lie.name)
async def test_a_large_file_of_which_other_bytes_come_never_ends_well(
    server: ServerProcess, lies: LyingStore, client: httpx.AsyncClient, part: Json, lie: Lie
) -> None:
    """The head is sent by then, so the connection breaks before the last bytes."""
    made = await attached(client, part, LARGE)
    await read(client, made)
    lies.lie = lie
    # Whether the client is told by the missing rest or by the reset depends on what it had read.
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await client.get(made["url"])
    assert server.new_error_lines() == []


@pytest.mark.parametrize("lie", [Lie.PAGE, Lie.HALF, Lie.LONGER], ids=lambda lie: lie.name)
async def test_a_range_is_as_long_as_it_says(
    server: ServerProcess, lies: LyingStore, client: httpx.AsyncClient, part: Json, lie: Lie
) -> None:
    made = await attached(client, part, b"a small file")
    lies.lie = lie
    await assert_outage(server, await client.get(made["url"], headers={"Range": "bytes=2-6"}))
    lies.lie = Lie.NONE
    assert (await client.get(made["url"], headers={"Range": "bytes=2-6"})).content == b"small"


@pytest.mark.parametrize("lie", OUTAGES + WRONG, ids=lambda lie: lie.name)
async def test_a_preview_is_the_one_that_was_made_or_an_outage(
    server: ServerProcess, lies: LyingStore, client: httpx.AsyncClient, part: Json, lie: Lie
) -> None:
    made = await attached(client, part, png(80, 60))
    await read(client, made)
    drawn = (await client.get(preview_url(made, 64))).content
    lies.lie = lie
    await assert_outage(server, await client.get(preview_url(made, 64)))
    lies.lie = Lie.NONE
    assert (await client.get(preview_url(made, 64))).content == drawn
