"""Previews over HTTP: made after the commit or when they are asked for, once, and gone with their attachment.

Rules: docs/domain.md#previews-and-texts.
"""

import base64
from collections.abc import AsyncIterator
from io import BytesIO
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from PIL import Image

from domain.rules.object_keys import prefix_of
from persistence.object_store import ObjectStore, open_object_store
from tests.attachments.uploading import attached
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.locks import held
from tests.log_lines import statements_of
from tests.rendering import hostile
from tests.rendering.reading import made_from, preview_url, read, times_drawn
from tests.server_process import ServerProcess
from tests.waiting import until

_CLAIMED_BY_THE_DEAD = (
    "UPDATE attachments SET preview_state = 'PENDING', preview_claimed_at = clock_timestamp() - interval '{} seconds'"
)
_IS_FREE = "SELECT preview_claimed_at < clock_timestamp() - interval '120 seconds' FROM attachments"


@pytest.fixture
async def store(server: ServerProcess) -> AsyncIterator[ObjectStore]:
    at = server.addresses
    async with open_object_store(
        at.s3_endpoint_url, at.s3_bucket, at.s3_access_key, at.s3_secret_key, at.s3_region
    ) as opened:
        yield opened


@pytest.fixture
async def photo(client: httpx.AsyncClient, workshop: Workshop) -> Json:
    """An image of 300 × 200 pixels."""
    return await attached(client, {"partKey": await workshop.part()}, hostile.picture(), "photo.png")


def object_id(attachment: Json) -> UUID:
    return UUID(attachment["url"].partition("?")[0].rpartition("/")[2])


async def names(store: ObjectStore, attachment: Json) -> list[str]:
    prefix = prefix_of(object_id(attachment))
    return sorted([each.key.removeprefix(prefix) async for page in store.pages(prefix) for each in page])


async def test_previews_are_made_after_the_commit(client: httpx.AsyncClient, photo: Json, store: ObjectStore) -> None:
    made = await read(client, photo)
    assert (made["previewState"], made["previewFailure"], made["textState"]) == ("DONE", None, None)
    assert len(base64.b64decode(made["placeholder"])) in range(15, 30)
    sizes = [(each["size"], each["width"], each["height"]) for each in made["previews"]]
    assert sizes == [(64, 64, 43), (128, 128, 85), (256, 256, 171), (512, 300, 200)]
    assert await names(store, photo) == ["original", *(f"preview-{size}.webp" for size in (128, 256, 512, 64))]
    for each in made["previews"]:
        answer = await client.get(each["url"])
        assert answer.status_code == 200
        assert Image.open(BytesIO(answer.content)).size == (each["width"], each["height"])


