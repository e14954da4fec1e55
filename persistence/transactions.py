"""How a transaction begins and ends when its task may be cancelled, or its connection break, at any moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog
from asyncpg.transaction import Transaction

from persistence.connection_pool import Connection, is_whole
from persistence.faults import DATABASE_FAULTS

T = TypeVar("T")

_log = structlog.get_logger(__name__)


async def begin(connection: Connection) -> Transaction:
    """Begin a transaction; one that is cancelled as it begins ends its connection."""
    transaction = connection.transaction()
    async with _ended_when_cut_off(connection):
        await transaction.start()
    return transaction


async def unless_cancelled(ending: Awaitable[T]) -> T:
    """Wait for the end of a unit of work; a cancellation that comes meanwhile takes effect after it."""
    task = asyncio.ensure_future(ending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                continue
        if not task.cancelled() and task.exception() is not None:
            raise task.exception() from None  # type: ignore[misc]
        raise


async def roll_back(connection: Connection, transaction: Transaction) -> None:
    """Undo what is open; a connection that broke has nothing to undo."""
    if not is_whole(connection) or not connection.is_in_transaction():
        return
    try:
        async with _ended_when_cut_off(connection):
            await transaction.rollback()
    except DATABASE_FAULTS as error:
        _log.info("rollback found the connection gone", error=type(error).__name__)


@asynccontextmanager
async def _ended_when_cut_off(connection: Connection) -> AsyncIterator[None]:
    """End the connection when its transaction is cancelled, or fails, as it begins or is undone: nobody knows how far
    that came, and asyncpg's pool would take it for a fault of ours that one is open.

    A rollback fails on a connection that is well when the cancellation of the statement before it comes late.
    """
    try:
        yield
    except BaseException:
        if is_whole(connection):
            connection.terminate()
        raise
