"""Servers that several of the long tests start alike, and how these tests tell what they did."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.server_process import ServerProcess, settings_for_same_stores

Counted = Callable[..., None]
Measured = Callable[..., None]


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Counted:
    """Notes what a test did, for docs/proof.md: `counted(kills=20)`; what is noted twice is added up."""

    def note(**numbers: int) -> None:
        request.node.user_properties += [(name.replace("_", " "), number) for name, number in numbers.items()]

    return note


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Notes what a test measured, by its unit, for docs/proof.md: `measured(bytes_for_each_subscriber=31_000.0)`."""

    def note(**figures: float) -> None:
        request.node.user_properties += [(name.replace("_", " "), float(figure)) for name, figure in figures.items()]

    return note


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
