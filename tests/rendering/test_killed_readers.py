"""A child that is killed, as happens where memory runs out, says nothing of its file unless it had its room.

Rules: docs/domain.md#previews-and-texts.
"""

from collections.abc import AsyncIterator
from functools import partial

import asyncpg
import httpx
import psutil
import pytest

from server.process.memory import free_bytes
from server.rendering.file_reader import PREVIEW_LIMITS
from tests.attachments.uploading import attached
from tests.conftest import connect, running
from tests.factories import Workshop
from tests.graphql_client import Json, data_of
from tests.log_lines import lines_of
from tests.metrics.scrape import scrape
from tests.rendering import hostile
from tests.rendering.reading import made_from
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.waiting import until


@pytest.fixture
async def alone(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """A server beside which nobody reads its files."""
    async with running(ServerProcess(settings=await run_stores.place())) as process:
        yield process


async def test_a_file_whose_child_is_killed_waits_and_fails_when_that_comes_again_with_room(
    alone: ServerProcess,
) -> None:
    assert free_bytes() > PREVIEW_LIMITS.memory_bytes, "this machine cannot give a child what it is promised"
    connection = await asyncpg.connect(alone.database_url)
    async with connect(alone) as client:
        key = await Workshop(partial(data_of, client), connection).part()
        sheet = await attached(client, {"partKey": key}, hostile.ENDLESS_DRAWING, "endless.pdf")
        await until(partial(put_off_after_kills, alone, client), lambda number: number == 1)
        now = await made_from(client, sheet)
        assert (now["previewState"], now["previewFailure"]) == ("PENDING", None)
        (line,) = lines_of(alone, event="a file is read later", why="killed", task="PREVIEWS")
        assert line["level"] == "warning"
        assert line["reason"] == "It was killed, as the system does where memory runs out."
        await connection.execute("UPDATE attachments SET preview_rests_until = clock_timestamp()")

        async def after_kills() -> Json:
            await put_off_after_kills(alone, client)
            return await made_from(client, sheet)

        ended = await until(after_kills, lambda found: found["previewState"] != "PENDING")
        assert ended["previewFailure"] == "It takes more than 1536 MiB of memory, or it is broken."
        assert await put_off_after_kills(alone, client) == 1
    await connection.close()


async def put_off_after_kills(server: ServerProcess, client: httpx.AsyncClient) -> float:
    """Kill whoever reads a file just now; how often previews were put off for that."""
    its_server = psutil.Process(server.process.pid)
    # A child is nicer than its server by so much, and no process is nicer than 19.
    niceness = min(its_server.nice() + PREVIEW_LIMITS.niceness, 19)
    for each in its_server.children(recursive=True):
        try:
            if each.nice() == niceness:
                each.kill()
        except psutil.NoSuchProcess:
            continue
    told = await scrape(client)
    return told.value("partsgraph_file_readings_put_off_total", task="previews", reason="killed")
