"""useStock keeps its rate while many subscribers wait, each change is told to one of them, and one takes nothing.

The subscribers share the machine with the servers, and what reading costs them is not the servers' matter: what is held
to the bound is the processor time of both servers and their database for each useStock; the rates are printed beside.
Rounds with and without subscribers alternate. Neighbours on the machine make a round dearer, never cheaper, so the
ratio of the lower quartiles is what counts.
"""

import asyncio
import json
import statistics
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import asyncpg
import httpx
import psutil
import pytest

from tests.conftest import connect
from tests.factories import DOCUMENTS
from tests.graphql_client import data_of
from tests.live.frames import GOOD, TEXT, frame, handshake
from tests.live.sockets import STOCK_CHANGES, acknowledged
from tests.server_process import ServerProcess
from tests.torture.conftest import Counted, Measured
from tests.torture.ledger_audit import SCALE

pytestmark = [pytest.mark.torture, pytest.mark.alone]

ROUNDS = 20
SECONDS = max(1.0, 4 * SCALE)
CLIENTS = 8
IDLE = max(40, round(400 * SCALE))
LEAST_OF_THE_RATE = 0.8


async def test_use_stock_keeps_four_fifths_of_its_rate_with_subscribers(
    two_servers: tuple[ServerProcess, ServerProcess], counted: Counted, measured: Measured
) -> None:
    server = two_servers[0]
    async with connect(server) as client:
        bodies = [await _stocked(client, number) for number in range(CLIENTS)]
        parts = [json.loads(body)["variables"]["input"]["partKey"] for body in bodies]
        other = json.loads(await _stocked(client, CLIENTS))["variables"]["input"]["partKey"]
    await _rate(server, bodies)
    alone: list[float] = []
    watched: list[float] = []
    cost_alone: list[float] = []
    cost_watched: list[float] = []
    for _ in range(ROUNDS):
        before = _processor_seconds(two_servers)
        alone.append(await _rate(server, bodies))
        cost_alone.append((_processor_seconds(two_servers) - before) / alone[-1])
        async with _subscribers(two_servers, other, parts) as told:
            before = _processor_seconds(two_servers)
            watched.append(await _rate(server, bodies))
            cost_watched.append((_processor_seconds(two_servers) - before) / watched[-1])
            assert all(count > 0 for count in await told())
    ratio = statistics.quantiles(cost_alone)[0] / statistics.quantiles(cost_watched)[0]
    rates = f"{statistics.median(alone):.0f}/s alone, {statistics.median(watched):.0f}/s with subscribers"
    print(f"useStock: {rates}; by processor time {ratio:.2f}")  # noqa: T201
    counted(subscribers=IDLE + CLIENTS + 1)
    measured(of_the_rate_alone_by_processor_time=ratio)
    assert ratio >= LEAST_OF_THE_RATE
    connection = await asyncpg.connect(server.database_url)
    used = await connection.fetchval("SELECT count(*) FROM operations WHERE kind = 'USE'")
    await connection.close()
    # Every answer that was counted stands in the ledger.
    assert used >= sum(alone + watched) * SECONDS


def _processor_seconds(servers: tuple[ServerProcess, ServerProcess]) -> float:
    """What the servers, their database and their object store have used so far."""
    used = 0.0
    for server in servers:
        main = psutil.Process(server.process.pid)
        for process in (main, *main.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                used += times.user + times.system
    return used


async def _stocked(client: httpx.AsyncClient, number: int) -> bytes:
    """The body of a useStock for a part of its own with plenty of stock."""
    box = {"number": 500 + number, "capacity": 1, "description": "Rate"}
    await data_of(client, DOCUMENTS["createBox"], {"input": box})
    made = await data_of(client, DOCUMENTS["createPart"], {"input": {"description": "Part"}})
    place = {"partKey": made["createPart"]["part"]["key"], "location": f"{500 + number}-1"}
    stocked = await data_of(client, DOCUMENTS["receiveStock"], {"input": place | {"quantity": 1_000_000}})
    assert stocked["receiveStock"]["__typename"] == "ReceiveStockSuccess"
    used = "mutation ($input: UseStockInput!) { useStock(input: $input) { __typename } }"
    return json.dumps({"query": used, "variables": {"input": place | {"quantity": 1}}}).encode()


async def _rate(server: ServerProcess, bodies: list[bytes]) -> float:
    """Answers per second of clients that ask without a pause, each on its own connection."""
    end = time.monotonic() + SECONDS
    return sum(await asyncio.gather(*(_use(server.port, body, end) for body in bodies))) / SECONDS


async def _use(port: int, body: bytes, end: float) -> int:
    """How many pieces were used until the end; the driver is bare, so that it takes little from the server."""
    head = f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    try:
        while time.monotonic() < end:
            writer.write(request)
            answer_head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in answer_head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            answer = await reader.readexactly(int(length.partition(b":")[2]))
            assert b"UseStockSuccess" in answer, answer
            answered += 1
    finally:
        writer.close()
    return answered


@asynccontextmanager
async def _subscribers(
    servers: tuple[ServerProcess, ServerProcess], other: str, parts: list[str]
) -> AsyncIterator[Callable[[], Awaitable[list[int]]]]:
    """Subscribers on both servers: many to a part that nobody uses, one to each of the others, and one to everything
    that takes nothing.

    Gives a function that tells how many events each of those who read was sent.
    """
    counts = [0] * len(parts)
    async with AsyncExitStack() as held:
        for number in range(IDLE):
            socket = await held.enter_async_context(acknowledged(servers[number % 2], max_queue=4))
            await socket.subscribe(variables={"partKey": other})
        _, stuck = await _bare_subscriber(servers[0].port, {})
        held.callback(stuck.close)
        reading = []
        for number, part in enumerate(parts):
            reader, writer = await _bare_subscriber(servers[number % 2].port, {"partKey": part})
            held.callback(writer.close)
            reading.append(asyncio.create_task(_count(reader, counts, number)))

        async def told() -> list[int]:
            await asyncio.sleep(0.5)
            return counts

        try:
            yield told
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)


async def _bare_subscriber(port: int, variables: dict[str, str]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A subscriber whose reading takes next to nothing from the servers' machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(handshake(GOOD))
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    payload = {"query": STOCK_CHANGES, "variables": variables}
    for message in (
        {"type": "connection_init"},
        {"id": "1", "type": "subscribe", "payload": payload},
        {"type": "ping"},
    ):
        writer.write(frame(TEXT, json.dumps(message).encode()))
    assert await _message(reader) == {"type": "connection_ack"}
    assert await _message(reader) == {"type": "pong"}
    return reader, writer


async def _message(reader: asyncio.StreamReader) -> object:
    first, length = await reader.readexactly(2)
    assert first == 0x81, f"no frame of text: {first:#x}"
    if length == 126:
        [length] = struct.unpack("!H", await reader.readexactly(2))
    return json.loads(await reader.readexactly(length))


async def _count(reader: asyncio.StreamReader, counts: list[int], number: int) -> None:
    while True:
        await reader.readuntil(b'"next"')
        counts[number] += 1
