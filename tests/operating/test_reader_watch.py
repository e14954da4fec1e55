"""When a client counts as one that takes nothing: by a clock that the tests wind, on real connections."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import uvloop

from server.metrics.live import AnswerKind
from server.process.reader_watch import MeteredTransport, ReaderWatch
from tests.waiting import until

LOOPS: list[Callable[[], asyncio.AbstractEventLoop]] = [asyncio.new_event_loop, uvloop.new_event_loop]
PATIENCE_SECONDS = 10.0
MUCH = 20_000_000


class _Connection(asyncio.Protocol):
    """The server's end."""

    def __init__(self, made: "asyncio.Future[_Connection]") -> None:
        self.transport: asyncio.Transport
        self.is_lost = False
        self._made = made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, MeteredTransport(cast(asyncio.Transport, transport)))
        self._made.set_result(self)

    def connection_lost(self, _: Exception | None) -> None:
        self.is_lost = True

    def answering(self) -> tuple[AnswerKind, str | None]:
        return AnswerKind.ANSWER, None

    async def waiting(self) -> int:
        """Bytes that wait for the client."""
        return self.transport.get_write_buffer_size()


@asynccontextmanager
async def _connected(most_bytes: int = 2 * MUCH) -> AsyncIterator[tuple[_Connection, socket.socket, ReaderWatch]]:
    """A connection, its client and the watch."""
    loop = asyncio.get_running_loop()
    made: asyncio.Future[_Connection] = loop.create_future()
    server = await loop.create_server(lambda: _Connection(made), "127.0.0.1", 0)
    with socket.socket() as client:
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        await loop.sock_connect(client, server.sockets[0].getsockname())
        connection = await made
        yield connection, client, ReaderWatch([connection], PATIENCE_SECONDS, most_bytes)
        connection.transport.abort()
    server.close()


async def _read(client: socket.socket, size: int) -> None:
    loop = asyncio.get_running_loop()
    while size > 0:
        size -= len(await loop.sock_recv(client, size))


async def _at_rest(connection: _Connection) -> None:
    """Return when the kernel takes nothing more."""
    last: list[int] = []

    async def waiting() -> bool:
        last.append(await connection.waiting())
        return len(last) > 10 and len(set(last[-10:])) == 1

    await until(waiting)


@pytest.mark.parametrize("new_loop", LOOPS)
@pytest.mark.parametrize(("seconds", "is_lost"), [(9.999, False), (PATIENCE_SECONDS, True), (1_000.0, True)])
def test_who_takes_nothing_is_cut_off_when_the_patience_ends(
    new_loop: Callable[[], asyncio.AbstractEventLoop], seconds: float, is_lost: bool
) -> None:
    async def check() -> None:
        async with _connected() as (connection, _, watch):
            connection.transport.write(b"x" * MUCH)
            await _at_rest(connection)
            watch.look(1_000)
            watch.look(1_000 + seconds)
            assert connection.transport.is_closing() == is_lost

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(check())


@pytest.mark.parametrize("new_loop", LOOPS)
@pytest.mark.parametrize(("seconds", "is_lost"), [(0.999, False), (1.0, True)])
def test_where_too_much_waits_the_patience_is_short(
    new_loop: Callable[[], asyncio.AbstractEventLoop], seconds: float, is_lost: bool
) -> None:
    async def check() -> None:
        async with _connected(most_bytes=MUCH // 4) as (connection, _, watch):
            connection.transport.write(b"x" * MUCH)
            await _at_rest(connection)
            watch.look(1_000)
            watch.look(1_000 + seconds)
            assert connection.transport.is_closing() == is_lost

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(check())


class _Waiting:
    """A connection for which so many bytes have waited for so long."""

    def __init__(self, seconds: float, unread: int) -> None:
        self.transport: Any = self
        self.seconds = seconds
        self.unread = unread
        self.is_lost = False

    def answering(self) -> tuple[AnswerKind, str | None]:
        return AnswerKind.ANSWER, None

    def seconds_without_reading(self, _: float) -> float:
        return self.seconds

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.is_lost = True


@pytest.mark.parametrize(
    ("most_bytes", "lost"), [(60, []), (59, [4]), (39, [4]), (30, [4]), (29, [4, 3]), (1, [4, 3, 2])]
)
def test_who_has_taken_nothing_longest_goes_first_until_the_rest_has_room(most_bytes: int, lost: list[int]) -> None:
    connections = [_Waiting(seconds, unread) for seconds, unread in ((2, 10), (4, 30), (0.5, 1_000), (3, 20))]
    ReaderWatch(connections, PATIENCE_SECONDS, most_bytes).look(0)
    gone = [each.seconds for each in connections if each.is_lost]
    assert sorted(gone, reverse=True) == lost


@pytest.mark.parametrize("new_loop", LOOPS)
def test_a_little_that_is_read_begins_the_patience_anew_though_the_kernel_takes_no_more(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def check() -> None:
        async with _connected() as (connection, client, watch):
            connection.transport.write(b"x" * MUCH)
            await _at_rest(connection)
            waiting = await connection.waiting()
            for turn in range(20):
                watch.look(turn * PATIENCE_SECONDS)
                await _read(client, 8_192)
                await _at_rest(connection)
            assert await connection.waiting() == waiting
            assert not connection.transport.is_closing()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(check())


@pytest.mark.parametrize("new_loop", LOOPS)
def test_who_has_read_all_is_never_cut_off_and_patience_is_lost_for_those_who_waited_already(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def check() -> None:
        async with _connected() as (connection, client, watch):
            connection.transport.write(b"x" * MUCH)
            watch.look(0)
            await _read(client, MUCH)
            await until(connection.waiting, lambda size: size == 0)
            watch.look(100 * PATIENCE_SECONDS)
            assert not connection.transport.is_closing()

            connection.transport.write(b"x" * MUCH)
            await _at_rest(connection)
            watch.look(101 * PATIENCE_SECONDS)
            watch.lose_patience_after(PATIENCE_SECONDS / 4)
            watch.look(101 * PATIENCE_SECONDS + PATIENCE_SECONDS / 4)
            assert connection.transport.is_closing()

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(check())
