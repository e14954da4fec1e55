"""The database and the object store that come with Partsgraph, for whatever the settings do not name elsewhere.

The same client code runs against them and against real ones; only addresses differ.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import structlog
from pydantic import SecretStr

from persistence.faults import DATABASE_FAULTS
from server.embedded.data_directory import DataDirectory, DataDirectoryInUse, RunningServers
from server.embedded.object_store import BUCKET, REGION, EmbeddedObjectStore
from server.embedded.postgres import EmbeddedPostgres
from server.errors import OperatorError
from server.settings import Settings
from server.start.progress import Announcer

_LOOK_EVERY_SECONDS = 0.5
_PATIENCE_WITH_STARTING_SERVER_SECONDS = 30.0
_FEWEST_CONNECTIONS = 100
_SINGLE_CONNECTIONS = 4
_OTHERS_CONNECTIONS = 30
_ADDRESSES = ("database_url", "s3_endpoint_url", "s3_bucket", "s3_access_key", "s3_secret_key", "s3_region")

log = structlog.get_logger(__name__)


class Surroundings:
    """What the server works with: `settings` in which every address is filled in."""

    def __init__(
        self,
        settings: Settings,
        directory: DataDirectory | None = None,
        postgres: EmbeddedPostgres | None = None,
        object_store: EmbeddedObjectStore | None = None,
    ) -> None:
        self.settings = _fill_in(settings, postgres, object_store)
        self._directory = directory
        self._postgres = postgres
        self._object_store = object_store
        self._port: int | None = None

    def announce(self, port: int | None) -> None:
        """Lets other commands, and tests, find the embedded servers and the port of the server itself."""
        self._port = port
        postgres, store = self._postgres, self._object_store
        if self._directory is None:
            return
        self._directory.announce(
            RunningServers(
                pid=os.getpid(),
                port=port,
                # What the settings name is left out: every command reads those for itself.
                database_url=postgres.url if postgres is not None else None,
                postgres_pid=postgres.pid if postgres is not None else None,
                s3_endpoint_url=store.endpoint_url if store is not None else None,
                s3_bucket=BUCKET if store is not None else None,
                s3_access_key=store.keys.access_key if store is not None else None,
                s3_secret_key=store.keys.secret_key if store is not None else None,
                s3_region=REGION if store is not None else None,
                object_store_pid=store.pid if store is not None else None,
            )
        )

    async def restart_what_dies(self) -> None:
        """Looks twice a second, for ever. Addresses stay the same, so pools and clients find the new process."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            for part in (self._postgres, self._object_store):
                if part is not None and part.pid is None:
                    log.error("embedded_server_died", server=type(part).__name__)
                    try:
                        await part.start()
                    except (OperatorError, *DATABASE_FAULTS) as error:
                        log.error("embedded_server_not_restarted", server=type(part).__name__, reason=str(error))
                    else:
                        log.warning("embedded_server_restarted", server=type(part).__name__, pid=part.pid)
                        self.announce(self._port)


@asynccontextmanager
async def open_surroundings(settings: Settings, announcer: Announcer) -> AsyncIterator[Surroundings]:
    """Runs what is embedded as long as the block lasts, starts again what dies, and stops it in order at the end.

    Raises OperatorError, and DataDirectoryInUse when another process runs it.
    """
    if settings.database_url is not None and settings.s3_endpoint_url is not None:
        yield Surroundings(settings)
        return
    directory = DataDirectory(settings.data_dir)
    directory.prepare()
    async with AsyncExitStack() as stack:
        stack.enter_context(directory.locked())
        postgres = object_store = None
        if settings.database_url is None:
            postgres = EmbeddedPostgres(directory, _connections_for(settings))
            stack.push_async_callback(postgres.stop)
            known = directory.postgres.exists()
            what = "Starting the embedded PostgreSQL" if known else "Setting up the embedded PostgreSQL (once)"
            async with announcer.step(what):
                await postgres.start()
        if settings.s3_endpoint_url is None:
            object_store = EmbeddedObjectStore(directory)
            stack.push_async_callback(object_store.stop)
            async with announcer.step("Starting the embedded object store"):
                await object_store.start()
        surroundings = Surroundings(settings, directory, postgres, object_store)
        stack.push_async_callback(_cancel, asyncio.create_task(surroundings.restart_what_dies()))
        surroundings.announce(port=None)
        yield surroundings


@asynccontextmanager
async def reach_surroundings(settings: Settings, announcer: Announcer) -> AsyncIterator[Settings]:
    """For a short command: joins the embedded servers of a running `partsgraph serve`, else runs them meanwhile."""
    async with AsyncExitStack() as stack:
        try:
            surroundings = await stack.enter_async_context(open_surroundings(settings, announcer))
        except DataDirectoryInUse as in_use:
            yield await _join_running(settings, in_use)
        else:
            yield surroundings.settings


async def _join_running(settings: Settings, in_use: DataDirectoryInUse) -> Settings:
    directory = DataDirectory(settings.data_dir)
    tries = int(_PATIENCE_WITH_STARTING_SERVER_SECONDS / _LOOK_EVERY_SECONDS)
    for _ in range(tries):
        running = directory.running()
        if running is not None:
            found = {name: getattr(running, name) for name in _ADDRESSES if getattr(settings, name) is None}
            if found.get("s3_secret_key") is not None:
                found["s3_secret_key"] = SecretStr(found["s3_secret_key"])
            return settings.model_copy(update=found)
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
    raise in_use


def _connections_for(settings: Settings) -> int:
    """Room for each worker's pools and single connections, one worker more while they are replaced, and commands."""
    pools = settings.write_pool_size + settings.read_pool_size
    return max(_FEWEST_CONNECTIONS, (settings.workers + 1) * (pools + _SINGLE_CONNECTIONS) + _OTHERS_CONNECTIONS)


def _fill_in(settings: Settings, postgres: EmbeddedPostgres | None, store: EmbeddedObjectStore | None) -> Settings:
    found: dict[str, object] = {}
    if postgres is not None:
        found["database_url"] = postgres.url
    if store is not None:
        found |= {"s3_endpoint_url": store.endpoint_url, "s3_bucket": BUCKET, "s3_region": REGION}
        found |= {"s3_access_key": store.keys.access_key, "s3_secret_key": SecretStr(store.keys.secret_key)}
    return settings.model_copy(update=found)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
