"""The pool of connections: bounded, in turn, whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import pytest

from persistence.connection_pool import ConnectionPool
from persistence.database import open_database
from tests.server_process import ServerProcess
from tests.waiting import until

SLEEP = "SELECT pg_sleep(30)"


@pytest.fixture
async def pool(server: ServerProcess) -> AsyncIterator[ConnectionPool]:
    async with open_database(server.database_url, read_pool_size=2, pool_wait_seconds=5) as database:
        yield database.reads


async def backend(pool: ConnectionPool) -> int:
    [row] = await pool.fetch("SELECT pg_backend_pid()", [])
    return int(row[0])


async def test_never_more_connections_than_its_size_are_lent(pool: ConnectionPool) -> None:
    most = 0

    async def borrow() -> None:
        nonlocal most
        async with pool.lend() as connection:
            most = max(most, pool.in_use)
            await connection.fetch("SELECT pg_sleep(0.01)")

    await asyncio.gather(*(borrow() for _ in range(20)))
    assert (most, pool.in_use, pool.waiting) == (2, 0, 0)


async def test_who_waits_longest_is_served_first(pool: ConnectionPool) -> None:
    served: list[int] = []

    async def borrow(number: int) -> None:
        async with pool.lend() as connection:
            served.append(number)
            await connection.fetch("SELECT pg_sleep(0.005)")

    async with pool.lend(), pool.lend():
        pass  # Both connections are open: whoever has one opened for them is served when it is, not in turn.
    await asyncio.gather(*(borrow(number) for number in range(10)))
    assert served == list(range(10))


async def test_nobody_waits_longer_than_the_time_allowed(pool: ConnectionPool) -> None:
    async with pool.lend(), pool.lend():
        with pytest.raises(TimeoutError):
            async with pool.lend(0.05):
                pass
        assert (pool.in_use, pool.waiting) == (2, 0)
    assert pool.in_use == 0


async def test_a_cancelled_statement_ends_in_the_database_and_its_connection_is_lent_again(
    pool: ConnectionPool, database_connection: asyncpg.Connection
) -> None:
    pid = await backend(pool)
    running = asyncio.ensure_future(pool.fetch(SLEEP, []))
    state = "SELECT state FROM pg_stat_activity WHERE pid = $1 AND query = $2"
    await until(lambda: database_connection.fetchval(state, pid, SLEEP), lambda state: state == "active")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await database_connection.fetchval(state, pid, SLEEP) != "active"
    assert pool.in_use == 0
    assert await backend(pool) > 0


async def test_who_gives_values_that_a_statement_cannot_take_leaves_no_lock(
    pool: ConnectionPool, database_connection: asyncpg.Connection
) -> None:
    pid = await backend(pool)
    with pytest.raises(asyncpg.DataError):
        await pool.fetch("SELECT key FROM parts WHERE id = $1", ["no number"])
    assert await locked_tables(database_connection, pid) == []


async def test_who_is_stopped_between_preparing_a_statement_and_running_it_leaves_no_lock(
    pool: ConnectionPool, database_connection: asyncpg.Connection
) -> None:
    prepared = asyncio.Event()

    async def prepare_and_stop() -> None:
        async with pool.lend() as lent:
            await lent.prepare("SELECT key FROM parts")
            prepared.set()
            await asyncio.Event().wait()

    pid = await backend(pool)
    stopped = asyncio.ensure_future(prepare_and_stop())
    await prepared.wait()
    # Without this lock there would be none to leave.
    assert "parts" in await locked_tables(database_connection, pid)
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    assert await locked_tables(database_connection, pid) == []
    assert await backend(pool) == pid


async def locked_tables(connection: asyncpg.Connection, pid: int) -> list[str]:
    """The tables that a backend keeps others from changing."""
    sql = "SELECT relation::regclass::text AS name FROM pg_locks WHERE pid = $1 AND relation IS NOT NULL ORDER BY 1"
    return [row["name"] for row in await connection.fetch(sql, pid)]


async def test_a_connection_that_died_while_it_lay_ready_is_replaced(
    pool: ConnectionPool, database_connection: asyncpg.Connection
) -> None:
    async with pool.lend() as lent:
        first = lent.get_server_pid()
        died = asyncio.Event()
        lent.add_termination_listener(lambda _: died.set())
    await database_connection.execute("SELECT pg_terminate_backend($1, 60000)", first)
    await asyncio.wait_for(died.wait(), 60)
    assert await backend(pool) != first
    assert pool.in_use == 0


async def test_a_connection_that_died_between_two_borrowers_is_replaced(pool: ConnectionPool) -> None:
    async with pool.lend(), AsyncExitStack() as held:
        first = await held.enter_async_context(pool.lend())
        pid = first.get_server_pid()
        waiting = asyncio.ensure_future(backend(pool))
        await asyncio.sleep(0)
        assert pool.waiting == 1
        await held.aclose()
        # It is handed over, and whoever waited for it has not had a turn yet.
        first.terminate()
        assert await waiting != pid
        assert pool.in_use == 1
    assert pool.in_use == 0


async def test_who_gives_up_while_a_lost_connection_is_taken_away_keeps_no_place(pool: ConnectionPool) -> None:
    async with pool.lend(), AsyncExitStack() as held:
        first = await held.enter_async_context(pool.lend())
        waiting = asyncio.ensure_future(pool.fetch("SELECT 1", []))
        await asyncio.sleep(0)
        await held.aclose()
        # asyncpg hears of it in the next turn of the loop.
        first._protocol.abort()  # type: ignore[attr-defined]  # what no server and no network can be asked for in time
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (pool.in_use, pool.waiting) == (1, 0)
        assert await backend(pool) > 0
    assert pool.in_use == 0


async def test_who_uses_a_connection_that_was_lost_is_told_so(
    pool: ConnectionPool, database_connection: asyncpg.Connection
) -> None:
    """asyncpg says that it has been released back to the pool, which would be a fault of the borrower's."""

    async def lose_it_and_go_on() -> None:
        async with pool.lend() as lent:
            died = asyncio.Event()
            lent.add_termination_listener(lambda _: died.set())
            await database_connection.execute("SELECT pg_terminate_backend($1, 60000)", lent.get_server_pid())
            await asyncio.wait_for(died.wait(), 60)
            await lent.fetch("SELECT 1")

    with pytest.raises(asyncpg.ConnectionDoesNotExistError, match="was lost"):
        await lose_it_and_go_on()
    assert pool.in_use == 0
    assert await backend(pool) > 0


