"""The embedded PostgreSQL and object store start, keep their data, die, and come back with nothing left behind."""

import asyncio
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from botocore.exceptions import ClientError

from persistence.object_store import open_object_store
from server.embedded.data_directory import DataDirectory
from server.embedded.postgres import EmbeddedPostgres
from server.embedded.processes import Account, run_to_end, start_child
from server.embedded.servers import Surroundings, open_surroundings, reach_surroundings
from server.errors import OperatorError
from server.settings import Settings
from server.start.progress import Announcer
from tests.operating.processes import eventually, is_gone
from tests.server_process import environment
from tests.servers.prepared import copy_prepared

# Runs the embedded servers until it is killed, and says when they are up.
_HOLDER = """
import asyncio, sys
from server.embedded.servers import open_surroundings
from server.start.progress import Announcer
from server.settings import Settings

async def hold():
    async with open_surroundings(Settings(data_dir=sys.argv[1]), Announcer()):
        print("up", flush=True)
        await asyncio.sleep(600)

asyncio.run(hold())
"""


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One data directory for the tests of this module, set up; each leaves it stopped and whole."""
    path = Path(tempfile.mkdtemp(prefix="partsgraph-"))
    copy_prepared(path / "data")
    DataDirectory(path / "data").prepare()
    yield path / "data"
    shutil.rmtree(path)


@asynccontextmanager
async def _embedded(data_dir: Path) -> AsyncIterator[Surroundings]:
    async with open_surroundings(Settings(data_dir=data_dir), Announcer()) as surroundings:
        surroundings.announce(port=8000)
        yield surroundings


@asynccontextmanager
async def _connected(surroundings: Surroundings) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(surroundings.settings.database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def _put_and_measure(settings: Settings, secret_key: str, body: bytes) -> int | None:
    bucket, access_key = settings.s3_bucket, settings.s3_access_key
    assert bucket is not None
    assert access_key is not None
    async with open_object_store(settings.s3_endpoint_url, bucket, access_key, secret_key, settings.s3_region) as store:
        await store.ensure_bucket()
        await store.put("a/b", body, "text/plain")
        return await store.size_bytes("a/b")


async def _refused(data_dir: Path) -> str:
    with pytest.raises(OperatorError) as raised:
        async with _embedded(data_dir):
            pass
    return str(raised.value)


def _hold(data_dir: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, data_dir], stdout=subprocess.PIPE, env=environment({}))
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"up\n"
    return holder


def _kill(holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait(60)
    assert holder.stdout is not None
    holder.stdout.close()


def _announced(data_dir: Path) -> dict[str, int]:
    announced: dict[str, int] = json.loads((data_dir / "run" / "partsgraph.json").read_bytes())
    return announced


@contextmanager
def _renamed(path: Path, name: Path) -> Iterator[None]:
    path.rename(name)
    yield
    name.rename(path)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_both_servers_answer_and_are_gone_after_the_stop(data_dir: Path) -> None:
    async with _embedded(data_dir) as surroundings:
        async with _connected(surroundings) as connection:
            assert await connection.fetchval("SHOW server_encoding") == "UTF8"
            assert await connection.fetchval("SHOW listen_addresses") == ""
            locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()"
            assert await connection.fetchval(locale) == "bC.UTF-8"
            for extension in ("pg_trgm", "unaccent", "pg_stat_statements"):
                await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            assert await connection.fetchval("SELECT count(*) FROM pg_stat_statements") > 0
        settings = surroundings.settings
        assert settings.s3_secret_key is not None
        assert await _put_and_measure(settings, settings.s3_secret_key.get_secret_value(), b"five!") == 5
        announced = _announced(data_dir)
        assert announced["pid"] == os.getpid()
        assert announced["port"] == 8000
    assert is_gone(announced["postgres_pid"])
    assert is_gone(announced["object_store_pid"])
    assert not (data_dir / "run" / "partsgraph.json").exists()


async def test_the_next_start_finds_rows_objects_and_keys(data_dir: Path) -> None:
    async with _embedded(data_dir) as surroundings, _connected(surroundings) as connection:
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        before = surroundings.settings
        assert before.s3_secret_key is not None
        await _put_and_measure(before, before.s3_secret_key.get_secret_value(), b"five!")
    async with _embedded(data_dir) as surroundings, _connected(surroundings) as connection:
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.execute("DROP TABLE kept")
        assert (surroundings.settings.s3_access_key, surroundings.settings.s3_secret_key) == (
            before.s3_access_key,
            before.s3_secret_key,
        )
    assert (data_dir / "objects" / "partsgraph" / "a" / "b").read_bytes() == b"five!"


async def test_a_wrong_secret_key_is_refused_by_the_object_store(data_dir: Path) -> None:
    async with _embedded(data_dir) as surroundings:
        with pytest.raises(ClientError):
            await _put_and_measure(surroundings.settings, "wrong", b"stolen")


async def test_secrets_are_readable_by_their_owner_only(data_dir: Path) -> None:
    async with _embedded(data_dir) as surroundings:
        for path in (data_dir / "object_store.json", data_dir / "run" / "partsgraph.json"):
            assert _mode(path) == 0o600
        for path in (data_dir / "run", data_dir / "objects", data_dir / "postgres"):
            assert _mode(path) == 0o700
        assert surroundings.settings.s3_secret_key is not None
        secret = surroundings.settings.s3_secret_key.get_secret_value()
        command_line = psutil.Process(_announced(data_dir)["object_store_pid"]).cmdline()
        assert not any(secret in word for word in command_line)


async def test_two_processes_never_share_a_data_directory(data_dir: Path) -> None:
    async with _embedded(data_dir):
        told = await _refused(data_dir)
    assert told.startswith(f"another partsgraph server uses this data directory (process {os.getpid()}): {data_dir}")
    assert "PARTSGRAPH_DATA_DIR" in told


async def test_a_command_joins_the_servers_that_run_and_leaves_them_running(data_dir: Path) -> None:
    async with _embedded(data_dir) as surroundings:
        async with reach_surroundings(Settings(data_dir=data_dir), Announcer()) as reached:
            assert reached == surroundings.settings
        async with _connected(surroundings) as connection:
            assert await connection.fetchval("SELECT 1") == 1


async def test_a_command_runs_the_servers_itself_when_none_run(data_dir: Path) -> None:
    async with reach_surroundings(Settings(data_dir=data_dir), Announcer()) as reached:
        connection = await asyncpg.connect(reached.database_url)
        await connection.close()
        pid = _announced(data_dir)["postgres_pid"]
    assert is_gone(pid)


async def test_a_killed_server_takes_its_children_along_and_the_next_start_succeeds(data_dir: Path) -> None:
    holder = await asyncio.to_thread(_hold, data_dir)
    announced = _announced(data_dir)
    _kill(holder)
    await eventually(lambda: is_gone(announced["postgres_pid"]) and is_gone(announced["object_store_pid"]))
    async with _embedded(data_dir) as surroundings, _connected(surroundings) as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_everything_killed_at_once_starts_again(data_dir: Path) -> None:
    holder = await asyncio.to_thread(_hold, data_dir)
    announced = _announced(data_dir)
    for pid in (announced["postgres_pid"], announced["object_store_pid"]):
        os.kill(pid, signal.SIGKILL)
    _kill(holder)
    async with _embedded(data_dir) as surroundings, _connected(surroundings) as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_what_outlived_its_server_is_ended_by_the_next_start(data_dir: Path) -> None:
    """Their parent lives on here, as their death signal is not sent everywhere."""
    directory = DataDirectory(data_dir)
    leftover = EmbeddedPostgres(directory)
    with directory.locked():
        await leftover.start()
    pid = leftover.pid
    assert pid is not None
    with directory.log_file("leftover.log") as (log, _):
        words = ["serve", "s3", str(directory.objects)]
        program = [sys.executable, "-c", "import time; time.sleep(600)", *words]
        pretender = start_child(program, log=log, environment={}, signal_when_orphaned=signal.SIGTERM)
    (data_dir / "run" / "object_store.pid").write_text(str(pretender.pid))
    async with _embedded(data_dir):
        assert pretender.poll() == -signal.SIGTERM
        assert leftover.pid is None
        assert _announced(data_dir)["postgres_pid"] != pid


async def test_a_number_that_went_to_another_process_is_left_alone(data_dir: Path) -> None:
    (data_dir / "run" / "object_store.pid").write_text(str(os.getpid()))
    (data_dir / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    async with _embedded(data_dir) as surroundings, _connected(surroundings) as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_a_server_that_dies_is_started_again_at_the_same_address(data_dir: Path) -> None:
    async with _embedded(data_dir) as surroundings:
        before = _announced(data_dir)
        os.kill(before["postgres_pid"], signal.SIGKILL)
        os.kill(before["object_store_pid"], signal.SIGKILL)
        await eventually(lambda: _announced(data_dir)["object_store_pid"] != before["object_store_pid"])
        after = _announced(data_dir)
        assert after["postgres_pid"] != before["postgres_pid"]
        assert after["s3_endpoint_url"] == before["s3_endpoint_url"]
        async with _connected(surroundings) as connection:
            assert await connection.fetchval("SELECT 1") == 1


async def test_an_interrupted_set_up_is_begun_anew(data_dir: Path) -> None:
    unfinished = data_dir / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    (data_dir / "postgres").rename(data_dir / "aside")
    try:
        async with _embedded(data_dir) as surroundings, _connected(surroundings) as connection:
            assert await connection.fetchval("SELECT 1") == 1
        assert not unfinished.exists()
        shutil.rmtree(data_dir / "postgres")
    finally:
        (data_dir / "aside").rename(data_dir / "postgres")


async def test_a_path_too_long_for_a_socket_works(data_dir: Path) -> None:
    """A socket's path may have 107 bytes."""
    long = data_dir.parent / ("x" * 120)
    with _renamed(data_dir, long):
        async with _embedded(long) as surroundings, _connected(surroundings) as connection:
            sockets = Path(await connection.fetchval("SHOW unix_socket_directories"))
            assert _mode(sockets) == 0o700
            assert len(str(sockets)) < 60
        await eventually(lambda: not sockets.exists())


