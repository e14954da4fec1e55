"""Makes the database ready: it answers, is new enough, brings what search needs, and has the newest schema."""

import asyncio
import time
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError

from persistence.faults import REFUSING, STARTING
from server.errors import OperatorError
from server.settings import Settings
from server.start.migrations import is_current, migrate
from server.start.progress import Announcer

OLDEST_MAJOR_VERSION = 15
EXTENSIONS = ("pg_trgm", "fuzzystrmatch")
"""What PostgreSQL's contrib package brings, and search needs."""
_INSUFFICIENT_PRIVILEGE = "42501"


async def prepare_database(complete: Settings, announcer: Announcer) -> bool:
    """Waits for the database, checks and migrates it; True when a migration ran. Raises OperatorError."""
    url = _url(complete)
    async with announcer.step("Waiting for the database"):
        await check_database(url, complete.database_connect_timeout_seconds)
    async with announcer.step("Migrating the database"):
        try:
            return await migrate(url, announcer.tell)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
                raise
            raise OperatorError(
                f"the database {_address(url)} does not let this user migrate it: {str(error.orig).splitlines()[0]}"
            ) from None


async def require_current(complete: Settings) -> None:
    """Raises OperatorError when the database does not do or its schema is not the newest."""
    await check_database(_url(complete), complete.database_connect_timeout_seconds)
    if not await is_current(_url(complete)):
        raise OperatorError("the database is not up to date; run `partsgraph migrate` first")


async def check_database(url: str, patience_seconds: float) -> None:
    """Waits for the database at most so long, and raises OperatorError with the way out when it does not do."""
    connection = await _connect(url, time.perf_counter() + patience_seconds)
    try:
        version = connection.get_server_version()
        if version.major < OLDEST_MAJOR_VERSION:
            raise OperatorError(
                f"the database {_address(url)} is PostgreSQL {version.major}; partsgraph needs "
                f"{OLDEST_MAJOR_VERSION} or newer: name another one with PARTSGRAPH_DATABASE_URL, or leave "
                "it out to use the embedded one"
            )
        there = {name for (name,) in await connection.fetch("SELECT name FROM pg_available_extensions")}
        for extension in EXTENSIONS:
            if extension not in there:
                raise OperatorError(
                    f"the database {_address(url)} lacks the extension {extension}; install PostgreSQL's contrib "
                    "package on its machine (Debian: apt install postgresql-contrib)"
                )
        encoding = await connection.fetchval("SHOW server_encoding")
        if encoding != "UTF8":
            raise OperatorError(
                f"the database {_address(url)} has the encoding {encoding}; create it with ENCODING 'UTF8'"
            )
    finally:
        await connection.close()


async def _connect(url: str, deadline: float) -> asyncpg.Connection:
    while True:
        left = deadline - time.perf_counter()
        try:
            return await asyncpg.connect(url, timeout=max(left, 1.0))
        except STARTING as error:
            if left <= 0:
                reason = str(error) or "it does not answer"
                raise OperatorError(
                    f"the database {_address(url)} cannot be reached ({reason}); is it running, and is "
                    "PARTSGRAPH_DATABASE_URL right?"
                ) from None
        except (*REFUSING, ValueError) as error:
            raise OperatorError(f"the database {_address(url)} refuses the connection: {error}") from None
        await asyncio.sleep(0.2)


def _url(complete: Settings) -> str:
    if complete.database_url is None:
        raise OperatorError("the address of the database is not known")
    return complete.database_url


def _address(url: str) -> str:
    """Host, port and name of the database, without user and password."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2] or 'on a socket'}{parts.path}"
