"""Files that are being received take no more room than they may: of their kind, of one actor, and in all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from graph.execution.refusals import RequestRefused
from server.wire.uploads.spool_room import SpoolRoom
from tests.attachments.multipart import TYPE, body, parts
from tests.attachments.uploading import payload, png, upload
from tests.conftest import connect
from tests.factories import Workshop
from tests.server_process import ServerProcess
from tests.servers.shared import SharedServers, watched
from tests.waiting import patience, until
from tests.wire.conftest import code_of

MEBIBYTE = 1024 * 1024
MOST = 400_000


@asynccontextmanager
async def half_sent(server: ServerProcess, content: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """A request with a file of 100 MiB of which only so much was sent; what the server says to it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = "".join(f"{name}: {value}\r\n" for name, value in TYPE.items())
    writer.write(f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{lines}Content-Length: 104857600\r\n\r\n".encode())
    writer.write(content)
    await writer.drain()
    try:
        yield reader
    finally:
        writer.close()


async def test_a_picture_is_received_up_to_the_limit_of_pictures_and_no_further(
    server: ServerProcess, workshop: Workshop
) -> None:
    key = await workshop.part()
    sent = body(*parts(key, png() + bytes(10 * MEBIBYTE)), end=b"")
    async with half_sent(server, sent) as answer, asyncio.timeout(patience(60)):
        said = await answer.read()
    assert b"TOO_LARGE" in said
    assert b"connection: close" in said.lower()
    assert await workshop.count_rows("attachments") == 0


async def test_other_files_may_be_larger_than_pictures(client: httpx.AsyncClient, workshop: Workshop) -> None:
    key = await workshop.part()
    content = b"notes " * (2 * MEBIBYTE)
    assert (await payload(client, {"partKey": key}, content, "notes.txt"))["__typename"] == "AttachFileSuccess"


@pytest.mark.parametrize("setting", ["PARTSGRAPH_MAX_SPOOLED_BYTES", "PARTSGRAPH_MAX_SPOOLED_BYTES_PER_ACTOR"])
async def test_files_take_no_more_room_than_there_may_be(
    server: ServerProcess, workshop: Workshop, shared_servers: SharedServers, setting: str
) -> None:
    key = await workshop.part()
    async with watched(await shared_servers.with_settings({setting: str(MOST)})) as narrow, connect(narrow) as client:
        owner = {"partKey": key}
        assert (await payload(client, owner, bytes(MOST)))["__typename"] == "AttachFileSuccess"
        for size in (MOST + 1, 2 * MOST):
            refused = await upload(client, owner, bytes(size))
            assert (refused.status_code, code_of(refused)) == (429, "UPLOAD_LIMIT")
            assert (refused.headers["retry-after"], refused.headers["connection"]) == ("5", "close")

        async def another() -> str:
            response = await upload(client, owner, b"b" * (MOST // 2 + 10_000))
            return "ok" if response.status_code == 200 else code_of(response)

        async def another_beside_a_half() -> str:
            """Where the other one takes the room first, the half is refused, and both begin again."""
            async with half_sent(narrow, body(*parts(key, b"a" * (MOST // 2)), end=b"")) as said_to_half:
                refused = asyncio.create_task(said_to_half.read(1))
                while (answered := await another()) == "ok" and not refused.done():
                    pass
                refused.cancel()
            return answered

        await until(another_beside_a_half, lambda answered: answered == "UPLOAD_LIMIT")
        # What a client has left behind is given back.
        await until(another, lambda answered: answered == "ok")
    assert await workshop.count_rows("attachments") == 2


def test_one_actor_leaves_room_for_another() -> None:
    room = SpoolRoom(most_bytes=100, most_bytes_of_actor=60)
    with room.part_of("anna") as of_anna, room.part_of("bert") as of_bert:
        of_anna.take(60)
        with pytest.raises(RequestRefused) as refused:
            of_anna.take(1)
        with pytest.raises(RequestRefused):
            of_anna.take(6_000)
        assert refused.value.code == "UPLOAD_LIMIT"
        of_bert.take(40)
        with pytest.raises(RequestRefused):
            of_bert.take(1)
    with room.part_of("anna") as of_anna:
        of_anna.take(60)


async def test_without_room_on_the_disk_files_are_refused_for_a_while(
    server: ServerProcess, workshop: Workshop, shared_servers: SharedServers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("uploads")
    directory.chmod(0o777)
    key = await workshop.part()
    settings = {"PARTSGRAPH_UPLOAD_DIR": str(directory)}
    async with watched(await shared_servers.with_settings(settings)) as narrow, connect(narrow) as client:
        directory.rmdir()
        refused = await upload(client, {"partKey": key}, b"x")
        assert (refused.status_code, code_of(refused)) == (503, "UNAVAILABLE")
        assert "There is no room for files" in refused.json()["errors"][0]["message"]
        assert "no_room_for_uploads" in narrow.log_tail()
        directory.mkdir(mode=0o777)
        assert (await payload(client, {"partKey": key}, b"x"))["__typename"] == "AttachFileSuccess"
