"""Who does not keep up is let go, and delays nobody."""

import pytest
from websockets.exceptions import ConnectionClosed

from tests.conftest import connect
from tests.factories import Workshop
from tests.live.conftest import NARROW
from tests.live.sockets import STOCK_CHANGES, Socket, acknowledged, until
from tests.live.streams import events
from tests.server_process import ServerProcess

ROUNDS = 40
# About 80 kB for each event: the kernel's buffers take some megabytes before the server notices anything.
MUCH = "subscription { stockChanged { change { part { " + " ".join(f"d{n}: description" for n in range(29)) + " } } } }"


def let_go(server: ServerProcess, reason: str) -> int:
    """How many subscribers the server says it let go for this reason."""
    text = server.log_path.read_text()
    return sum("subscriber_let_go" in line and reason in line for line in text.splitlines())


async def _read_to_the_end(socket: Socket) -> None:
    while True:
        await socket.wire.recv()


async def test_a_slow_reader_is_cut_off_and_the_others_are_told_everything(
    narrow_server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box(capacity=10)
    key = await workshop.part(description="é" * 1_400)
    before = let_go(narrow_server, "not_reading")
    async with (
        acknowledged(narrow_server, max_queue=1) as slow,
        acknowledged(narrow_server) as quick,
    ):
        await slow.subscribe(query=MUCH)
        await quick.subscribe()
        told = []
        for _ in range(ROUNDS):
            await workshop.book(*[(key, f"1-{place}", 1) for place in range(1, 11)])
            told += [(await quick.change())["change"]["totalAfter"] for _ in range(10)]
        assert told == list(range(1, 10 * ROUNDS + 1))

        async def is_noted() -> bool:
            return let_go(narrow_server, "not_reading") == before + 1

        await until(is_noted)
        with pytest.raises(ConnectionClosed) as closed:
            await _read_to_the_end(slow)
        assert closed.value.rcvd is None
        await workshop.receive(key, "1-1", 1)
        assert (await quick.change())["change"]["totalAfter"] == 10 * ROUNDS + 1


async def test_more_events_at_once_than_may_wait_let_a_subscriber_go_and_it_resumes(
    narrow_server: ServerProcess, server: ServerProcess, workshop: Workshop
) -> None:
    await workshop.box(capacity=100)
    key = await workshop.part()
    before = let_go(narrow_server, "queue_full")
    many = int(NARROW["PARTSGRAPH_SUBSCRIPTION_QUEUE_EVENTS"]) + 10
    async with acknowledged(narrow_server) as socket:
        await socket.subscribe()
        await workshop.receive(key, "1-1", 1)
        cursor = (await socket.change())["cursor"]
        await workshop.book(*[(key, f"1-{place}", 1) for place in range(2, many + 2)])
        refused = await socket.receive()
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "SUBSCRIBER_TOO_SLOW")
        assert let_go(narrow_server, "queue_full") == before + 1
        await socket.subscribe("again")
    async with acknowledged(server) as socket:
        await socket.send(id="1", type="subscribe", payload={"query": STOCK_CHANGES, "variables": {"after": cursor}})
        told = [(await socket.change())["change"]["totalAfter"] for _ in range(many)]
    assert told == list(range(2, many + 2))


async def test_an_event_stream_that_nobody_reads_is_cut_off(narrow_server: ServerProcess, workshop: Workshop) -> None:
    await workshop.box(capacity=10)
    key = await workshop.part(description="é" * 1_400)
    before = let_go(narrow_server, "not_reading")
    async with connect(narrow_server) as client, acknowledged(narrow_server) as quick:
        await quick.subscribe()
        async with events(client, MUCH):
            for _ in range(ROUNDS):
                await workshop.book(*[(key, f"1-{place}", 1) for place in range(1, 11)])
                # Looks that come together would fill the narrow queue before the connection is full.
                for _ in range(10):
                    await quick.change()

            async def is_noted() -> bool:
                return let_go(narrow_server, "not_reading") == before + 1

            await until(is_noted)