async def test_a_preview_is_made_when_it_is_asked_for_first(client: httpx.AsyncClient, photo: Json) -> None:
    listed = (await made_from(client, photo))["previews"]
    assert [each["size"] for each in listed] == [64, 128, 256, 512]
    answer = await client.get(listed[0]["url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert (await made_from(client, photo))["previewState"] == "DONE"


async def test_a_preview_is_harmless_and_kept_for_ever_by_browsers(client: httpx.AsyncClient, photo: Json) -> None:
    answer = await client.get(preview_url(photo, 128))
    headers = answer.headers
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox;")
    assert headers["content-disposition"].startswith('inline; filename="photo.png.webp"')
    again = await client.get(preview_url(photo, 128), headers={"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await client.head(preview_url(photo, 128))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == headers["content-length"] == str(len(answer.content))
    assert head.headers["etag"] == headers["etag"]


async def test_a_larger_preview_than_the_picture_is_the_picture(client: httpx.AsyncClient, photo: Json) -> None:
    answers = [await client.get(preview_url(photo, size)) for size in (512, 1024)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


@pytest.mark.parametrize("size", ["63", "2048", "064", "0", "-64", "x", "64 "])
async def test_there_are_no_previews_of_other_sizes(client: httpx.AsyncClient, photo: Json, size: str) -> None:
    answer = await client.get(f"{photo['url'].partition('?')[0]}/preview/{size}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["message"] == "A preview has one of these sizes: 64, 128, 256, 512, 1024."


async def test_a_file_and_an_unknown_file_have_no_previews(client: httpx.AsyncClient, workshop: Workshop) -> None:
    file = await attached(client, {"partKey": await workshop.part()}, b"<svg/>", "drawing.svg")
    answer = await client.get(preview_url(file, 64))
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["message"] == "This kind of file has no preview."
    assert (await client.get(f"/files/{uuid4()}/preview/64")).status_code == 404
    made = await made_from(client, file)
    assert (made["previewState"], made["previews"], made["placeholder"]) == (None, [], None)


async def test_several_that_ask_at_once_have_it_made_once(
    server: ServerProcess,
    second_server: ServerProcess,
    client: httpx.AsyncClient,
    second_client: httpx.AsyncClient,
    photo: Json,
    store: ObjectStore,
    database_connection: asyncpg.Connection,
) -> None:
    await read(client, photo)
    before = times_drawn(photo, server, second_server)
    await store.delete_below(f"{prefix_of(object_id(photo))}preview-")
    asked = [each.get(preview_url(photo, 256)) for each in (client, second_client) for _ in range(10)]
    hold = "COMMIT; BEGIN; SELECT FROM attachments FOR NO KEY UPDATE"
    async with held(database_connection, f"{_CLAIMED_BY_THE_DEAD.format(119)}; {hold}") as rivals:
        # The claim of the dead runs out while the row is held, so nobody who does not wait can take it.
        await until(lambda: database_connection.fetchval(_IS_FREE))
        # One of each process: the others of a process wait for the same work.
        await rivals.start(*asked, waiting=2)  # type: ignore[arg-type]
    answers = await rivals.answers()
    assert {answer.status_code for answer in answers} == {200}  # type: ignore[attr-defined]
    assert len({answer.content for answer in answers}) == 1  # type: ignore[attr-defined]
    assert times_drawn(photo, server, second_server) == before + 1


async def test_a_claim_whose_process_died_is_free_again_after_two_minutes(
    client: httpx.AsyncClient, photo: Json, workshop: Workshop, database_connection: asyncpg.Connection
) -> None:
    await read(client, photo)
    await database_connection.execute(_CLAIMED_BY_THE_DEAD.format(60))
    # What waits is read in its order: whoever reads a later file has passed over this one.
    later = await attached(client, {"partKey": await workshop.part()}, hostile.picture(), "later.png")
    assert (await read(client, later))["previewState"] == "DONE"
    assert (await made_from(client, photo))["previewState"] == "PENDING"
    await database_connection.execute(_CLAIMED_BY_THE_DEAD.format(120))
    assert (await read(client, photo))["previewState"] == "DONE"


async def test_previews_are_removed_with_their_attachment(
    client: httpx.AsyncClient, photo: Json, workshop: Workshop, store: ObjectStore
) -> None:
    await read(client, photo)
    await workshop.done("deleteAttachment", attachmentId=photo["id"])
    await until(lambda: names(store, photo), lambda found: found == [])
    assert (await client.get(preview_url(photo, 64))).status_code == 404


async def test_a_copy_has_previews_of_its_own(
    client: httpx.AsyncClient, photo: Json, workshop: Workshop, store: ObjectStore
) -> None:
    owner = {"partKey": await workshop.part()}
    copied = (await workshop.done("copyAttachment", attachmentId=photo["id"], owner=owner))["attachment"]
    made = await read(client, copied)
    assert made["previewState"] == "DONE"
    assert len(await names(store, copied)) == 5


async def test_an_image_is_measured_as_it_is_shown(client: httpx.AsyncClient, workshop: Workshop) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = hostile.picture("JPEG", (300, 200), exif=exif)
    photo = await attached(client, {"partKey": await workshop.part()}, content, "upright.jpg")
    assert (photo["width"], photo["height"]) == (200, 300)
    made = await read(client, photo)
    assert [(each["width"], each["height"]) for each in made["previews"]][-1] == (200, 300)


async def test_previews_cost_no_statement(server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part()
    counts = []
    for number in range(1, 4):
        await attached(client, {"partKey": key}, hostile.picture(size=(70, 70 + number)), f"{number}.png")
        request_id = uuid4().hex
        query = f'{{ part(key: "{key}") {{ attachments {{ previewState previews {{ size url }} }} }} }}'
        answer = await client.post("/graphql", json={"query": query}, headers={"X-Request-ID": request_id})
        assert len(answer.json()["data"]["part"]["attachments"]) == number
        counts.append(await statements_of(server, request_id))
    assert counts == [2, 2, 2]


async def test_the_schema_tells_previews_of_a_pdf_once_they_are_made(
    client: httpx.AsyncClient, workshop: Workshop
) -> None:
    sheet = await attached(client, {"partKey": await workshop.part()}, hostile.one_page(), "sheet.pdf")
    made = await read(client, sheet)
    assert (made["width"], made["height"], made["previewState"]) == (1024, 512, "DONE")
    assert [each["size"] for each in made["previews"]] == [64, 128, 256, 512, 1024]
    answer = await client.get(made["previews"][4]["url"])
    assert Image.open(BytesIO(answer.content)).size == (1024, 512)
