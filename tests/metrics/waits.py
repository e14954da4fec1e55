"""Statements that have waited for a lock for so long that they count as slow."""

import asyncpg

from tests.activity import activity
from tests.waiting import until

_LONGEST = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0) FROM pg_stat_activity
 WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name <> 'partsgraph listener'
"""


async def until_waited_for(connection: asyncpg.Connection, seconds: float) -> None:
    """Return when somebody has waited for a lock of this connection for so long, as the database has it."""

    async def longest() -> float:
        [(seconds,)] = await activity(connection, _LONGEST)
        return float(seconds)

    await until(longest, lambda waited: waited >= seconds)
