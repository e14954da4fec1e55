"""One PostgreSQL cluster and one S3 server for a whole run; each worker takes databases and buckets of its own there.

The first process of a run starts them, on a copy of the prepared data directory, and its workers find them by a
variable of the environment. What tests kill, stop or fill to the brim is never one of these: such tests take a data
directory of their own (tests.server_process) or stores of their own (tests.stores).
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from pathlib import Path

import asyncpg

from persistence.object_store import open_object_store
from server.embedded.cluster import NAME
from server.embedded.object_store import REGION
from tests.server_process import ServerProcess
from tests.servers.once import made_once
from tests.servers.prepared import copy_prepared
from tests.stores import Stores, run_sql
from tests.waiting import until

CHOICE = "TEST_RUN_STORES"
"""The variable by which the processes of a run find its stores, as JSON."""

# Nobody pulls the plug of this cluster, so nothing has to reach the disk; a run has many servers with wide pools.
_HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "4GB"}
_CONNECTIONS = 1_000
_NUMBERS = count(1)
_UNREAD = "SELECT count(*) FROM attachments WHERE 'PENDING' IN (preview_state, text_state)"
DEMO = "demo"
"""The database of the run that holds the demo workshop, and the bucket with its files; nobody works on them."""


@dataclass(frozen=True, slots=True)
class RunStores:
    """Where the stores of the run are; both serve any number of servers."""

    directory: str
    database_url: str
    s3_endpoint_url: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str

    async def place(self, *, demo: bool = False) -> dict[str, str]:
        """Settings that name a database and a bucket nobody else has, migrated, without or with the demo workshop."""
        name, template = f"tests-{os.getpid()}-{next(_NUMBERS)}", DEMO if demo else NAME
        if demo:
            await asyncio.to_thread(made_once, Path(self.directory) / "demo", self._make_demo)
        await run_sql(self._url_of("postgres"), f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        await run_sql(self._url_of(name), "UPDATE installation SET id = gen_random_uuid()")
        if demo:
            await self._copy_objects(name)
        return self._settings(database=name, bucket=name)

    def _make_demo(self) -> None:
        """Have the demo workshop loaded as a first start does it."""
        forgotten = f'DROP DATABASE IF EXISTS "{DEMO}" WITH (FORCE)'
        asyncio.run(run_sql(self._url_of("postgres"), forgotten, f'CREATE DATABASE "{DEMO}" TEMPLATE "{NAME}"'))
        demo = ServerProcess(demo_data=True, settings=self._settings(database=DEMO, bucket=DEMO))
        demo.serve_once(lambda: asyncio.run(self._demo_is_read()))

    async def _demo_is_read(self) -> None:
        """Return when the files of the demo workshop have their previews and texts, so that no copy makes them."""
        connection = await asyncpg.connect(self._url_of(DEMO))
        try:
            unread = partial(connection.fetchval, _UNREAD)
            await until(unread, lambda number: number == 0, 300, whatever_is_chosen=True)
        finally:
            await connection.close()

    async def _copy_objects(self, bucket: str) -> None:
        keys = (self.s3_access_key, self.s3_secret_key, self.s3_region)
        async with (
            open_object_store(self.s3_endpoint_url, DEMO, *keys) as source,
            open_object_store(self.s3_endpoint_url, bucket, *keys) as target,
        ):
            await target.ensure_bucket()
            async for page in source.pages("attachments/"):
                for each in page:
                    await target.put(each.key, await source.read(each.key) or b"", "application/octet-stream")

    def _url_of(self, database: str) -> str:
        return self.database_url.replace(f"/{NAME}?", f"/{database}?", 1)

    def _settings(self, *, database: str, bucket: str) -> dict[str, str]:
        return {
            "PARTSGRAPH_DATABASE_URL": self._url_of(database),
            "PARTSGRAPH_S3_ENDPOINT_URL": self.s3_endpoint_url,
            "PARTSGRAPH_S3_BUCKET": bucket,
            "PARTSGRAPH_S3_ACCESS_KEY": self.s3_access_key,
            "PARTSGRAPH_S3_SECRET_KEY": self.s3_secret_key,
            "PARTSGRAPH_S3_REGION": self.s3_region,
        }


@asynccontextmanager
async def open_run_stores() -> AsyncIterator[RunStores]:
    """Those that this run has already, else new ones until the end of the block. To be opened on the main thread."""
    found = os.environ.get(CHOICE)
    if found is not None:
        yield RunStores(**json.loads(found))
        return
    directory = Path(tempfile.mkdtemp(prefix="partsgraph-run-"))
    await asyncio.to_thread(copy_prepared, directory / "data")
    stores = Stores(directory / "data", _CONNECTIONS)
    try:
        await stores.postgres.start()
        await stores.object_store.start()
        hasty = [f"ALTER SYSTEM SET {name} = '{value}'" for name, value in _HASTY.items()]
        await run_sql(stores.postgres.url, *hasty, "SELECT pg_reload_conf()")
        keys = stores.object_store.keys
        run = RunStores(
            str(directory),
            stores.postgres.url,
            stores.object_store.endpoint_url,
            keys.access_key,
            keys.secret_key,
            REGION,
        )
        os.environ[CHOICE] = json.dumps(asdict(run))
        yield run
    finally:
        os.environ.pop(CHOICE, None)
        await stores.object_store.stop()
        await stores.postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)
