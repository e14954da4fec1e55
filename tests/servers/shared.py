"""Servers beside the one under test, on its stores, with other settings: started when first asked for, then shared."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.server_process import ServerProcess, settings_for_same_stores

# They leave jobs to the server under test: each of them would take some, and what they do would be counted elsewhere.
_BESIDE = {"PARTSGRAPH_JOB_SLOTS": "0"}


class SharedServers:
    """One server for each choice of settings, until the end of the worker's tests."""

    def __init__(self, beside: ServerProcess) -> None:
        self._beside = beside
        self._servers: dict[frozenset[tuple[str, str]], ServerProcess] = {}

    async def with_settings(self, settings: Mapping[str, str]) -> ServerProcess:
        """A server that is ready. One that a test stopped or broke is not handed on: there is a new one then."""
        chosen = settings_for_same_stores(self._beside) | _BESIDE | dict(settings)
        key = frozenset(chosen.items())
        found = self._servers.get(key)
        if found is not None and await asyncio.to_thread(found.is_ready):
            return found
        if found is not None:
            await asyncio.to_thread(found.remove)
        self._servers[key] = ServerProcess(settings=chosen)
        await asyncio.to_thread(self._servers[key].start)
        return self._servers[key]

    async def end(self) -> None:
        """Stop them, each as an operator does; whoever does not stop in order fails the run."""
        servers = list(self._servers.values())
        try:
            codes = await asyncio.gather(*(asyncio.to_thread(server.stop) for server in servers))
            assert set(codes) <= {0}, [server.log_tail() for server in servers]
        finally:
            for server in servers:
                server.remove()


@asynccontextmanager
async def watched(server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """A shared server for the tests of a file: its log holds no new error at their end."""
    server.new_error_lines()
    yield server
    assert server.new_error_lines() == []
