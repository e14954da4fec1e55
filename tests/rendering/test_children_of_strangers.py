"""What a hostile file finds where it is opened: the child of a real server that reads it, and what that child has."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from uuid import uuid4

import asyncpg
import httpx
import psutil
import pytest

from tests.attachments.uploading import attached
from tests.conftest import connect, running
from tests.factories import DOCUMENTS, Workshop
from tests.graphql_client import data_of
from tests.operating.nursery import (
    child,
    children,
    descriptors_of,
    end_children,
    environment_of,
    halted,
    nursery,
    status_of,
    until_there_is_none,
)
from tests.rendering import hostile
from tests.rendering.reading import preview_url, read
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.waiting import patience, until

MOST_ASKED = 50


@pytest.fixture(scope="module")
async def server(run_stores: RunStores) -> AsyncIterator[ServerProcess]:
    """A server whose files no other server reads."""
    async with running(ServerProcess(settings=await run_stores.place())) as process:
        yield process


@pytest.fixture(scope="module")
async def _emptying(server: ServerProcess) -> AsyncIterator[asyncpg.Connection]:
    """The connection by which the database of this server is emptied, not that of the server of all other tests."""
    connection = await asyncpg.connect(server.database_url)
    yield connection
    await connection.close()


async def test_a_child_that_opens_a_file_has_nothing_of_the_server(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    await end_children(server.process.pid)
    made = await attached(client, {"partKey": await workshop.part()}, hostile.ENDLESS_DRAWING, "sheet.pdf")
    reader = await child(server.process.pid)
    await until(lambda: asyncio.to_thread(status_of, reader, "Seccomp"), lambda mode: mode == "2")
    await _see_that_nothing_is_inherited(server, reader)
    # The file would be drawn for as long as that is allowed, and once more; nobody has to wait for it.
    await workshop.done("deleteAttachment", attachmentId=made["id"])
    await end_children(server.process.pid)


async def _see_that_nothing_is_inherited(server: ServerProcess, reader: psutil.Process) -> None:
    ours = psutil.Process(server.process.pid)
    secrets = (server.addresses.s3_secret_key.encode(), server.database_url.encode())
    assert all(secret in environment_of(ours) for secret in secrets)
    from_it = await nursery(ours.pid)
    assert (environment_of(from_it), environment_of(reader)) == (b"", b"")
    assert status_of(reader, "NoNewPrivs") == "1"
    found = descriptors_of(reader)
    # The file is open as long as it is drawn.
    assert {number: found[number] for number in range(3)} == dict.fromkeys(range(3), os.devnull)
    assert found[3].startswith("socket:")
    assert all("partsgraph-files" in found[number] for number in found if number > 3), found
    held_by_server = {each for each in descriptors_of(ours).values() if each.startswith(("socket:", "pipe:"))}
    in_nursery = {each for number, each in descriptors_of(from_it).items() if number != 2}
    assert held_by_server.isdisjoint({*found.values(), *in_nursery})


async def test_a_child_that_opened_a_file_opens_no_other(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    await end_children(server.process.pid)
    await read(client, await attached(client, {"partKey": await workshop.part()}, hostile.picture(), "photo.png"))
    await read(client, await attached(client, {"partKey": await workshop.part()}, hostile.one_page(), "sheet.pdf"))
    await until_there_is_none(server.process.pid)


async def test_when_the_server_is_killed_its_children_end(run_stores: RunStores) -> None:
    killed = ServerProcess(settings=await run_stores.place())
    begun: list[psutil.Process] = []
    try:
        await asyncio.to_thread(killed.start)
        async with connect(killed) as client:
            made = await data_of(client, DOCUMENTS["createPart"], {"input": {"description": "Resistor"}})
            owner = {"partKey": made["createPart"]["part"]["key"]}
            await attached(client, owner, hostile.ENDLESS_DRAWING, "sheet.pdf")
        begun += await child(killed.process.pid), await nursery(killed.process.pid)
        await asyncio.to_thread(killed.kill)
        for process in begun:
            await until(partial(asyncio.to_thread, process.is_running), lambda runs: not runs)
    finally:
        killed.remove()
        for process in begun:
            with suppress(psutil.NoSuchProcess):
                process.kill()


async def test_so_many_wait_for_previews_and_no_more(
    workshop: Workshop, server: ServerProcess, client: httpx.AsyncClient
) -> None:
    owner = {"partKey": await workshop.part()}
    await read(client, await attached(client, owner, hostile.picture(), "first.png"))
    with halted(await nursery(server.process.pid), *children(server.process.pid)):
        # One is taken up by the server itself, and another one that is asked for.
        made = [await attached(client, owner, _picture(number), f"{number}.png") for number in range(MOST_ASKED + 1)]
        asked = [asyncio.create_task(client.get(preview_url(each, 64))) for each in made]
        [refused], waiting = await asyncio.wait(asked, timeout=patience(20), return_when=asyncio.FIRST_COMPLETED)
        answer = refused.result()
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
        assert len(waiting) == MOST_ASKED
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        # Who leaves makes room, but for the files that have their turn.
        again = await until(lambda: _waiting(client, preview_url(made[-1], 64)))
    assert (await again).status_code == 200


async def _waiting(client: httpx.AsyncClient, url: str) -> "asyncio.Task[httpx.Response] | None":
    """A request that waits; None when it was refused as soon as others are that were sent after it."""
    asked = asyncio.create_task(client.get(url))
    for _ in range(3):
        assert (await client.get(f"/files/{uuid4()}/preview/64")).status_code == 404
    return None if asked.done() else asked


def _picture(number: int) -> bytes:
    """Each is another file: a part has none twice."""
    return hostile.picture(size=(100 + number, 50))
