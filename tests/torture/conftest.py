"""Servers that several of the long tests start alike."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from tests.server_process import ServerProcess, settings_for_same_stores


@pytest.fixture(scope="module")
def two_servers() -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Two processes with production settings on one database, for all tests of a file."""
    with _two_on_one_database() as both:
        yield both


@pytest.fixture
def two_fresh_servers() -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Such two on a database in which nothing happened yet, for a test that audits all of it."""
    with _two_on_one_database() as both:
        yield both


@contextmanager
def _two_on_one_database() -> Iterator[tuple[ServerProcess, ServerProcess]]:
    first = ServerProcess()
    second = None
    try:
        first.start()
        second = ServerProcess(settings=settings_for_same_stores(first))
        second.start()
        yield first, second
        assert (second.stop(), first.stop()) == (0, 0)
        assert first.new_error_lines() + second.new_error_lines() == []
    finally:
        for server in filter(None, (second, first)):
            server.remove()


@pytest.fixture(scope="module")
async def stores() -> AsyncIterator[ServerProcess]:
    """The server whose embedded database and store are used by another one, through the proxy."""
    process = ServerProcess()
    try:
        await asyncio.to_thread(process.start)
        yield process
        assert await asyncio.to_thread(process.stop) == 0
    finally:
        process.remove()
