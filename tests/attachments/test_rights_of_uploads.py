"""Who may not attach a file is told so before it comes, and who may no longer when it has come.

Rules: docs/domain.md#actors-and-tokens.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import psutil
import pytest

from tests.attachments.multipart import TYPE, body, parts
from tests.attachments.open_files import open_files
from tests.attachments.uploading import PDF
from tests.server_process import ServerProcess
from tests.waiting import patience, until
from tests.wire.conftest import GuardedServer, guarded_server, make_token, run_sql, until_asked_again

__all__ = ["guarded_server"]

ANNOUNCED = 100 * 2**20


@asynccontextmanager
async def uploading(
    server: ServerProcess, token: str, length: int
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A request with files whose head is sent, and nothing of its body yet."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    headers = TYPE | {"Authorization": f"Bearer {token}", "Content-Length": str(length)}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"POST /graphql HTTP/1.1\r\nHost: localhost\r\n{head}\r\n".encode())
    try:
        yield reader, writer
    finally:
        writer.close()


async def answered(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Status and code of the answer, after which the server sends nothing more."""
    async with asyncio.timeout(patience(60)):
        head, _, content = (await reader.read()).partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    return int(head.split(b" ", 2)[1]), json.loads(content)["errors"][0]["extensions"]["code"]


def beginning(content: bytes) -> bytes:
    """The body up to the file, of which some bytes come."""
    return body(*parts(content=content), end=b"")


async def test_a_viewer_is_refused_before_the_file_has_come(guarded_server: GuardedServer) -> None:
    async with uploading(guarded_server.process, guarded_server.tokens["VIEWER"], ANNOUNCED) as (reader, writer):
        writer.write(beginning(b"a" * 300_000))
        assert await answered(reader) == (403, "FORBIDDEN")


async def test_a_client_that_sends_on_reads_why_it_was_refused(guarded_server: GuardedServer) -> None:
    async with uploading(guarded_server.process, guarded_server.tokens["VIEWER"], ANNOUNCED) as (reader, writer):
        writer.write(beginning(b"a" * 700_000))
        await writer.drain()
        assert await answered(reader) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("query", "code"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), ("#" * 200_000, "CHARACTER_LIMIT")],
)
async def test_a_document_that_may_not_run_is_refused_before_its_files_have_come(
    guarded_server: GuardedServer, query: str, code: str
) -> None:
    asked = json.dumps({"query": query, "variables": {"input": {"file": None}}}).encode()
    content = body(('name="operations"', asked), *parts()[1:], end=b"")
    async with uploading(guarded_server.process, guarded_server.tokens["ADMIN"], ANNOUNCED) as (reader, writer):
        writer.write(content)
        assert (await answered(reader))[1] == code


async def test_a_token_that_is_revoked_while_its_file_comes_attaches_nothing(guarded_server: GuardedServer) -> None:
    process = guarded_server.process
    token = await make_token(process, "EDITOR", "hasty")
    content = body(*parts(content=PDF + bytes(3_000_000)))
    running = psutil.Process(process.process.pid)

    async def files() -> int:
        return open_files(running)

    before = await files()
    async with uploading(process, token, len(content)) as (reader, writer):
        writer.write(content[:-100])
        await writer.drain()
        # Its first bytes are on the disk: the token was looked at before.
        await until(files, lambda number: number > before)
        await run_sql(process, "UPDATE api_tokens SET revoked_at = clock_timestamp() WHERE name = 'hasty'")
        await until_asked_again(process)
        writer.write(content[-100:])
        async with asyncio.timeout(patience(60)):
            answer = await reader.readuntil(b"}")
    assert answer.startswith(b"HTTP/1.1 401 ")
    connection = await asyncpg.connect(process.database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM attachments") == 0
    finally:
        await connection.close()
