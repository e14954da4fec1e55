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
from tests.waiting import until

QUESTION = b'{"query": "{ __typename }"}'
ADDITION = b'{"query": "mutation { createBox(input: {description: \\"box\\", capacity: 1}) { __typename } }"}'
# For so long after the signal newcomers are let in and idle connections stay open; each stop takes as long.
OPEN_SECONDS = "5"
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

    async def is_closed_next(self) -> bool:
        """Whether the next thing the server does is to close it."""
        async with asyncio.timeout(60):
            return await self.reader.read(1) == b""


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
def stopped_server() -> Iterator[ServerProcess]:
    """A server that each test starts, and leaves stopped."""
    server = ServerProcess(
        settings={
            "PARTSGRAPH_SHUTDOWN_IDLE_SECONDS": OPEN_SECONDS,
            "PARTSGRAPH_SHUTDOWN_ACCEPT_SECONDS": OPEN_SECONDS,
            "PARTSGRAPH_SHUTDOWN_GRACE_SECONDS": "60",
            "PARTSGRAPH_STATEMENT_TIMEOUT_SECONDS": "60",
            "PARTSGRAPH_REQUEST_TIMEOUT_SECONDS": "60",
        }
    )
    yield server
    server.remove()


@asynccontextmanager
async def started(server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """It runs, to be stopped in the block; one that was not is killed, so that a failure waits for nothing."""
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()


@pytest.fixture
async def server_to_stop(stopped_server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """A running server that the test stops."""
    async with started(stopped_server) as server:
        yield server


@pytest.fixture
async def impatient_server(stopped_server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """The same, which gives requests half a second to finish."""
    kept = stopped_server.settings
    stopped_server.settings = kept | {
        "PARTSGRAPH_SHUTDOWN_GRACE_SECONDS": "0.5",
        "PARTSGRAPH_SHUTDOWN_ACCEPT_SECONDS": "0",
    }
    async with started(stopped_server) as server:
        stopped_server.settings = kept
        yield server


async def has_ended_in_order(server: ServerProcess) -> bool:
    """Whether it ends with 0, which is waited for."""
    return await asyncio.to_thread(server.process.wait, 120) == 0


async def draining(server: ServerProcess, path: str) -> httpx.Response:
    """The first answer that tells a newcomer to go: a moment after the signal the connections are drained.

    Each request has a connection of its own. Raises httpx.ConnectError when none is let in any more.
    """
    alone = httpx.Limits(max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=server.base_url, timeout=60, limits=alone, trust_env=False) as newcomer:
        answer: httpx.Response = await until(lambda: newcomer.get(path), lambda answer: "connection" in answer.headers)
    return answer


def told(server: ServerProcess) -> list[str]:
    """What the log tells of shutdowns so far; it is of all starts of the server."""
    events = [line["event"] for line in lines_of(server)]
    return [event for event in events if event.startswith(("shutdown", "grace"))]


async def test_what_was_asked_is_answered_and_every_connection_is_told_to_go(server_to_stop: ServerProcess) -> None:
    server = server_to_stop
    before = told(server)
    database = await asyncpg.connect(server.database_url)
    async with connections(server, 4) as (idle, late, slow, waiting):
        transaction = database.transaction()
        await transaction.start()
        await database.execute("LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE")
        waiting.ask(ADDITION)
        slow.ask(QUESTION, now=5)
        await rivals_waiting(database, 1)
        server.process.send_signal(signal.SIGTERM)
        await coming_lines(server, before.count("shutdown_began") + 1, event="shutdown_began")

        ready = await draining(server, "/readyz")
        assert not idle.reader.at_eof(), "an idle connection stays open for a while"
        late.ask(QUESTION)
        health = await draining(server, "/healthz")
        assert (ready.status_code, ready.headers["connection"], health.status_code) == (503, "close", 200)
        checks = ready.json()["errors"][0]["extensions"]["checks"]
        assert [name for name, check in checks.items() if check["state"] == "failing"] == ["serving"]

        slow.writer.write(QUESTION[5:])
        await transaction.rollback()
        for connection, expected in ((late, b"Query"), (slow, b"Query"), (waiting, b"CreateBoxSuccess")):
            status, headers, body = await connection.answer()
            assert (status, headers["connection"]) == (200, "close")
            assert expected in body
            assert await connection.is_closed_next()
        assert await idle.is_closed_next()
    # The embedded database ends with the server, and may have ended by now.
    database.terminate()
    assert await has_ended_in_order(server)
    assert told(server)[len(before) :] == ["shutdown_began", "shutdown_ended"]


async def test_an_upload_in_flight_is_finished_while_the_figures_tell_of_the_shutdown(
    server_to_stop: ServerProcess,
) -> None:
    server = server_to_stop
    database = await asyncpg.connect(server.database_url)
    async with (
        httpx.AsyncClient(base_url=server.base_url, timeout=60, trust_env=False) as http,
        # The other one keeps the server, and with it the embedded database, until the row is looked at.
        connections(server, 2) as (uploading, keeping),
    ):
        made = await data_of(http, DOCUMENTS["createPart"], {"input": {"description": "Part"}})
        content = pdf(300_000)
        whole = body(*parts(made["createPart"]["part"]["key"], content))
        head = "".join(f"{name}: {value}\r\n" for name, value in TYPE.items())
        head = f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(whole)}\r\n\r\n"
        keeping.ask(QUESTION, now=5)
        uploading.writer.write(head.encode() + whole[: len(whole) // 2])
        await uploading.writer.drain()
        assert (await scrape(http)).value("partsgraph_shutting_down") == 0
        server.process.send_signal(signal.SIGTERM)
        figures = await until(lambda: scrape(http), lambda figures: figures.value("partsgraph_shutting_down") == 1)
        later = await scrape(http)
        lasting = [each.value("partsgraph_shutdown_duration_seconds") for each in (figures, later)]
        assert 0 < lasting[0] < lasting[1]
        await draining(server, "/healthz")
        uploading.writer.write(whole[len(whole) // 2 :])
        status, headers, answer = await uploading.answer()
        assert (status, headers["connection"]) == (200, "close")
        assert json.loads(answer)["data"]["attachFile"]["__typename"] == "AttachFileSuccess"
        (row,) = await database.fetch("SELECT size_bytes, sha256 FROM attachments")
        objects = Path(server.settings["PARTSGRAPH_DATA_DIR"]) / "objects"
        stored = [path for path in objects.rglob("*") if path.is_file() and path.read_bytes() == content]
        assert (row["size_bytes"], row["sha256"]) == (len(content), hashlib.sha256(content).digest())
        assert len(stored) == 1
        keeping.writer.write(QUESTION[5:])
        assert (await keeping.answer())[0] == 200
    database.terminate()
    assert await has_ended_in_order(server)


async def test_fifty_subscriptions_are_told_that_they_are_complete(server_to_stop: ServerProcess) -> None:
    server = server_to_stop
    before = told(server)
    async with (
        AsyncExitStack() as opened,
        httpx.AsyncClient(base_url=server.base_url, timeout=60, trust_env=False) as http,
    ):
        sockets = [await opened.enter_async_context(acknowledged(server)) for _ in range(40)]
        for socket in sockets:
            await socket.subscribe()
        streams = [await opened.enter_async_context(events(http, STOCK_CHANGES)) for _ in range(10)]
        server.process.send_signal(signal.SIGTERM)
        for socket in sockets:
            assert await socket.receive() == {"id": "1", "type": "complete"}
            assert (await socket.closed())[0] == GOING_AWAY
        for stream in streams:
            assert [event["event"] async for event in stream] == ["complete"]
    assert await has_ended_in_order(server)
    assert told(server)[len(before) :] == ["shutdown_began", "shutdown_ended"]


async def test_what_outlasts_the_grace_period_is_told_so_and_nothing_hangs(impatient_server: ServerProcess) -> None:
    server = impatient_server
    database = await asyncpg.connect(server.database_url)
    async with connections(server, 1) as (waiting,):
        await database.execute("BEGIN; LOCK TABLE boxes IN ACCESS EXCLUSIVE MODE")
        waiting.ask(ADDITION)
        await rivals_waiting(database, 1)
        server.process.send_signal(signal.SIGTERM)
        status, headers, body = await waiting.answer()
        assert (status, headers["connection"]) == (503, "close")
        assert json.loads(body)["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert await has_ended_in_order(server)
    database.terminate()
    assert server.new_error_lines() == []
