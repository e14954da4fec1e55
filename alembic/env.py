"""Runs the migrations, one process at a time.

The database is `config.attributes["url"]` where a program asks for the migration, else PARTSGRAPH_DATABASE_URL. The URL
goes to asyncpg as it is and never through the configuration file, whose parser would take each % for the start of a
placeholder. A program inside a running event loop calls `alembic.command` in a thread.
"""

import asyncio
import os

import asyncpg
from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from persistence.models.base import Base

_LOCK_KEY = 0x7061727473  # "parts" in ASCII
_CONNECT_TIMEOUT_SECONDS = 10
_LIMITS = {"lock_timeout": "5s", "statement_timeout": "10min", "idle_in_transaction_session_timeout": "10min"}


async def _connect() -> "asyncpg.Connection[asyncpg.Record]":
    """Connect and wait for any other process that migrates; the lock ends with the connection.

    The limits come after the lock: a rival's migration may take longer than a table may be waited for.
    """
    url = context.config.attributes.get("url") or os.environ.get("PARTSGRAPH_DATABASE_URL")
    if not url:
        raise SystemExit("Set PARTSGRAPH_DATABASE_URL to the database that is to be migrated.")
    connection = await asyncpg.connect(
        url, timeout=_CONNECT_TIMEOUT_SECONDS, server_settings={"application_name": "partsgraph migrate"}
    )
    await connection.execute(f"SELECT pg_advisory_lock({_LOCK_KEY})")
    for name, limit in _LIMITS.items():
        await connection.execute(f"SET {name} = '{limit}'")
    return connection


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate() -> None:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=_connect, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


def _print_sql() -> None:
    """`alembic upgrade --sql`: print the statements instead of running them."""
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _print_sql()
else:
    asyncio.run(_migrate())
