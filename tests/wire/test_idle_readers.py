"""An answer of which nothing is taken is given up, whatever it is; who reads on is served, however slowly."""

import asyncio
import signal
from functools import partial
from operator import lt

import httpx
import pytest

from tests.attachments.uploading import PDF, upload
from tests.conftest import connect
from tests.factories import Workshop
from tests.log_lines import coming_lines, lines_of
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.servers.shared import SharedServers, watched
from tests.waiting import patience, until
from tests.wire.idle_readers import Reader, given_up, much_to_read, reader

_IMPATIENT = {"PARTSGRAPH_SUBSCRIPTION_SEND_TIMEOUT_SECONDS": "2"}
_FILE_BYTES = 20_000_000


async def _file_request(client: httpx.AsyncClient, workshop: Workshop) -> bytes:
    key = await workshop.part()
    sent = PDF + bytes(_FILE_BYTES) + PDF
    made = (await upload(client, {"partKey": key}, sent, "a.pdf")).json()["data"]["attachFile"]
    return f"GET {made['attachment']['url']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


async def _is_reset(idle: Reader) -> bool:
    with pytest.raises(ConnectionResetError):
        await idle.to_the_end()
    return True


@pytest.mark.parametrize("kind", ["answer", "file"])
async def test_what_nobody_reads_is_given_up_counted_and_logged(
    shared_servers: SharedServers, server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, kind: str
) -> None:
    asked = await (much_to_read(workshop) if kind == "answer" else _file_request(client, workshop))
    async with watched(await shared_servers.with_settings(_IMPATIENT)) as impatient, connect(impatient) as figures:
        before, noted = await given_up(figures), len(lines_of(impatient, event="answer_given_up"))
        async with reader(impatient.port, asked) as idle:
            # One of the others is never impatient.
            after = await until(lambda: given_up(figures), lambda now: now.get(kind, 0) > before.get(kind, 0))
            assert after == before | {kind: before.get(kind, 0) + 1}
            *_, line = await coming_lines(impatient, noted + 1, event="answer_given_up")
            assert line["kind"] == kind
            assert line["unread_bytes"] > 0
            assert line["request_id"].encode() in idle.head
            assert await _is_reset(idle)


@pytest.mark.parametrize("kind", ["answer", "file"])
async def test_who_reads_on_is_served_for_longer_than_others_are_waited_for(
    shared_servers: SharedServers, server: ServerProcess, client: httpx.AsyncClient, workshop: Workshop, kind: str
) -> None:
    asked = await (much_to_read(workshop) if kind == "answer" else _file_request(client, workshop))
    impatient = await shared_servers.with_settings(_IMPATIENT)
    read = 0
    async with watched(impatient), connect(impatient) as figures, reader(impatient.port, asked, 100_000) as slow:

        async def takes_a_little() -> float:
            nonlocal read
            read += len(await slow.some(50_000))
            return (await given_up(figures)).get(kind, 0)

        before = await takes_a_little()
        async with reader(impatient.port, asked):
            # It came later, and is given up.
            await until(takes_a_little, partial(lt, before))
        assert read < slow.length / 2
        assert await slow.to_the_end(read) == slow.length


async def test_a_shutdown_waits_for_nobody_who_reads_nothing(server: ServerProcess, workshop: Workshop) -> None:
    asked = await much_to_read(workshop)
    # Who ends within two minutes of ten has waited for nobody.
    settings = {
        "PARTSGRAPH_SUBSCRIPTION_SEND_TIMEOUT_SECONDS": "600",
        "PARTSGRAPH_SHUTDOWN_GRACE_SECONDS": "600",
        "PARTSGRAPH_SHUTDOWN_IDLE_SECONDS": "0.2",
    }
    process = ServerProcess(settings=settings_for_same_stores(server) | settings)
    try:
        await asyncio.to_thread(process.start)
        async with reader(process.port, asked) as idle:
            process.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.process.wait, patience(120)) == 0
            assert len(lines_of(process, event="answer_given_up", kind="answer")) == 1
            assert lines_of(process, event="grace_period_is_over") == []
            assert await _is_reset(idle)
        assert process.new_error_lines() == []
    finally:
        process.remove()
