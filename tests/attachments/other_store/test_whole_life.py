"""By configuration alone files lie in another S3 implementation: created, ranged, copied, deleted, swept, checked."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx

from domain.rules.object_keys import file_key
from domain.rules.previews import preview_key
from persistence.checks.objects import run_object_checks
from persistence.database import Database
from persistence.object_store import ObjectStore
from persistence.orphaned_objects import Sweep
from tests.attachments.second_store import SecondStore
from tests.attachments.uploading import attached, attachments_of, pdf, png
from tests.factories import Workshop
from tests.rendering.reading import read
from tests.server_process import ServerProcess


async def test_files_live_in_the_other_store_as_in_the_embedded_one(
    server: ServerProcess,
    second_store: SecondStore,
    client: httpx.AsyncClient,
    workshop: Workshop,
    store: ObjectStore,
    sweep: Sweep,
    database: Database,
) -> None:
    assert server.addresses.s3_endpoint_url == second_store.settings["PARTSGRAPH_S3_ENDPOINT_URL"]
    key, other, content = await workshop.part(), await workshop.part(), pdf(12_000_000)
    made = await attached(client, {"partKey": key}, content, "manual.pdf")
    small = await attached(client, {"partKey": key}, png())
    assert (await client.get(made["url"])).content == content
    part = await client.get(made["url"], headers={"Range": "bytes=6000000-6000009"})
    assert (part.status_code, part.content) == (206, content[6_000_000:6_000_010])
    copy = (await workshop.done("copyAttachment", attachmentId=made["id"], owner={"partKey": other}))["attachment"]
    await workshop.done("deleteAttachment", attachmentId=made["id"])
    assert (await client.get(copy["url"])).content == content
    (preview,) = (await read(client, small))["previews"]
    assert (await client.get(preview["url"])).headers["content-type"] == "image/webp"
    await read(client, copy)
    checked = await asyncio.to_thread(server.run_command, "check", "--hashes")
    assert (checked.returncode, checked.stdout) == (0, "Everything reconciles.\n")
    assert [each["id"] for each in await attachments_of(client, key)] == [small["id"]]
    await store.put("attachments/0190a0c8-0000-7000-8000-000000000001/original", b"orphan", "text/plain")
    assert (await sweep.run()).removed == 0
    report = await sweep.run(now=datetime.now(UTC) + timedelta(days=1, minutes=1), is_forced=True)
    assert report.removed >= 1
    assert await run_object_checks(database, store, hashes=True) == []
    rows = await workshop.connection.fetch("SELECT kind, object_id FROM attachments")
    images = [row["object_id"] for row in rows if row["kind"] == "IMAGE"]
    kept = {file_key(row["object_id"]) for row in rows} | {preview_key(image, 64) for image in images}
    assert (len(kept), len(images)) == (3, 1)
    assert {each.key async for page in store.pages("attachments/") for each in page} == kept
