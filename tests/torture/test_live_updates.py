"""Thousands of changes under load, with the listeners cut off in between; a thousand subscribers that only wait."""

import asyncio
import random
import resource
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress

import asyncpg
import httpx
import psutil
import pytest

from tests.conftest import connect
from tests.factories import DOCUMENTS
from tests.graphql_client import data_of
from tests.live.sockets import Socket, acknowledged
from tests.server_process import ServerProcess
from tests.torture.conftest import Counted, Measured
from tests.torture.ledger_audit import SCALE

pytestmark = pytest.mark.torture

CHANGES = max(500, round(10_000 * SCALE))
SUBSCRIBERS = max(100, round(1_000 * SCALE))
CLIENTS = 16
PARTS = 6
CUT = "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'partsgraph listener'"
MOST_BYTES_PER_SUBSCRIBER = 64_000


@pytest.fixture
async def database(two_servers: tuple[ServerProcess, ServerProcess]) -> AsyncIterator[asyncpg.Connection]:
    """A connection to their database."""
    connection = await asyncpg.connect(two_servers[0].database_url)
    yield connection
    await connection.close()


async def test_every_change_under_load_arrives_once_and_in_order_though_listeners_are_cut_off(
    two_servers: tuple[ServerProcess, ServerProcess], database: asyncpg.Connection, counted: Counted
) -> None:
    async with AsyncExitStack() as held:
        clients = [await held.enter_async_context(connect(server)) for server in two_servers]
        keys = await _furnished(clients[0])
        listening = []
        for server in two_servers:
            socket = await held.enter_async_context(acknowledged(server))
            await socket.subscribe()
            listening.append(asyncio.create_task(_told(socket, CHANGES)))
        cut: list[int] = []
        cutting = asyncio.create_task(_cut_now_and_then(database, cut))
        await asyncio.gather(*(_change(clients, keys, CHANGES // CLIENTS, number) for number in range(CLIENTS)))
        left = CHANGES - CHANGES // CLIENTS * CLIENTS
        await _change(clients, keys, left, CLIENTS)
        async with asyncio.timeout(60):
            everything_told = await asyncio.gather(*listening)
        cutting.cancel()
        with suppress(asyncio.CancelledError):
            await cutting
    # Both listeners were cut off, again and again.
    assert len(cut) >= 2
    rows = await database.fetch(
        "SELECT key, quantity_after, total_after FROM quantity_changes JOIN parts ON parts.id = part_id "
        "WHERE delta <> 1000 AND key = ANY($1) ORDER BY quantity_changes.id",
        keys,
    )
    assert len(rows) == CHANGES
    by_part: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for key, quantity, total in rows:
        by_part[key].append((quantity, total))
    for told in everything_told:
        told_by_part: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for _, key, quantity, total in told:
            told_by_part[key].append((quantity, total))
        assert told_by_part == by_part
        assert len({id for id, *_ in told}) == CHANGES
    counted(changes_told_to_two_subscribers=CHANGES, cut_listeners=len(cut))


async def test_a_subscriber_that_waits_takes_little_memory(
    two_servers: tuple[ServerProcess, ServerProcess],
    database: asyncpg.Connection,
    counted: Counted,
    measured: Measured,
) -> None:
    server = two_servers[1]
    process = psutil.Process(server.process.pid)
    async with AsyncExitStack() as held:
        held.enter_context(_files_for(SUBSCRIBERS))
        client = await held.enter_async_context(connect(server))
        [key, *_] = await _furnished(client)
        before = process.memory_info().rss
        sockets = []
        for _ in range(SUBSCRIBERS):
            socket = await held.enter_async_context(acknowledged(server, max_queue=4))
            await socket.subscribe()
            sockets.append(socket)
        waiting = (process.memory_info().rss - before) / SUBSCRIBERS
        used = {"input": {"partKey": key, "location": "1-1", "quantity": 1}}
        for _ in range(10):
            await data_of(client, DOCUMENTS["useStock"], used)
        for socket in sockets:
            told = [(await socket.change())["change"]["delta"] for _ in range(10)]
            assert told == [-1] * 10
        after = (process.memory_info().rss - before) / SUBSCRIBERS
    print(f"{SUBSCRIBERS} subscribers: {waiting:,.0f} bytes each, {after:,.0f} after ten events each")  # noqa: T201
    counted(subscribers=SUBSCRIBERS)
    measured(bytes_for_each_subscriber=max(waiting, after))
    assert max(waiting, after) < MOST_BYTES_PER_SUBSCRIBER


@contextmanager
def _files_for(connections: int) -> Iterator[None]:
    """Let this process open so many files more; only the soft limit moves, and it moves back."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, connections + 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _furnished(client: httpx.AsyncClient) -> list[str]:
    """Parts with plenty of stock in one box."""
    if (await data_of(client, "{ box(number: 1) { number } }"))["box"] is None:
        box = {"input": {"number": 1, "capacity": 10, "description": "Torture"}}
        await data_of(client, DOCUMENTS["createBox"], box)
    keys = []
    for _ in range(PARTS):
        made = await data_of(client, DOCUMENTS["createPart"], {"input": {"description": "Part"}})
        key = made["createPart"]["part"]["key"]
        for place in ("1-1", "1-2"):
            stock = {"input": {"partKey": key, "location": place, "quantity": 1_000}}
            await data_of(client, DOCUMENTS["receiveStock"], stock)
        keys.append(key)
    return keys


async def _change(clients: list[httpx.AsyncClient], keys: list[str], times: int, seed: int) -> None:
    """Receive pieces through either server, so that several clients meet at each part."""
    chance = random.Random(seed)
    for _ in range(times):
        given = {
            "partKey": chance.choice(keys),
            "location": chance.choice(("1-1", "1-2")),
            "quantity": chance.randint(1, 5),
        }
        answer = await data_of(chance.choice(clients), DOCUMENTS["receiveStock"], {"input": given})
        assert answer["receiveStock"]["__typename"] == "ReceiveStockSuccess", answer


async def _told(socket: Socket, count: int) -> list[tuple[str, str, int, int]]:
    told = []
    for _ in range(count):
        changed = await socket.change()
        change = changed["change"]
        told.append((change["id"], changed["partKey"], change["quantityAfter"], change["totalAfter"]))
    return told


async def _cut_now_and_then(database: asyncpg.Connection, cut: list[int]) -> None:
    """Cut off the listeners there are; whose connections these were is kept."""
    while True:
        await asyncio.sleep(0.7)
        cut += [row["pid"] for row in await database.fetch(CUT)]
