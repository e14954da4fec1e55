"""By configuration alone files lie in another S3 implementation: created, ranged, copied, deleted, swept, checked."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import asyncpg
import httpx
import pytest

from domain.rules.object_keys import file_key
from domain.rules.previews import preview_key
from persistence.checks.objects import run_object_checks
from persistence.database import open_database
from persistence.object_store import ObjectStore, open_object_store
from persistence.sweep import Sweep
from tests.attachments.second_store import CHOICE, SecondStore
from tests.attachments.uploading import attached, attachments_of, pdf, png
from tests.conftest import connect
from tests.factories import Workshop
from tests.graphql_client import data_of
from tests.rendering.reading import read
from tests.server_process import ROOT, ServerProcess

SAME_TESTS = (
    "tests/attachments/test_attaching.py",
    "tests/attachments/test_serving.py",
    "tests/attachments/test_sweep.py",
    "tests/database/test_unit_of_work.py",
)
OF_THE_EMBEDDED = "test_a_young_uuid_keeps_an_object_that_the_store_calls_old"


@pytest.fixture(scope="module")
def second_store() -> Iterator[SecondStore]:
    """Another S3 server."""
    made = SecondStore()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def other_server(second_store: SecondStore) -> Iterator[ServerProcess]:
    """A server on the other store, with a database of its own: whoever shares a database shares its files."""
    process = ServerProcess(settings=second_store.settings)
    try:
        process.start()
        yield process
        assert process.stop() == 0, process.log_tail()
        assert process.new_error_lines() == []
    finally:
        process.remove()


@pytest.fixture
async def other_client(other_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the server on the other store."""
    async with connect(other_server) as connected:
        yield connected


@pytest.fixture
async def other_store(second_store: SecondStore) -> AsyncIterator[ObjectStore]:
    """The bucket in the other store."""
    at = second_store.settings
    async with open_object_store(
        at["PARTSGRAPH_S3_ENDPOINT_URL"], at["PARTSGRAPH_S3_BUCKET"], "access", "secret", "us-east-1"
    ) as opened:
        yield opened


@pytest.fixture
async def other_workshop(other_server: ServerProcess, other_client: httpx.AsyncClient) -> AsyncIterator[Workshop]:
    """Acts on the server on the other store."""
    connection = await asyncpg.connect(other_server.database_url)
    try:
        yield Workshop(partial(data_of, other_client), connection)
    finally:
        await connection.close(timeout=60)


async def test_files_live_in_the_other_store_as_in_the_embedded_one(
    other_client: httpx.AsyncClient, other_workshop: Workshop, other_store: ObjectStore, other_server: ServerProcess
) -> None:
    key, other, content = await other_workshop.part(), await other_workshop.part(), pdf(12_000_000)
    made = await attached(other_client, {"partKey": key}, content, "manual.pdf")
    small = await attached(other_client, {"partKey": key}, png())
    assert (await other_client.get(made["url"])).content == content
    part = await other_client.get(made["url"], headers={"Range": "bytes=6000000-6000009"})
    assert (part.status_code, part.content) == (206, content[6_000_000:6_000_010])
    copy = (await other_workshop.done("copyAttachment", attachmentId=made["id"], owner={"partKey": other}))[
        "attachment"
    ]
    await other_workshop.done("deleteAttachment", attachmentId=made["id"])
    assert (await other_client.get(copy["url"])).content == content
    (preview,) = (await read(other_client, small))["previews"]
    assert (await other_client.get(preview["url"])).headers["content-type"] == "image/webp"
    await read(other_client, copy)
    checked = await asyncio.to_thread(other_server.run_command, "check", "--hashes")
    assert (checked.returncode, checked.stdout) == (0, "Everything reconciles.\n")
    assert [each["id"] for each in await attachments_of(other_client, key)] == [small["id"]]
    await other_store.put("attachments/0190a0c8-0000-7000-8000-000000000001/original", b"orphan", "text/plain")
    async with open_database(other_server.database_url) as database:
        sweep = Sweep(database, other_store)
        assert (await sweep.run()).removed == 0
        report = await sweep.run(now=datetime.now(UTC) + timedelta(days=1, minutes=1), is_forced=True)
        assert report.removed >= 1
        assert await run_object_checks(database, other_store, hashes=True) == []
    rows = await other_workshop.connection.fetch("SELECT kind, object_id FROM attachments")
    images = [row["object_id"] for row in rows if row["kind"] == "IMAGE"]
    kept = {file_key(row["object_id"]) for row in rows} | {preview_key(image, 64) for image in images}
    assert (len(kept), len(images)) == (3, 1)
    assert {each.key async for page in other_store.pages("attachments/") for each in page} == kept


def test_the_tests_of_files_pass_with_the_other_store_as_they_are() -> None:
    """All but those that ask the embedded store for what only it can: an age of its own choice."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *SAME_TESTS,
        "-k",
        f"not {OF_THE_EMBEDDED}",
    ]
    told = subprocess.run(
        command, cwd=ROOT, env=os.environ | {CHOICE: "moto"}, capture_output=True, text=True, timeout=600, check=False
    )
    assert told.returncode == 0, told.stdout[-4_000:] + told.stderr[-1_000:]
    assert re.search(r"\b\d{2,} passed", told.stdout), told.stdout[-1_000:]
