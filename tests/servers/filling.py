"""Fills the prepared data directory: `python -m tests.servers.filling DIRECTORY`."""

import asyncio
import shutil
import sys
from pathlib import Path

from tests.server_process import ServerProcess
from tests.stores import Stores, run_sql

# Without spare segments of its log a cluster is copied in half the time; its users get PostgreSQL's defaults again.
_SMALL = {"wal_recycle": "off", "min_wal_size": "32MB", "fsync": "off", "full_page_writes": "off"}


async def _fill(directory: Path) -> None:
    stores = Stores(directory)
    try:
        await stores.postgres.start()
        await stores.object_store.start()
        await run_sql(stores.postgres.url, *(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in _SMALL.items()))
        await run_sql(stores.postgres.url, "SELECT pg_reload_conf()")
        await asyncio.to_thread(ServerProcess(settings=stores.settings).serve_once)
        # It may be copied hours later, when all that this server has scheduled would be due at once.
        await run_sql(stores.postgres.url, "DELETE FROM job_schedules", "ALTER SYSTEM RESET ALL", "CHECKPOINT")
    finally:
        await stores.object_store.stop()
        await stores.postgres.stop()
    for passing in (directory / "run", directory / "logs"):
        shutil.rmtree(passing)


if __name__ == "__main__":
    asyncio.run(_fill(Path(sys.argv[1])))
