"""A bounded pool of connections whose lending costs next to nothing.

asyncpg's pool makes the connections, looks after those whose borrower failed or was cancelled, and closes them. Between
two borrowers that left them whole they lie ready here: lending one takes a list's pop, where asyncpg's own acquire and
release cost about as much as a small statement (docs/decisions/a-pool-of-our-own.md).
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import structlog
from asyncpg import ConnectionDoesNotExistError, InterfaceError, Pool, Record
from asyncpg.pool import PoolConnectionProxy

from persistence.faults import DATABASE_FAULTS
from persistence.statements import watched

Connection: TypeAlias = "PoolConnectionProxy[Record]"

_log = structlog.get_logger(__name__)


class ConnectionPool:
    """Lends each connection to one borrower at a time; whoever waits longest is served first."""

    __slots__ = ("_acquire_timeout_seconds", "_lent", "_pool", "_ready", "_waiting", "size")

    def __init__(self, pool: "Pool[Record]", acquire_timeout_seconds: float) -> None:
        self.size: int = pool.get_max_size()
        """At most so many connections."""
        self._pool = pool
        self._acquire_timeout_seconds = acquire_timeout_seconds
        self._ready: list[Connection] = []
        self._lent = 0
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()

    @property
    def in_use(self) -> int:
        """Connections that are lent at the moment."""
        return self._lent

    @property
    def waiting(self) -> int:
        """Borrowers that wait for a connection."""
        return sum(not waiter.done() for waiter in self._waiting)

    async def fetch(self, sql: str, values: Sequence[Any]) -> list[Record]:
        """The rows of one statement on a connection of its own.

        Raises TimeoutError when none is free in time, ConnectionDoesNotExistError when it was lost.
        """
        connection = self._whole() or await self._next(self._acquire_timeout_seconds)
        try:
            rows: list[Record] = await watched(sql, connection.fetch(sql, *values))
        except BaseException as error:
            await self._mend_after(error, connection)
            raise
        self._give_back(connection)
        return rows

    @asynccontextmanager
    async def lend(self, timeout_seconds: float | None = None) -> AsyncIterator[Connection]:
        """Borrow a connection for a block.

        Raises TimeoutError when none is free in time, ConnectionDoesNotExistError when the block used a lost one.
        """
        connection = self._whole() or await self._next(timeout_seconds or self._acquire_timeout_seconds)
        try:
            yield connection
        except BaseException as error:
            await self._mend_after(error, connection)
            raise
        if not is_whole(connection) or connection.is_in_transaction():
            await self._mend(connection)
        else:
            self._give_back(connection)

    async def close(self, patience_seconds: float = 5) -> None:
        """Close all connections; those that are lent are waited for so long."""
        try:
            async with asyncio.timeout(patience_seconds):
                while self._ready:
                    await self._return(self._ready.pop())
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    def _whole(self) -> "Connection | None":
        """A connection that lies ready, if there is one that its server has not closed meanwhile."""
        if not self._ready or not is_whole(self._ready[-1]):
            return None
        self._lent += 1
        return self._ready.pop()

    async def _next(self, timeout_seconds: float) -> Connection:
        while self._ready:
            connection = self._ready.pop()
            if is_whole(connection):
                self._lent += 1
                return connection
            await self._pool.release(connection)
        give_up_at = asyncio.get_running_loop().time() + timeout_seconds
        while self._lent >= self.size:
            handed_over = await self._turn(give_up_at)
            if handed_over is None:
                continue
            if is_whole(handed_over):
                return handed_over
            # It was lost between its last borrower and this one, who opens another in its place.
            await self._mend(handed_over)
        async with asyncio.timeout_at(give_up_at):
            return await self._new()

    async def _new(self) -> Connection:
        self._lent += 1
        try:
            connection: Connection = await self._pool.acquire()
        except BaseException:
            self._make_room()
            raise
        return connection

    async def _turn(self, give_up_at: float) -> "Connection | None":
        """Wait for a connection that is handed over, or for room to make one (None)."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Connection | None] = loop.create_future()
        self._waiting.append(waiter)
        giving_up = loop.call_at(give_up_at, _give_up, waiter)
        try:
            return await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:
                # It was served in the moment in which it gave up.
                given = waiter.result()
                self._call_next() if given is None else self._give_back(given)
            raise
        finally:
            giving_up.cancel()

    def _give_back(self, connection: Connection) -> None:
        if not self._serve_next(connection):
            self._lent -= 1
            self._ready.append(connection)

    async def _mend_after(self, error: BaseException, connection: Connection) -> None:
        """As `_mend`; says what asyncpg words as if the borrower had used a connection after its return.

        asyncpg takes a lost connection back while it is lent, and refuses the borrower's next call.
        """
        lost = isinstance(error, InterfaceError) and not is_whole(connection)
        await self._mend(connection)
        if lost:
            raise ConnectionDoesNotExistError("the connection was lost while it was lent") from error

    async def _mend(self, connection: Connection) -> None:
        """Hand a connection that something befell to asyncpg's pool, and its place to whoever waits."""
        try:
            await self._return(connection)
        finally:
            self._make_room()

    async def _return(self, connection: Connection) -> None:
        """Hand it to asyncpg's pool, which waits for a cancelled statement and ends what is left open.

        One that cannot be used any more is ended by asyncpg; what befell its borrower is told, and not this.
        """
        try:
            await self._pool.release(connection)
        except DATABASE_FAULTS as error:
            _log.info("a connection was ended", error=type(error).__name__)

    def _make_room(self) -> None:
        self._lent -= 1
        self._call_next()

    def _call_next(self) -> None:
        self._serve_next(None)

    def _serve_next(self, given: "Connection | None") -> bool:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(given)
                return True
        return False


def _give_up(waiter: "asyncio.Future[Connection | None]") -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


def is_whole(connection: Connection) -> bool:
    """Whether the server has left it open; asyncpg's pool takes back by itself what was closed."""
    try:
        return not connection.is_closed()
    except InterfaceError:
        return False
