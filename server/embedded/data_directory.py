"""The directory below which everything embedded keeps its data, and the lock that gives it to one process at a time.

DATA_DIR/postgres/            the PostgreSQL cluster
DATA_DIR/objects/             the object store's buckets
DATA_DIR/object_store.json    its access keys, made once (mode 0600)
DATA_DIR/logs/                what PostgreSQL and rclone have to say
DATA_DIR/run/lock             held by the process that owns the embedded servers, with its number inside
DATA_DIR/run/partsgraph.json  where they can be reached, while they run (mode 0600)
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from server.errors import OperatorError

_LARGEST_LOG_BYTES = 10_000_000


class DataDirectoryInUse(OperatorError):
    """Another process holds the lock of this data directory."""

    def __init__(self, path: Path, process: str) -> None:
        super().__init__(
            f"another partsgraph server uses this data directory (process {process}): {path}; "
            "stop it first, or name another directory with PARTSGRAPH_DATA_DIR"
        )


@dataclass(frozen=True, slots=True)
class RunningServers:
    """Where the embedded servers of a data directory can be reached, and who runs them."""

    pid: int
    database_url: str | None
    s3_endpoint_url: str | None
    s3_bucket: str | None
    s3_access_key: str | None
    s3_secret_key: str | None
    s3_region: str | None
    postgres_pid: int | None
    object_store_pid: int | None
    port: int | None


class DataDirectory:
    """The paths below one data directory; `prepare` makes it usable."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.objects = self.path / "objects"
        self.object_store_keys = self.path / "object_store.json"
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        self.lock_file = self.run / "lock"
        self.run_file = self.run / "partsgraph.json"

    def prepare(self) -> None:
        """Makes the directories. Raises OperatorError when that is not possible."""
        self._refuse_file()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for private in (self.run, self.logs, self.objects):
                private.mkdir(mode=0o700, exist_ok=True)
                with tempfile.TemporaryFile(dir=private):
                    pass
        except OSError as error:
            raise OperatorError(
                f"the data directory {self.path} cannot be written ({error.strerror}); "
                "make it writable for this user, or name another one with PARTSGRAPH_DATA_DIR"
            ) from None

    def require_installation(self) -> None:
        """Raises OperatorError unless a cluster was made here, or is being made by a server that starts."""
        self._refuse_file()
        try:
            # While the lock is held, and after a kill, the process number stands in its file.
            is_there = self.postgres.exists() or (self.lock_file.exists() and self.lock_file.stat().st_size > 0)
        except PermissionError:
            # Something is there; `prepare` says what is wrong with it.
            return
        if not is_there:
            raise OperatorError(
                f"there is no data directory at {self.path}; run this where the server runs, or name it with --data-dir"
            )

    def _refuse_file(self) -> None:
        with suppress(PermissionError):
            if os.path.lexists(self.path) and not self.path.is_dir():
                raise OperatorError(
                    f"the data directory {self.path} is not a directory; name another one with PARTSGRAPH_DATA_DIR"
                )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the directory for this process; the system lets go of it even when the process is killed.

        Raises DataDirectoryInUse.
        """
        with self.lock_file.open("a+b") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise DataDirectoryInUse(self.path, lock.read().decode().strip() or "unknown") from None
            lock.truncate(0)
            lock.write(str(os.getpid()).encode())
            lock.flush()
            try:
                yield
            finally:
                self.run_file.unlink(missing_ok=True)
                lock.truncate(0)

    def announce(self, servers: RunningServers) -> None:
        """Writes the run file, so that other commands find the embedded servers."""
        write_private(self.run_file, json.dumps(asdict(servers), indent=2).encode())

    def running(self) -> RunningServers | None:
        """What the run file says, or None while nothing runs (or is not ready yet)."""
        try:
            return RunningServers(**json.loads(self.run_file.read_bytes()))
        except FileNotFoundError:
            return None

    @contextmanager
    def log_file(self, name: str) -> Iterator[tuple[BinaryIO, int]]:
        """The log of one embedded server, open for appending, and where its new lines begin.

        A log over 10 MB is moved aside first, over the one that was moved before.
        """
        path = self.logs / name
        if path.exists() and path.stat().st_size > _LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".old.log"))
        with path.open("ab") as log:
            yield log, log.tell()

    def log_since(self, name: str, position: int) -> str:
        """What an embedded server has logged since `position`."""
        with (self.logs / name).open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace")


def write_private(path: Path, content: bytes) -> None:
    """Writes a file only its owner can read, all at once: a reader sees the old content or the new one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(path)
