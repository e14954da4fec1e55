"""Where file descriptors run out, that is told, and questions about health are answered all the same.

Servers that may open few files, with one process and with two, are attacked by clients that connect and stay.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import psutil
import pytest

from server.process.descriptor_reserve import backlog_of, first_kept
from tests.conftest import connect
from tests.log_lines import coming_lines, lines_of
from tests.metrics.scrape import scrape
from tests.operating.processes import eventually
from tests.server_process import ServerProcess, settings_for_same_stores
from tests.waiting import patience, until

LIMIT = 256
QUESTION = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
IN_RESERVE = "partsgraph_connections_in_reserve_total"


class Crowd:
    """Clients that connect and stay."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []
        self._silent: list[socket.socket] = []

    async def silent(self, number: int) -> None:
        """So many who say nothing; none of them waits until it is let in."""
        for count in range(number):
            made = socket.socket()
            self._silent.append(made)
            made.setblocking(False)
            made.connect_ex(("127.0.0.1", self._port))
            # As fast as they can, and not so fast that those are too many who wait.
            await asyncio.sleep(0.01 if count % 8 == 7 else 0)

    async def asks(self, question: bytes) -> tuple[int, bytes]:
        """The status and the whole answer that the next one gets, who stays if it is let."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers.append(writer)
        async with asyncio.timeout(patience(30)):
            writer.write(question)
            head = await reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            return int(head.split(b" ", 2)[1]), head + await reader.readexactly(size)

    async def leave(self) -> None:
        """All go."""
        for writer in self._writers:
            writer.close()
        for made in self._silent:
            made.close()
        self._writers.clear()
        self._silent.clear()


@pytest.fixture
async def narrow(server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """A server of one process that may open few files."""
    process = ServerProcess(settings=settings_for_same_stores(server), max_open_files=LIMIT)
    try:
        await asyncio.to_thread(process.start)
        yield process
        assert process.stop() == 0, process.log_tail()
    finally:
        process.remove()


@pytest.fixture
async def crowd(narrow: ServerProcess) -> AsyncIterator[Crowd]:
    """Those who come to it."""
    made = Crowd(narrow.port)
    yield made
    await made.leave()


def open_files(server: ServerProcess) -> int:
    """How many descriptors it has."""
    return psutil.Process(server.process.pid).num_fds()


async def fill(server: ServerProcess, crowd: Crowd) -> None:
    """Let ordinary clients take all descriptors but the kept ones; the last of them is served."""
    while open_files(server) < first_kept(LIMIT):
        assert (await crowd.asks(QUESTION))[0] == 200


async def test_up_to_the_reserve_everybody_is_served_and_nothing_is_told(narrow: ServerProcess, crowd: Crowd) -> None:
    await fill(narrow, crowd)
    assert lines_of(narrow, event="open_files_run_out") == []
    # Served to the last descriptor, all of them go on.
    assert len(crowd._writers) > 50


async def test_who_comes_next_is_told_so_and_health_is_answered(narrow: ServerProcess, crowd: Crowd) -> None:
    await fill(narrow, crowd)
    status, answer = await crowd.asks(QUESTION)
    assert (status, b'"code":"UNAVAILABLE"' in answer) == (503, True)
    assert b"retry-after: 5\r\n" in answer
    assert b"connection: close\r\n" in answer
    for path in (b"healthz", b"readyz", b"metrics"):
        status, answer = await crowd.asks(HEALTH.replace(b"healthz", path))
        assert (status, b"connection: close\r\n" in answer.lower()) == (200, True)
    await coming_lines(narrow, event="open_files_run_out", limit=LIMIT)


async def test_a_websocket_finds_no_room_either(narrow: ServerProcess, crowd: Crowd) -> None:
    await fill(narrow, crowd)
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    status, _ = await crowd.asks(b"GET /graphql HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % upgrade)
    assert status == 503


async def test_any_number_of_clients_leaves_health_alone(narrow: ServerProcess, crowd: Crowd) -> None:
    await fill(narrow, crowd)
    for _ in range(20):
        await crowd.silent(LIMIT)
        assert (await crowd.asks(HEALTH))[0] == 200
        assert await asyncio.to_thread(narrow.is_ready)
        assert open_files(narrow) < LIMIT
    assert (await crowd.asks(QUESTION))[0] == 503
    # A line for thousands of them, not thousands of lines; the figure has them all.
    assert len(lines_of(narrow, event="open_files_run_out")) <= 2
    async with connect(narrow) as client:
        assert (await client.get("/metrics")).status_code == 200
    async with connect(narrow) as client:
        assert (await scrape(client)).value(IN_RESERVE) > 10 * LIMIT
    await crowd.leave()
    await until(lambda: asyncio.to_thread(lambda: open_files(narrow) < first_kept(LIMIT) - 50))
    assert (await crowd.asks(QUESTION))[0] == 200


async def test_who_says_nothing_in_the_reserve_has_little_time(narrow: ServerProcess, crowd: Crowd) -> None:
    await fill(narrow, crowd)
    before = open_files(narrow)
    await crowd.silent(backlog_of(LIMIT))
    await until(lambda: asyncio.to_thread(lambda: open_files(narrow) == before), patience_seconds=8)


async def test_two_processes_keep_a_reserve_each(server: ServerProcess) -> None:
    settings = settings_for_same_stores(server) | {"PARTSGRAPH_WORKERS": "2"}
    team = ServerProcess(settings=settings, max_open_files=LIMIT)
    async with AsyncExitStack() as leaving:
        leaving.callback(team.remove)
        await asyncio.to_thread(team.start)
        await eventually(lambda: "Partsgraph is ready: " in team.log_path.read_text())
        crowd = Crowd(team.port)
        leaving.push_async_callback(crowd.leave)
        for _ in range(10):
            await crowd.silent(2 * LIMIT)
            assert (await crowd.asks(HEALTH))[0] == 200
            assert await asyncio.to_thread(team.is_ready)
        lines = await coming_lines(team, event="open_files_run_out", limit=LIMIT)
        assert {line["worker"] for line in lines} <= {1, 2}
        assert len(lines) <= 4