async def test_a_failed_statement_leaves_the_pool_whole(pool: ConnectionPool) -> None:
    for _ in range(5):
        with pytest.raises(asyncpg.DivisionByZeroError):
            await pool.fetch("SELECT 1 / 0", [])
    assert pool.in_use == 0
    assert await backend(pool) > 0


async def test_a_transaction_that_was_left_open_is_not_lent_on(pool: ConnectionPool) -> None:
    async with pool.lend() as connection:
        await connection.execute("BEGIN")
    for _ in range(3):
        async with pool.lend() as connection:
            assert not connection.is_in_transaction()


async def test_who_gives_up_in_the_moment_of_being_served_keeps_nothing(pool: ConnectionPool) -> None:
    async with pool.lend(), pool.lend() as second:
        waiting = asyncio.ensure_future(pool.fetch("SELECT 1", []))
        await asyncio.sleep(0)
        await second.fetch("SELECT 1")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (pool.in_use, pool.waiting) == (0, 0)
    assert await backend(pool) > 0


async def test_a_connection_that_cannot_be_mended_is_ended_and_its_borrower_told_what_befell_it(
    pool: ConnectionPool, database_connection: asyncpg.Connection
) -> None:
    left_asleep: list[int] = []
    # While it is parsed it is active too, but does not sleep yet.
    running = "SELECT wait_event = 'PgSleep' AND query = $2 FROM pg_stat_activity WHERE pid = $1"

    async def fail(unfinished: "list[asyncio.Task[object]]") -> None:
        async with pool.lend() as connection:
            left_asleep.append(connection.get_server_pid())
            unfinished.append(asyncio.create_task(connection.fetch(SLEEP)))
            await until(lambda: database_connection.fetchval(running, left_asleep[-1], SLEEP))
            raise KeyError("of the borrower")

    for _ in range(3):
        unfinished: list[asyncio.Task[object]] = []
        with pytest.raises(KeyError, match="of the borrower"):
            await fail(unfinished)
        with pytest.raises(asyncpg.PostgresConnectionError):
            await unfinished[0]
    assert (pool.in_use, pool.waiting) == (0, 0)
    async with pool.lend() as one, pool.lend() as other:
        assert await one.fetchval("SELECT 1") == await other.fetchval("SELECT 1") == 1
    # Their statements would go on in the database without anybody who waits for them.
    await database_connection.fetch("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid", left_asleep)
