"""The passwords of compose.yaml are made at the first start, reach their readers alone, and open what they are for."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError

from persistence.object_store import open_object_store
from tests.attachments.uploading import attached, png
from tests.conftest import connect, running
from tests.graphql_client import data_of
from tests.operating.manifests import compose_services, object_store_command
from tests.ports import free_port
from tests.server_process import ROOT, ServerProcess, settings_for_same_stores
from tests.servers.run import RunStores
from tests.waiting import until

MAKE_SECRETS = ROOT / "deploy" / "make-secrets"


def _made(directory: Path, **given: str) -> dict[str, str]:
    """What make-secrets leaves in a directory, by the names of the files."""
    directory.mkdir(exist_ok=True)
    subprocess.run(["sh", MAKE_SECRETS, directory], env={"PATH": "/usr/bin:/bin"} | given, check=True)
    return {str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()}


def test_passwords_are_made_at_the_first_start_and_kept(tmp_path: Path) -> None:
    first, other = _made(tmp_path / "one"), _made(tmp_path / "other")
    password, secret = first["database/password"], first["settings/partsgraph_s3_secret_key"]
    assert re.fullmatch("[0-9a-f]{48}", password)
    assert re.fullmatch("[0-9a-f]{48}", secret)
    assert first == {
        "database/password": password,
        "object-store/auth-key": f'"partsgraph,{secret}"',
        "settings/partsgraph_database_url": f"postgresql://partsgraph:{password}@database:5432/partsgraph",
        "settings/partsgraph_s3_secret_key": secret,
    }
    assert not set(first.values()) & set(other.values())
    assert _made(tmp_path / "one") == first


def test_a_password_that_is_given_is_taken(tmp_path: Path) -> None:
    _made(tmp_path)
    made = _made(tmp_path, DATABASE_PASSWORD="of-mine", OBJECT_STORE_SECRET="mine2")
    assert made["settings/partsgraph_database_url"] == "postgresql://partsgraph:of-mine@database:5432/partsgraph"
    assert (made["database/password"], made["object-store/auth-key"]) == ("of-mine", '"partsgraph,mine2"')


def test_a_password_that_no_address_can_hold_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    before = _made(tmp_path)
    with pytest.raises(subprocess.CalledProcessError):
        _made(tmp_path, DATABASE_PASSWORD="a@b/c")
    assert _made(tmp_path) == before


def test_what_is_made_goes_to_its_readers_and_to_nobody_else() -> None:
    services = compose_services()
    mounted = {
        name: sorted(volume.partition(":")[0] for volume in service.get("volumes", []) if "/run/secrets" in volume)
        for name, service in services.items()
    }
    assert mounted == {
        "secrets": [],
        "database": ["database-secret"],
        "object-store": ["object-store-secret"],
        "init": ["settings"],
        "partsgraph": ["settings"],
        "worker": ["settings"],
    }
    for reader in ("database", "object-store"):
        assert services[reader]["depends_on"]["secrets"] == {"condition": "service_completed_successfully"}
    assert services["database"]["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/database/password"
    assert services["partsgraph"]["environment"]["PARTSGRAPH_SECRETS_DIR"] == "/run/secrets/partsgraph"


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@asynccontextmanager
async def _object_store(directory: Path, keys: Path, port: int) -> AsyncIterator[None]:
    """The object store as compose.yaml starts it."""
    program = Path(sys.executable).with_name("rclone")
    command = object_store_command(str(directory), str(keys), f"127.0.0.1:{port}", str(program))
    process = await asyncio.to_thread(_started, command)

    async def listens() -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    try:
        await until(listens, lambda found: found)
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 60)


async def test_a_server_and_its_object_store_start_with_what_was_made(run_stores: RunStores, tmp_path: Path) -> None:
    secrets, objects, port = tmp_path / "secrets", tmp_path / "objects", free_port()
    _made(secrets)
    objects.mkdir()
    # The database of the tests has another address than the one in compose.yaml.
    place = await run_stores.place()
    (secrets / "settings" / "partsgraph_database_url").write_text(place["PARTSGRAPH_DATABASE_URL"])
    settings = _of_the_store(port) | {
        "PARTSGRAPH_SECRETS_DIR": str(secrets / "settings"),
        "PARTSGRAPH_DATABASE_URL": "",
    }
    async with (
        _object_store(objects, secrets / "object-store", port),
        running(ServerProcess(settings=settings)) as made,
    ):
        async with connect(made) as client:
            await _attach(client)
        assert len(list(objects.rglob("original"))) == 1
        with pytest.raises(ClientError):
            await _ask_with_another_secret(port)


def _of_the_store(port: int) -> dict[str, str]:
    """What compose.yaml says of the object store, which is on another port here."""
    given = compose_services()["partsgraph"]["environment"]
    named = {name: str(value) for name, value in given.items() if name.startswith("PARTSGRAPH_S3_")}
    return named | {"PARTSGRAPH_S3_ENDPOINT_URL": f"http://127.0.0.1:{port}"}


async def _ask_with_another_secret(port: int) -> None:
    url, wrong = f"http://127.0.0.1:{port}", "partsgraph-secret"
    async with open_object_store(url, "partsgraph", "partsgraph", wrong, "us-east-1") as store:
        await store.answers()


async def _attach(client: httpx.AsyncClient) -> None:
    query = 'mutation { createPart(input: {description: "A"}) { ... on CreatePartSuccess { part { key } } } }'
    key = (await data_of(client, query))["createPart"]["part"]["key"]
    await attached(client, {"partKey": key}, png(), "a.png")


async def test_a_server_without_its_secrets_says_so(server: ServerProcess, tmp_path: Path) -> None:
    process = ServerProcess(
        settings=settings_for_same_stores(server) | {"PARTSGRAPH_SECRETS_DIR": str(tmp_path / "no")}
    )
    try:
        told = await asyncio.to_thread(process.run_command, "check")
    finally:
        process.remove()
    assert told.returncode == 1
    assert told.stderr == f"partsgraph: PARTSGRAPH_SECRETS_DIR: there is no directory {tmp_path / 'no'}\n"
