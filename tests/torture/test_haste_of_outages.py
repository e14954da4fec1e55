"""Whoever sends a file while the object store is away, or hangs, is told so within seconds."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.attachments.uploading import PDF, attached, payload, pdf
from tests.factories import DOCUMENTS
from tests.graphql_client import data_of
from tests.server_process import ServerProcess
from tests.stores import Stores, halt, open_stores

pytestmark = [pytest.mark.torture, pytest.mark.alone]

CONTENTS = (PDF + b"%", pdf(6_000_000))


@pytest.fixture
async def stores() -> AsyncIterator[Stores]:
    """Stores that the test stops."""
    async with open_stores() as opened:
        yield opened


@pytest.fixture
async def http(stores: Stores) -> AsyncIterator[httpx.AsyncClient]:
    """A server on them that waits two seconds for a write."""
    server = ServerProcess(settings=stores.settings | {"PARTSGRAPH_S3_WRITE_TIMEOUT_SECONDS": "2"})
    try:
        await asyncio.to_thread(server.start)
        async with httpx.AsyncClient(base_url=server.base_url, timeout=60, trust_env=False) as client:
            yield client
        assert await asyncio.to_thread(server.stop) == 0
    finally:
        server.remove()


async def _owner(http: httpx.AsyncClient) -> dict[str, str]:
    made = await data_of(http, DOCUMENTS["createPart"], {"input": {"description": "Part"}})
    return {"partKey": made["createPart"]["part"]["key"]}


async def test_files_are_refused_within_five_seconds_while_the_object_store_is_away(
    stores: Stores, http: httpx.AsyncClient
) -> None:
    owner = await _owner(http)
    there = await attached(http, owner, PDF)
    await halt(stores.object_store)
    for content in CONTENTS:
        began = time.perf_counter()
        assert (await payload(http, owner, content))["__typename"] == "FileStoreError"
        assert time.perf_counter() - began < 5
    began = time.perf_counter()
    assert (await http.get(there["url"])).status_code == 503
    assert time.perf_counter() - began < 5


async def test_uploads_to_an_object_store_that_hangs_are_given_up_within_eight_seconds(
    stores: Stores, http: httpx.AsyncClient
) -> None:
    owner = await _owner(http)
    process = stores.object_store.pid
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    try:
        began = time.perf_counter()
        answers = await asyncio.gather(*(payload(http, owner, content) for content in CONTENTS))
        # Two seconds for the call, and three for giving up what was begun.
        assert time.perf_counter() - began < 8
    finally:
        os.kill(process, signal.SIGCONT)
    assert [answer["__typename"] for answer in answers] == ["FileStoreError"] * 2
