"""Slow uploads and slow stores hold nothing that others want."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial

import pytest

from tests.attachments.multipart import TYPE, body, parts
from tests.attachments.uploading import PDF, attachments_of, upload
from tests.conftest import connect, running
from tests.factories import DOCUMENTS, Workshop
from tests.graphql_client import data_of
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.servers.shared import SharedServers, watched
from tests.waiting import until

# Requests end by what happens to them alone, however busy the machine is.
PATIENT = {"PARTSGRAPH_REQUEST_TIMEOUT_SECONDS": "600"}


class Gate:
    """A TCP proxy in front of the store that passes everything until it is shut, and then again when it is opened."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.waiting = 0
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            await asyncio.gather(self._pass(reader, up_writer, holds=True), self._pass(up_reader, writer, holds=False))
        except OSError:
            return
        finally:
            writer.close()
            up_writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, holds: bool) -> None:
        while data := await reader.read(65536):
            if holds and data.startswith(b"PUT /") and not self.is_open.is_set():
                self.waiting += 1
                await self.is_open.wait()
            writer.write(data)
            await writer.drain()
        writer.write_eof()


@pytest.fixture
async def gate(server: ServerProcess) -> AsyncIterator[Gate]:
    made = Gate(int(server.addresses.s3_endpoint_url.rpartition(":")[2]))
    await made.start()
    yield made
    made.is_open.set()
    made.stop()


@pytest.fixture
async def slow(server: ServerProcess, gate: Gate) -> AsyncIterator[ServerProcess]:
    """A server on the stores of the first, with the gate before the object store and the pool of production."""
    settings = {
        "PARTSGRAPH_S3_ENDPOINT_URL": f"http://127.0.0.1:{gate.port}",
        "PARTSGRAPH_S3_WRITE_TIMEOUT_SECONDS": "600",
        "PARTSGRAPH_S3_READ_TIMEOUT_SECONDS": "600",
        **PATIENT,
    }
    async with running(ServerProcess(settings=settings_for_same_stores(server) | settings)) as process:
        yield process
        gate.is_open.set()


@pytest.fixture
async def patient_server(shared_servers: SharedServers) -> AsyncIterator[ServerProcess]:
    """A server that waits for slow clients, with the pool of production."""
    async with watched(await shared_servers.with_settings(PATIENT)) as server:
        yield server


async def test_uploads_that_the_store_holds_up_delay_neither_stock_changes_nor_other_writes(
    gate: Gate, slow: ServerProcess, workshop: Workshop
) -> None:
    """Twenty at once on a pool of eight; the stock of the very part changes meanwhile, and it gets its files later."""
    await workshop.box(1)
    key = await workshop.stocked(100)
    gate.is_open.clear()
    async with connect(slow) as client:
        uploads = [asyncio.create_task(upload(client, {"partKey": key}, PDF + b"%%%d" % n + PDF)) for n in range(20)]

        async def waiting() -> int:
            return gate.waiting

        await until(waiting, lambda number: number == 4)
        for _ in range(5):
            used = {"partKey": key, "location": "1-1", "quantity": 1}
            found = await data_of(client, DOCUMENTS["useStock"], {"input": used})
            assert found["useStock"]["__typename"] == "UseStockSuccess"
            # Its words are those of the files, which search does not know until one of them is there.
            created = {"input": {"description": "Another file.bin"}}
            found = await data_of(client, DOCUMENTS["createPart"], created)
            assert found["createPart"]["__typename"] == "CreatePartSuccess"
        assert gate.waiting == 4
        assert await workshop.count_rows("attachments") == 0
        gate.is_open.set()
        answers = [response.json()["data"]["attachFile"]["__typename"] for response in await asyncio.gather(*uploads)]
        assert answers == ["AttachFileSuccess"] * 20
        assert len(await attachments_of(client, key)) == 20
    assert await workshop.shelf() == {(key, "1-1"): 95}


async def test_clients_that_send_slowly_hold_no_connection_to_the_database(
    patient_server: ServerProcess, workshop: Workshop
) -> None:
    """More of them than the pool has connections, each in the middle of its file."""
    await workshop.box(1)
    key = await workshop.stocked(100)
    writers, head = [], "".join(f"{name}: {value}\r\n" for name, value in TYPE.items())
    whole = body(*parts(key, PDF + bytes(200_000) + PDF))
    for _ in range(30):
        reader, writer = await asyncio.open_connection("127.0.0.1", patient_server.port)
        writer.write(
            f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(whole)}\r\n\r\n".encode()
        )
        writer.write(whole[:100_000])
        await writer.drain()
        writers.append((reader, writer))
    async with connect(patient_server) as client:
        await Workshop(partial(data_of, client), workshop.connection).use(key, "1-1", 1)
    # A job may hold one for a moment; these clients would hold theirs for as long as they send.
    lent = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'partsgraph' AND state LIKE 'idle in%'"
    )
    await until(lambda: workshop.connection.fetchval(lent), lambda number: number == 0)
    reader, writer = writers[0]
    writer.write(whole[100_000:])
    told = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)).decode().lower()
    answer = await reader.readexactly(int(told.partition("content-length: ")[2].split()[0]))
    assert json.loads(answer)["data"]["attachFile"]["__typename"] == "AttachFileSuccess"
    for _, each in writers:
        each.transport.abort()
