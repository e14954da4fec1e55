"""A PostgreSQL and an S3 server that a test may stop and start, while the servers that use them go on."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from server.embedded.cluster import NAME
from server.embedded.data_directory import DataDirectory
from server.embedded.object_store import BUCKET, REGION, EmbeddedObjectStore
from server.embedded.postgres import EmbeddedPostgres
from tests.servers.prepared import copy_prepared
from tests.waiting import until


class Stores:
    """The embedded servers, run by the tests: nobody starts them again but the test."""

    def __init__(self, directory: Path, max_connections: int = 100) -> None:
        data = DataDirectory(directory)
        data.prepare()
        self.postgres = EmbeddedPostgres(data, max_connections)
        self.object_store = EmbeddedObjectStore(data)

    @property
    def settings(self) -> dict[str, str]:
        """What makes a server use them."""
        return self.settings_for(NAME, BUCKET)

    def settings_for(self, database: str, bucket: str) -> dict[str, str]:
        """What makes a server use this database and this bucket."""
        return {
            "PARTSGRAPH_DATABASE_URL": urlsplit(self.postgres.url)._replace(path=f"/{database}").geturl(),
            "PARTSGRAPH_S3_ENDPOINT_URL": self.object_store.endpoint_url,
            "PARTSGRAPH_S3_BUCKET": bucket,
            "PARTSGRAPH_S3_ACCESS_KEY": self.object_store.keys.access_key,
            "PARTSGRAPH_S3_SECRET_KEY": self.object_store.keys.secret_key,
            "PARTSGRAPH_S3_REGION": REGION,
        }

    async def connections(self) -> int:
        """How many connections of servers the database has."""
        connection = await asyncpg.connect(self.postgres.url)
        try:
            servers = "datname = current_database() AND application_name LIKE 'partsgraph%'"
            return int(await connection.fetchval(f"SELECT count(*) FROM pg_stat_activity WHERE {servers}"))
        finally:
            await connection.close()


async def run_sql(database_url: str, *statements: str) -> None:
    """Run statements one by one, each in a transaction of its own, as the owner of the cluster."""
    connection = await asyncpg.connect(database_url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def halt(part: EmbeddedPostgres | EmbeddedObjectStore) -> None:
    """End it as its operator would, PostgreSQL by a fast shutdown; `start` brings it back at the same address."""
    pid = part.pid
    assert pid is not None
    os.kill(pid, signal.SIGINT)

    async def is_gone() -> bool:
        return part.pid is None

    await until(is_gone)


@asynccontextmanager
async def open_stores() -> AsyncIterator[Stores]:
    """Both, on a copy of the prepared data directory, until the end of the block."""
    directory = Path(tempfile.mkdtemp(prefix="partsgraph-"))
    await asyncio.to_thread(copy_prepared, directory / "data")
    stores = Stores(directory / "data")
    try:
        await stores.postgres.start()
        await stores.object_store.start()
        yield stores
    finally:
        await stores.object_store.stop()
        await stores.postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)
