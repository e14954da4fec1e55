"""A server without slots for files leaves them to a worker, those included that somebody asks it for."""

import asyncio
import subprocess
from pathlib import Path

from tests.attachments.uploading import attached
from tests.conftest import connect, running
from tests.graphql_client import data_of
from tests.log_lines import lines_of
from tests.rendering import hostile
from tests.rendering.reading import preview_url, read
from tests.server_process import COMMAND, ServerProcess, environment
from tests.servers.run import RunStores
from tests.waiting import until

_PART = 'mutation { createPart(input: {description: "A"}) { ... on CreatePartSuccess { part { key } } } }'


def _worker(server: ServerProcess, output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as told:
        return subprocess.Popen(
            [*COMMAND, "worker", "--slots", "1", "--file-slots", "1"],
            env=environment(server.settings),
            cwd=server.directory,
            stdout=told,
            stderr=told,
        )


async def test_what_a_server_has_no_slots_for_is_read_by_a_worker(run_stores: RunStores, tmp_path: Path) -> None:
    settings, output = await run_stores.place() | {"PARTSGRAPH_FILE_SLOTS": "0"}, tmp_path / "worker.log"
    async with running(ServerProcess(settings=settings)) as server, connect(server) as client:
        key = (await data_of(client, _PART))["createPart"]["part"]["key"]
        photo = await attached(client, {"partKey": key}, hostile.picture(), "photo.png")

        async def preview() -> int:
            return (await client.get(preview_url(photo, 64))).status_code

        # It waits at the server for whoever makes it.
        asked = asyncio.create_task(preview())
        worker = await asyncio.to_thread(_worker, server, output)
        try:
            assert await until(preview, lambda status: status != 503) == 200
            assert await asked in {200, 503}
            assert (await read(client, photo))["previewState"] == "DONE"
        finally:
            worker.terminate()
            exit_code = await asyncio.to_thread(worker.wait, 60)
        assert lines_of(server, event="file was read") == []
    assert exit_code == 0
    assert output.read_text().count("file was read") == 1
