"""A file in doubt is kept or refused by what a reader says, and comes again when none can be asked.

Rules: docs/domain.md#file-kinds.
"""

import asyncio
import hashlib
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from tempfile import TemporaryFile

import asyncpg
import psutil
import pytest
from prometheus_client import CollectorRegistry
from pydantic import TypeAdapter

from domain.entities.attachment import UploadedFile
from server.files.examination import LIMITS, MOST_SECONDS, MOST_WAITING, ExaminationPutOff, ExaminedFiles
from server.metrics.services import ExaminationMetrics
from server.process.children import ChildFunction, Children, Limits
from server.settings import Settings
from tests.attachments.uploading import upload
from tests.conftest import connect, running
from tests.factories import Workshop
from tests.graphql_client import data_of
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess
from tests.servers.run import RunStores

_FRAME = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
# It has no end, so a reader is asked, who takes some seconds for all of its frames.
MANY_FRAMES = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + _FRAME * 60_000
REST = ChildFunction("tests.operating.functions_of_children:rest", TypeAdapter(float))


@pytest.fixture
async def alone(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """A server whose children are all known."""
    async with running(ServerProcess(settings=await run_stores.place())) as process:
        yield process


def end_readers(server: ServerProcess) -> None:
    """Kill whatever reads a file just now: the forks of what the server forks its children from."""
    for each in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            parent = each.parent()
            if parent is not None and parent.pid != server.process.pid and parent.name() == each.name():
                each.kill()


async def test_a_file_whose_examination_is_killed_is_not_kept_and_may_come_again(alone: ServerProcess) -> None:
    connection = await asyncpg.connect(alone.database_url)
    async with connect(alone) as client:
        key = await Workshop(partial(data_of, client), connection).part()
        sending = asyncio.create_task(upload(client, {"partKey": key}, MANY_FRAMES, "many.gif"))
        while not sending.done():
            end_readers(alone)
            await asyncio.sleep(0.03)
        answer = await sending
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert await connection.fetchval("SELECT count(*) FROM attachments") == 0
        told = await scrape(client)
        assert told.value("partsgraph_file_examinations_put_off_total") == 1
        again = await upload(client, {"partKey": key}, MANY_FRAMES, "many.gif")
        assert again.json()["data"]["attachFile"]["attachment"]["kind"] == "IMAGE"
        told = await scrape(client)
        assert told.value("partsgraph_files_examined_total", format="gif", outcome="opened") == 1
    await connection.close()


def test_a_reader_is_given_up_before_the_request_that_brought_the_file() -> None:
    seconds_of_a_request = Settings.model_fields["request_timeout_seconds"].default
    assert LIMITS.seconds < MOST_SECONDS <= seconds_of_a_request - 3


async def test_so_many_files_wait_for_their_examination_and_no_more() -> None:
    children = Children(at_once=1)
    examined = ExaminedFiles(children, ExaminationMetrics(CollectorRegistry()))
    with TemporaryFile() as file:
        file.write(MANY_FRAMES)
        file.flush()
        received = UploadedFile(file, "many.gif", len(MANY_FRAMES), hashlib.sha256(MANY_FRAMES).digest())
        # No reader comes free, however long it takes until all of them are looked at.
        busy = asyncio.create_task(children.run(Limits(seconds=600, memory_bytes=2**28), REST, 600.0))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(examined.facts_of(received)) for _ in range(MOST_WAITING + 2)]
        done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        (turned_away,) = done
        assert isinstance(turned_away.exception(), ExaminationPutOff)
        assert "So many files are being examined" in str(turned_away.exception())
        for each in (busy, *others):
            each.cancel()
        await asyncio.wait({busy, *others})
    children.end_all()