async def test_a_cluster_of_another_major_version_is_told_with_the_way_out(data_dir: Path) -> None:
    version = data_dir / "postgres" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("17\n")
    try:
        told = await _refused(data_dir)
    finally:
        version.write_text(kept)
    assert told.startswith(f"{data_dir}/postgres was made by PostgreSQL 17, this partsgraph brings PostgreSQL 18: dump")
    assert "\n" not in told


async def test_a_directory_without_a_cluster_in_it_is_told(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "postgres").mkdir(parents=True)
    assert "is not a PostgreSQL cluster" in await _refused(tmp_path / "data")


async def test_an_unwritable_directory_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = await _refused(tmp_path / "file" / "data")
    assert told.startswith(f"the data directory {tmp_path}/file/data cannot be written (")
    assert told.endswith("or name another one with PARTSGRAPH_DATA_DIR")


async def test_a_broken_configuration_is_told_with_the_words_of_postgresql(data_dir: Path) -> None:
    configuration = data_dir / "postgres" / "postgresql.conf"
    kept = configuration.read_text()
    configuration.write_text(kept + "\nnonsense_setting = 1\n")
    try:
        told = await _refused(data_dir)
    finally:
        configuration.write_text(kept)
    assert "the embedded PostgreSQL did not start: " in told
    assert "configuration file" in told


def test_a_child_finds_programs_where_only_the_user_who_starts_it_may_enter(tmp_path: Path) -> None:
    """PostgreSQL does not run as root, and initdb asks access(2) for the programs beside it."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    program = private / "program"
    program.touch(mode=0o755)
    asking = [sys.executable, "-c", "import os, sys; print(os.getuid(), os.access(sys.argv[1], os.X_OK))", str(program)]
    account = Account.by_name("nobody") if os.geteuid() == 0 else None
    uid = account.uid if account is not None else os.geteuid()
    assert run_to_end(asking, {"LC_ALL": "C"}, account) == f"{uid} True\n"
