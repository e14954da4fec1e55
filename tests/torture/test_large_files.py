"""A PDF of 100 MiB up and down: the server's memory grows by less than 40 MB."""

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.attachments.uploading import PDF, upload
from tests.conftest import connect
from tests.factories import DOCUMENTS
from tests.graphql_client import data_of
from tests.server_process import ServerProcess
from tests.torture.conftest import Measured

pytestmark = [pytest.mark.torture, pytest.mark.alone]

SIZE_BYTES = 100 * 1024 * 1024
MAX_GROWTH_BYTES = 40_000_000


@pytest.fixture
def lone_server() -> Iterator[ServerProcess]:
    """A server whose memory nobody else uses."""
    process = ServerProcess()
    try:
        process.start()
        yield process
        assert process.stop() == 0
    finally:
        process.remove()


async def test_a_hundred_mebibytes_up_and_down_take_little_memory(
    lone_server: ServerProcess, tmp_path: Path, measured: Measured
) -> None:
    path = tmp_path / "large.pdf"
    path.write_bytes(PDF + b"%" * (SIZE_BYTES - 2 * len(PDF)) + PDF)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    process = psutil.Process(lone_server.process.pid)
    peak = 0

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, process.memory_info().rss)
            await asyncio.sleep(0.02)

    async with connect(lone_server) as client:
        client.timeout = 300
        created = await data_of(client, DOCUMENTS["createPart"], {"input": {"description": "Large"}})
        key = created["createPart"]["part"]["key"]
        await upload(client, {"partKey": key}, PDF, "warm-up.pdf")
        before = process.memory_info().rss
        watching = asyncio.create_task(watch())
        with path.open("rb") as content:
            made = (await upload(client, {"partKey": key}, content, "large.pdf")).json()["data"]["attachFile"]
        assert made["__typename"] == "AttachFileSuccess", made
        assert made["attachment"]["sha256"] == digest
        received = hashlib.sha256()
        async with client.stream("GET", made["attachment"]["url"]) as answer:
            async for chunk in answer.aiter_bytes():
                received.update(chunk)
        watching.cancel()
    assert received.hexdigest() == digest
    measured(MB_more_at_most=(peak - before) / 1e6)
    assert peak - before < MAX_GROWTH_BYTES, f"{(peak - before) / 1e6:.0f} MB more than {before / 1e6:.0f} MB"
