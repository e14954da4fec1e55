"""A database that does not do is refused with the reason and the way out."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from server.errors import OperatorError
from server.settings import Settings
from server.start.database import check_database, prepare_database, require_current
from server.start.progress import Announcer
from tests.server_process import COMMAND, ServerProcess, environment, settings_for_same_stores

# The cluster is shared with others of the run, who make their own.
ANOTHER = f"another_{os.getpid()}"
READER = f"reader_{os.getpid()}"


@asynccontextmanager
async def _another_database(server: ServerProcess, *statements: str, creation: str = "") -> AsyncIterator[str]:
    """A database beside the server's own, prepared by the statements; yields its address."""
    connection = await asyncpg.connect(server.database_url)
    try:
        await connection.execute(f"CREATE DATABASE {ANOTHER} {creation}")
        try:
            for statement in statements:
                await connection.execute(statement)
            yield urlunsplit(urlsplit(server.database_url)._replace(path=f"/{ANOTHER}"))
        finally:
            await connection.execute(f"DROP DATABASE {ANOTHER} (FORCE)")
    finally:
        await connection.close()


@asynccontextmanager
async def _server_of_version(version: str) -> AsyncIterator[str]:
    """Greets as PostgreSQL of that version does (protocol 3.0) and lets its client go; yields its address."""

    def message(kind: bytes, body: bytes) -> bytes:
        return kind + (len(body) + 4).to_bytes(4, "big") + body

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(int.from_bytes(await reader.readexactly(4), "big") - 4)
        writer.write(message(b"R", bytes(4)))
        writer.write(message(b"S", b"server_version\0" + version.encode() + b"\0"))
        writer.write(message(b"K", bytes(8)) + message(b"Z", b"I"))
        await writer.drain()
        await reader.read(1)  # the client takes its leave
        writer.close()

    listener = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with listener:
        yield f"postgresql://anybody:very-secret@127.0.0.1:{listener.sockets[0].getsockname()[1]}/old?sslmode=disable"


async def _told(url: str) -> str:
    with pytest.raises(OperatorError) as raised:
        await check_database(url, 5)
    return str(raised.value)


async def test_the_embedded_database_does(server: ServerProcess) -> None:
    await check_database(server.database_url, 5)


async def test_a_version_before_15_is_refused() -> None:
    async with _server_of_version("14.9") as url:
        told = await _told(url)
    assert "is PostgreSQL 14; partsgraph needs 15 or newer" in told
    assert "very-secret" not in told


async def test_a_database_without_pg_trgm_is_refused(server: ServerProcess) -> None:
    hide_extensions = f"ALTER DATABASE {ANOTHER} SET extension_control_path = '/nowhere'"
    async with _another_database(server, hide_extensions) as url:
        assert f"{ANOTHER} lacks the extension pg_trgm; install PostgreSQL's contrib package" in await _told(url)


async def test_a_database_without_fuzzystrmatch_is_refused(
    server: ServerProcess, database_connection: asyncpg.Connection, tmp_path: Path
) -> None:
    """One of PostgreSQL 18, which looks for extensions where it is told to; there is pg_trgm, and nothing else."""
    directory = await database_connection.fetchval("SELECT setting FROM pg_config WHERE name = 'SHAREDIR'")
    there = tmp_path / "extension"
    there.mkdir()
    for path in (Path(directory) / "extension").glob("pg_trgm*"):
        shutil.copy(path, there)
    hide_extensions = f"ALTER DATABASE {ANOTHER} SET extension_control_path = '{tmp_path}'"
    async with _another_database(server, hide_extensions) as url:
        assert f"{ANOTHER} lacks the extension fuzzystrmatch; install PostgreSQL's contrib package" in await _told(url)


async def test_a_database_of_another_encoding_is_refused(server: ServerProcess) -> None:
    creation = "TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    async with _another_database(server, creation=creation) as url:
        assert "has the encoding LATIN1; create it with ENCODING 'UTF8'" in await _told(url)


async def test_a_database_that_is_not_there_is_told(server: ServerProcess) -> None:
    url = urlunsplit(urlsplit(server.database_url)._replace(path="/nowhere"))
    assert 'refuses the connection: database "nowhere" does not exist' in await _told(url)


async def test_a_database_that_does_not_answer_is_told_after_a_while(server: ServerProcess) -> None:
    with pytest.raises(OperatorError, match=r"the database 127\.0\.0\.1:1/x cannot be reached"):
        await check_database("postgresql://127.0.0.1:1/x", 0.3)


async def test_an_old_schema_is_refused_by_commands_that_do_not_migrate(server: ServerProcess) -> None:
    async with _another_database(server) as url:
        with pytest.raises(OperatorError, match="run `partsgraph migrate` first"):
            await require_current(Settings(database_url=url))
        assert await prepare_database(Settings(database_url=url), Announcer()) is True
        assert await prepare_database(Settings(database_url=url), Announcer()) is False
        await require_current(Settings(database_url=url))


async def test_processes_that_migrate_one_database_at_the_same_time_wait_for_each_other(server: ServerProcess) -> None:
    async with _another_database(server) as url:
        settings = settings_for_same_stores(server) | {"PARTSGRAPH_DATABASE_URL": url}
        words, changed = [*COMMAND, "migrate"], asyncio.subprocess.PIPE
        rivals = [
            await asyncio.create_subprocess_exec(*words, env=environment(settings), stdout=changed) for _ in range(3)
        ]
        said = [(await rival.communicate())[0] for rival in rivals]
        assert [rival.returncode for rival in rivals] == [0, 0, 0]
        assert b"The database is migrated.\n" in said
        await require_current(Settings(database_url=url))


async def test_a_newer_schema_is_refused(server: ServerProcess) -> None:
    async with _another_database(server) as url:
        await prepare_database(Settings(database_url=url), Announcer())
        connection = await asyncpg.connect(url)
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        await connection.close()
        with pytest.raises(OperatorError, match=r"migrated by a newer partsgraph \(revision 9999\)"):
            await prepare_database(Settings(database_url=url), Announcer())


async def test_a_user_who_may_not_migrate_is_told(
    server: ServerProcess, database_connection: asyncpg.Connection
) -> None:
    await database_connection.execute(f"CREATE ROLE {READER}")
    try:
        async with _another_database(server) as url:
            with pytest.raises(OperatorError, match=r"does not let this user migrate it: .*permission denied"):
                await prepare_database(Settings(database_url=f"{url}&role={READER}"), Announcer())
    finally:
        await database_connection.execute(f"DROP ROLE {READER}")
