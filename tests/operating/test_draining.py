"""What was asked before SIGTERM is answered after it; connections are told to go before they close; then it ends."""

import asyncio
import hashlib
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.attachments.multipart import TYPE, body, parts
from tests.attachments.uploading import pdf
from tests.factories import DOCUMENTS
from tests.graphql_client import data_of
from tests.live.sockets import STOCK_CHANGES, acknowledged
from tests.live.streams import events
from tests.locks import rivals_waiting
from tests.log_lines import coming_lines, lines_of
from tests.metrics.scrape import scrape
from tests.server_process import ServerProcess

QUESTION = b'{"query": "{ __typename }"}'
ADDITION = b'{"query": "mutation { createBox(input: {description: \\"box\\", capacity: 1}) { __typename } }"}'
IDLE_SECONDS = 5.0
GOING_AWAY = 1001


@dataclass(frozen=True)
class Connection:
    """A connection whose requests and answers are written and read by hand."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def ask(self, body: bytes, *, now: int | None = None) -> None:
        """Send a request, or only the first bytes of its body now."""
        head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self.writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:now])

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await self.reader.readexactly(int(headers["content-length"]))
        return int(head[0].split()[1]), headers, body

    async def is_closed_within(self, seconds: float) -> bool:
        """Whether the server closes it in that time."""
        try:
            async with asyncio.timeout(seconds):
                return await self.reader.read(1) == b""
        except TimeoutError:
            return False


@asynccontextmanager
async def connections(server: ServerProcess, number: int) -> AsyncIterator[list[Connection]]:
    """So many connections, each of which had one answer."""
    opened = [Connection(*await asyncio.open_connection("127.0.0.1", server.port)) for _ in range(number)]
    try:
        for connection in opened:
            connection.ask(QUESTION)
            status, headers, _ = await connection.answer()
            assert (status, headers.get("connection")) == (200, None)
        yield opened
    finally:
        for connection in opened:
            connection.writer.close()


@pytest.fixture(scope="module")
def server_to_stop() -> Iterator[ServerProcess]:
    """A server that each test starts, and leaves stopped."""
    server = ServerProcess(
        settings={
            "PARTSGRAPH_SHUTDOWN_IDLE_SECONDS": str(IDLE_SECONDS),
            "PARTSGRAPH_SHUTDOWN_ACCEPT_SECONDS": "1.5",
        }
    )
    yield server
    server.remove()


async def test_what_was_asked_is_answered_and_every_connection_is_told_to_go(server_to_stop: ServerProcess) -> None:
    server = server_to_stop
    server.start()
    database = await asyncpg.connect(server.database_url)
    async with connections(server, 4) as (idle, late, slow, waiting):
        transaction = database.transaction()
        await transaction.start()
        await database.execute("LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE")
        waiting.ask(ADDITION)
        slow.ask(QUESTION, now=5)
        await rivals_waiting(database, 1)
        server.process.send_signal(signal.SIGTERM)
        await coming_lines(server, event="shutdown_began")
        # uvicorn looks ten times a second whether it should end.
        await asyncio.sleep(0.5)

        async with httpx.AsyncClient(base_url=server.base_url, timeout=10, trust_env=False) as newcomer:
            ready, health = await newcomer.get("/readyz"), await newcomer.get("/healthz")
        assert (ready.status_code, ready.headers["connection"], health.status_code) == (503, "close", 200)
        checks = ready.json()["errors"][0]["extensions"]["checks"]
        assert [name for name, check in checks.items() if check["state"] == "failing"] == ["serving"]

        assert not await idle.is_closed_within(0.2), "an idle connection stays open for a while"
        late.ask(QUESTION)
        slow.writer.write(QUESTION[5:])
        await transaction.rollback()
        for connection, expected in ((late, b"Query"), (slow, b"Query"), (waiting, b"CreateBoxSuccess")):
            status, headers, body = await connection.answer()
            assert (status, headers["connection"]) == (200, "close")
            assert expected in body
            assert await connection.is_closed_within(5)
        assert await idle.is_closed_within(IDLE_SECONDS + 5)
    await database.close()
    assert await asyncio.to_thread(server.process.wait, 20) == 0
    told = [line["event"] for line in lines_of(server)]
    assert [event for event in told if event.startswith("shutdown")] == ["shutdown_began", "shutdown_ended"]


async def test_an_upload_in_flight_is_finished_while_the_figures_tell_of_the_shutdown(
    server_to_stop: ServerProcess,
) -> None:
    server = server_to_stop
    server.start()
    database = await asyncpg.connect(server.database_url)
    async with (
        httpx.AsyncClient(base_url=server.base_url, timeout=20, trust_env=False) as http,
        # The idle one keeps the server, and with it the embedded database, until the row is looked at.
        connections(server, 2) as (uploading, _),
    ):
        made = await data_of(http, DOCUMENTS["createPart"], {"input": {"description": "Part"}})
        content = pdf(300_000)
        whole = body(*parts(made["createPart"]["part"]["key"], content))
        head = "".join(f"{name}: {value}\r\n" for name, value in TYPE.items())
        head = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(whole)}\r\n\r\n"
        uploading.writer.write(head.encode() + whole[: len(whole) // 2])
        await uploading.writer.drain()
        assert (await scrape(http)).value("partsgraph_shutting_down") == 0
        server.process.send_signal(signal.SIGTERM)
        await coming_lines(server, event="shutdown_began")
        await asyncio.sleep(0.5)
        figures = await scrape(http)
        assert figures.value("partsgraph_shutting_down") == 1
        assert 0.4 < figures.value("partsgraph_shutdown_duration_seconds") < 20
        await asyncio.sleep(1)
        uploading.writer.write(whole[len(whole) // 2 :])
        status, headers, answer = await uploading.answer()
        assert (status, headers["connection"]) == (200, "close")
        assert json.loads(answer)["data"]["attachFile"]["__typename"] == "AttachFileSuccess"
        (row,) = await database.fetch("SELECT size_bytes, sha256 FROM attachments")
        objects = Path(server.settings["PARTSGRAPH_DATA_DIR"]) / "objects"
        stored = [path for path in objects.rglob("*") if path.is_file() and path.read_bytes() == content]
        assert (row["size_bytes"], row["sha256"]) == (len(content), hashlib.sha256(content).digest())
        assert len(stored) == 1
    database.terminate()
    assert await asyncio.to_thread(server.process.wait, 20) == 0


async def test_fifty_subscriptions_are_told_that_they_are_complete(server_to_stop: ServerProcess) -> None:
    server = server_to_stop
    server.start()
    async with (
        AsyncExitStack() as opened,
        httpx.AsyncClient(base_url=server.base_url, timeout=20, trust_env=False) as http,
    ):
        sockets = [await opened.enter_async_context(acknowledged(server)) for _ in range(40)]
        for socket in sockets:
            await socket.subscribe()
        streams = [await opened.enter_async_context(events(http, STOCK_CHANGES)) for _ in range(10)]
        server.process.send_signal(signal.SIGTERM)
        for socket in sockets:
            assert await asyncio.wait_for(socket.receive(), 20) == {"id": "1", "type": "complete"}
            assert (await socket.closed())[0] == GOING_AWAY
        for stream in streams:
            assert [event["event"] async for event in stream] == ["complete"]
    # The grace period is twenty seconds.
    assert await asyncio.to_thread(server.process.wait, 20) == 0
    assert "grace_period_is_over" not in server.log_path.read_text()


async def test_what_outlasts_the_grace_period_is_told_so_and_nothing_hangs(server_to_stop: ServerProcess) -> None:
    server = server_to_stop
    server.settings |= {"PARTSGRAPH_SHUTDOWN_GRACE_SECONDS": "0.5", "PARTSGRAPH_SHUTDOWN_ACCEPT_SECONDS": "0"}
    server.start()
    database = await asyncpg.connect(server.database_url)
    async with connections(server, 1) as (waiting,):
        await database.execute("BEGIN; LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE")
        waiting.ask(ADDITION)
        await rivals_waiting(database, 1)
        server.process.send_signal(signal.SIGTERM)
        status, headers, body = await waiting.answer()
        assert (status, headers["connection"]) == (503, "close")
        assert json.loads(body)["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert await asyncio.to_thread(server.process.wait, 20) == 0
    database.terminate()
    assert server.new_error_lines() == []
