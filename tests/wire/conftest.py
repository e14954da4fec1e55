"""Servers with other settings than the one all tests share, and small helpers to speak HTTP."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import asyncpg
import httpx
import orjson
import pytest

from tests.conftest import connect, running
from tests.server_process import ServerProcess
from tests.servers.run import RunStores
from tests.servers.shared import SharedServers, watched

FRONT_END = "http://localhost:5173"
TRUSTED = "query Trusted { __typename }"
TRUSTED_ID = sha256(TRUSTED.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class GuardedServer:
    """A server with API tokens: one of each role, by the role's name."""

    process: ServerProcess
    tokens: dict[str, str]

    def headers(self, role: str) -> dict[str, str]:
        """The header that makes a request one of this role."""
        return {"Authorization": f"Bearer {self.tokens[role]}"}


@pytest.fixture(scope="session")
async def guarded_server(run_stores: RunStores) -> AsyncIterator[GuardedServer]:
    """A server on a database of its own, with a token for each role."""
    async with running(ServerProcess(settings=await run_stores.place())) as process:
        yield GuardedServer(process, {role: await make_token(process, role) for role in ("VIEWER", "EDITOR", "ADMIN")})


async def make_token(process: ServerProcess, role: str, name: str | None = None) -> str:
    """Make a token as `partsgraph token create` does, without the seconds that a command takes to start."""
    token = f"pg_{secrets.token_urlsafe(32)}"
    statement = "INSERT INTO api_tokens (name, name_key, role, digest) VALUES ($1, lower($1), $2, $3)"
    await run_sql(process, statement, name or role.lower(), role, sha256(token.encode()).digest())
    return token


async def until_asked_again(process: ServerProcess) -> None:
    """Let the seconds pass for which a server goes by what it knew of a token: it is by then that it has to ask."""
    await asyncio.sleep(float(process.settings["PARTSGRAPH_TOKEN_KEPT_SECONDS"]))


async def run_sql(process: ServerProcess, statement: str, *values: object) -> None:
    """Run one statement in the database of a server."""
    connection = await asyncpg.connect(process.database_url)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


@pytest.fixture
async def guarded_client(guarded_server: GuardedServer) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the server with tokens."""
    async with connect(guarded_server.process) as connected:
        yield connected


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest with one trusted document."""
    made = tmp_path_factory.mktemp("manifest") / "documents.json"
    made.write_bytes(orjson.dumps({f"sha256:{TRUSTED_ID}": TRUSTED}))
    return made


@pytest.fixture(scope="module")
async def tuned_server(shared_servers: SharedServers, manifest: Path) -> AsyncIterator[ServerProcess]:
    """A second server on the stores of the first: with a front end's origin and a trusted document."""
    settings = {
        "PARTSGRAPH_CORS_ORIGINS": FRONT_END,
        "PARTSGRAPH_CORS_HEADERS": "X-Workshop, X-Bench",
        "PARTSGRAPH_TRUSTED_DOCUMENTS": str(manifest),
    }
    async with watched(await shared_servers.with_settings(settings)) as server:
        yield server


@pytest.fixture
async def tuned_client(tuned_server: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the server with other settings."""
    async with connect(tuned_server) as connected:
        yield connected


def code_of(response: httpx.Response) -> str:
    """The code of the first error of an answer, after checking that the answer has the form every answer has."""
    answer = response.json()
    assert "data" not in answer, answer
    for error in answer["errors"]:
        assert error["message"], answer
        assert error["extensions"]["code"], answer
    code: str = answer["errors"][0]["extensions"]["code"]
    return code
