"""What is attached or copied is there, or there is no row: by what proves it, not by the store's word.

Rules: docs/domain.md#rows-and-objects.
"""

import asyncio
from uuid import UUID

import asyncpg
import httpx
import pytest

from domain.rules.object_keys import file_key
from persistence.object_store import ObjectStore
from tests.attachments.lying_store.lies import Lie, LyingStore
from tests.attachments.uploading import PDF, attached, attachments_of, payload, pdf, png
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.log_lines import lines_of
from tests.metrics.scrape import scrape
from tests.rendering.reading import read
from tests.server_process import ServerProcess
from tests.waiting import until

REFUSALS = [Lie.REFUSES, Lie.WRONG_REGION]
LIES = [Lie.PAGE, Lie.PAGE_FOR_CHANGES, Lie.FORGETS]
MISMATCHES = "partsgraph_object_store_mismatches_total"
# No reader is interested in this one, so its row stays as it is.
TEXT = b"a file"
# The second goes in parts.
CONTENTS = {"small": PDF, "large": pdf(6_000_000)}


async def objects_in(store: ObjectStore) -> set[str]:
    return {each.key async for page in store.pages("attachments/") for each in page}


@pytest.fixture
async def part(workshop: Workshop) -> Json:
    """An owner."""
    return {"partKey": await workshop.part()}


@pytest.mark.parametrize("size", CONTENTS)
@pytest.mark.parametrize("lie", REFUSALS + LIES, ids=lambda lie: lie.name)
async def test_a_file_that_nothing_shows_to_be_stored_is_refused_and_has_no_row(
    server: ServerProcess, lies: LyingStore, client: httpx.AsyncClient, part: Json, lie: Lie, size: str
) -> None:
    before = len(lines_of(server, event="objects were not stored"))
    lies.lie = lie
    assert (await payload(client, part, CONTENTS[size]))["__typename"] == "FileStoreError"
    assert await attachments_of(client, part["partKey"]) == []
    assert len(lines_of(server, event="objects were not stored")) == before + 1
    lies.lie = Lie.NONE
    again = await attached(client, part, CONTENTS[size])
    assert (await client.get(again["url"])).content == CONTENTS[size]


@pytest.mark.parametrize("lie", REFUSALS + LIES, ids=lambda lie: lie.name)
async def test_a_copy_that_nothing_shows_to_be_made_is_refused_and_has_no_row(
    lies: LyingStore, client: httpx.AsyncClient, workshop: Workshop, part: Json, lie: Lie
) -> None:
    made, other = await attached(client, part, TEXT), await workshop.part()
    lies.lie = lie
    await workshop.refused("copyAttachment", "FileStoreError", attachmentId=made["id"], owner={"partKey": other})
    assert await attachments_of(client, other) == []
    lies.lie = Lie.NONE
    copied = (await workshop.done("copyAttachment", attachmentId=made["id"], owner={"partKey": other}))["attachment"]
    assert (await client.get(copied["url"])).content == TEXT


async def test_what_is_not_believed_is_counted_by_its_call(
    lies: LyingStore, client: httpx.AsyncClient, workshop: Workshop, part: Json
) -> None:
    made, other = await attached(client, part, TEXT), await workshop.part()
    before = (await scrape(client)).by(MISMATCHES, "kind")
    lies.lie = Lie.PAGE
    await payload(client, part, png())
    await payload(client, part, pdf(6_000_000))
    await workshop.refused("copyAttachment", "FileStoreError", attachmentId=made["id"], owner={"partKey": other})
    await client.get(made["url"])
    after = (await scrape(client)).by(MISMATCHES, "kind")
    counted = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in after}
    assert {kind: number for kind, number in counted.items() if number and kind != "get_object"} == {
        "put_object": 1,
        "upload_part": 1,
        "copy_object": 1,
    }
    # The reader asks for the file as well.
    assert counted["get_object"] >= 1


@pytest.mark.parametrize("size", CONTENTS)
async def test_a_store_whose_etags_are_no_md5_is_believed_by_its_metadata(
    lies: LyingStore, client: httpx.AsyncClient, workshop: Workshop, part: Json, store: ObjectStore, size: str
) -> None:
    lies.lie = Lie.OTHER_ETAGS
    content, other = CONTENTS[size], await workshop.part()
    made = await attached(client, part, content)
    copied = (await workshop.done("copyAttachment", attachmentId=made["id"], owner={"partKey": other}))["attachment"]
    for each in (made, copied):
        assert (await client.get(each["url"])).content == content
        key = file_key(UUID(each["url"].partition("?")[0].rpartition("/")[2]))
        head = await store._client.head_object(Bucket=store.bucket, Key=key)
        assert head["Metadata"]["sha256"] == each["sha256"]
    picture = await attached(client, part, png(80, 60))
    (preview, *_) = (await read(client, picture))["previews"]
    assert (await client.get(preview["url"])).headers["content-type"] == "image/webp"


@pytest.mark.parametrize("lie", [Lie.PAGE, Lie.PAGE_FOR_CHANGES], ids=lambda lie: lie.name)
async def test_a_deletion_that_a_page_answers_is_left_to_the_sweep(
    lies: LyingStore, client: httpx.AsyncClient, workshop: Workshop, part: Json, store: ObjectStore, lie: Lie
) -> None:
    async def failed() -> float:
        return (await scrape(client)).value("partsgraph_object_deletions_failed_total")

    made, before = await attached(client, part, TEXT), await failed()
    there = await objects_in(store)
    lies.lie = lie
    await workshop.done("deleteAttachment", attachmentId=made["id"])
    await until(failed, lambda number: number == before + 1)
    assert await objects_in(store) == there


@pytest.mark.parametrize(("command", "lie"), [("sweep --force", Lie.PAGE), ("check", Lie.REFUSES)])
async def test_a_command_tells_that_the_store_cannot_be_used(
    server: ServerProcess, lies: LyingStore, client: httpx.AsyncClient, part: Json, lie: Lie, command: str
) -> None:
    made = await attached(client, part, TEXT)
    lies.lie = lie
    told = await asyncio.to_thread(server.run_command, *command.split())
    assert told.returncode == 1
    assert "the object store cannot be used" in told.stderr
    assert "Traceback" not in told.stderr
    lies.lie = Lie.NONE
    assert (await client.get(made["url"])).content == TEXT


async def test_the_check_of_hashes_names_a_file_of_which_half_comes(
    server: ServerProcess, lies: LyingStore, client: httpx.AsyncClient, part: Json
) -> None:
    await attached(client, part, TEXT, "notes.txt")
    lies.lie = Lie.HALF
    told = await asyncio.to_thread(server.run_command, "check", "--hashes")
    assert told.returncode == 1
    assert "A file's object has the bytes of its row's hash: attachment" in told.stdout
    assert "notes.txt" in told.stdout


async def test_a_sweep_that_the_store_refuses_is_told_in_one_warning(
    server: ServerProcess, lies: LyingStore, database_connection: asyncpg.Connection
) -> None:
    before = len(lines_of(server, event="bucket was not swept"))
    lies.lie = Lie.REFUSES
    await database_connection.execute(
        "INSERT INTO job_schedules VALUES ('SWEEP', now()) ON CONFLICT (kind) DO UPDATE SET next_at = now()"
    )
    ended = "SELECT message FROM jobs WHERE kind = 'SWEEP' AND state = 'FAILED'"
    message = await until(lambda: database_connection.fetchval(ended), lambda told: told is not None)
    assert message == "The object store refused, or gave no answer that can be believed."
    assert len(lines_of(server, event="bucket was not swept", level="warning")) == before + 1
    assert server.new_error_lines() == []
