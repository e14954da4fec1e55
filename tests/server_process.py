"""Starts the real `partsgraph serve` as a process of its own, and reads its log.

The process imports the checkout these tests stand in, whatever is installed, and gets no setting from outside.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil

from tests.ports import free_port
from tests.servers.prepared import copy_prepared

ROOT = Path(__file__).resolve().parents[1]
COMMAND = (sys.executable, "-m", "server.cli")


# What a test would otherwise wait for: a revoked token, a check of readiness that is asked anew.
_QUICK_INTERVALS = {"PARTSGRAPH_TOKEN_KEPT_SECONDS": "0.2", "PARTSGRAPH_READINESS_KEPT_SECONDS": "0.1"}


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a command: ours without any Partsgraph setting, and the given ones."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARTSGRAPH_")}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return inherited | {"PYTHONPATH": str(ROOT)} | dict(settings)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the stores of a running server are reached."""

    database_url: str
    s3_endpoint_url: str
    s3_bucket: str
    s3_access_key: str
    s3_secret_key: str
    s3_region: str


@dataclass(frozen=True, slots=True)
class EmbeddedServers:
    """The process ids of what a server with embedded stores runs."""

    postgres_pid: int
    object_store_pid: int


class ServerProcess:
    """One `partsgraph serve` on a data directory below a temporary one; it can be started again after its end.

    Without addresses of other stores it begins with a copy of the prepared data directory, so that it neither makes a
    cluster nor migrates it; `first_start` leaves that to the server.
    """

    def __init__(
        self,
        *,
        demo_data: bool = False,
        first_start: bool = False,
        settings: Mapping[str, str] | None = None,
        command: Sequence[str] = COMMAND,
        max_open_files: int | None = None,
    ) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="partsgraph-"))
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log_path = self.directory / "server.log"
        self.settings = {
            "PARTSGRAPH_DATA_DIR": str(self.directory / "data"),
            "PARTSGRAPH_PORT": str(self.port),
            "PARTSGRAPH_DEMO_DATA": str(demo_data).lower(),
            "PARTSGRAPH_LOG_FORMAT": "json",
        }
        self.settings |= _QUICK_INTERVALS | dict(settings or {})
        # The shell lowers its own limit and becomes the server.
        limited = ("sh", "-c", f'ulimit -n {max_open_files}; exec "$@"', "sh") if max_open_files else ()
        self._command = (*limited, *command, "serve")
        self._has_own_stores = "PARTSGRAPH_DATABASE_URL" not in self.settings
        self._begins_prepared = self._has_own_stores and not first_start
        self._process: subprocess.Popen[bytes] | None = None
        self._log_read = 0

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process."""
        assert self._process is not None, "the server was not started"
        return self._process

    @property
    def _data(self) -> Path:
        return Path(self.settings["PARTSGRAPH_DATA_DIR"])

    @property
    def was_started(self) -> bool:
        """Whether there is, or was, a process."""
        return self._process is not None

    @property
    def addresses(self) -> Addresses:
        """Where its stores are: what its settings name, else what it announces of the embedded ones."""
        names = [field.name for field in fields(Addresses)]
        given = {name: self.settings.get(f"PARTSGRAPH_{name.upper()}") for name in names}
        announced = self._announced() if None in given.values() else {}
        return Addresses(**{name: given[name] or announced[name] for name in names})

    @property
    def embedded(self) -> EmbeddedServers:
        """The embedded servers that it announces; only for one that has them."""
        announced = self._announced()
        return EmbeddedServers(announced["postgres_pid"], announced["object_store_pid"])

    def _announced(self) -> dict[str, Any]:
        announced: dict[str, Any] = json.loads((self._data / "run" / "partsgraph.json").read_bytes())
        return announced

    @property
    def database_url(self) -> str:
        """The embedded PostgreSQL, or the one that was named in the settings."""
        return self.settings.get("PARTSGRAPH_DATABASE_URL") or self.addresses.database_url

    def start(self, patience_seconds: float = 90) -> None:
        """Start and wait until the server is ready. Raises RuntimeError with the log when it ends before."""
        if self._begins_prepared and not self._data.exists():
            copy_prepared(self._data)
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(self.settings),
                cwd=self.directory,
                start_new_session=True,
            )
        end = time.monotonic() + patience_seconds
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server is not ready (exit code {self._process.poll()}):\n{self.log_tail()}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        """Tell whether /readyz answers 200."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def stop(self, patience_seconds: float = 40) -> int:
        """End the server as an operator does, by SIGTERM, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience_seconds)

    def kill(self) -> None:
        """End the server by kill -9 and wait until it is gone; its embedded servers are left to themselves."""
        self.process.kill()
        self.process.wait(60)

    def remove(self) -> None:
        """End whatever still runs and remove the data directory."""
        left: list[psutil.Process] = []
        if self._process is not None and self._process.poll() is None:
            left = psutil.Process(self._process.pid).children(recursive=True)
            self.kill()
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        shutil.rmtree(self.directory, ignore_errors=True)

    def serve_once(self, wait: Callable[[], None] | None = None) -> None:
        """Start, wait for what shall have happened, stop and remove: what stays is what a first start makes in the
        stores. Raises RuntimeError."""
        try:
            self.start()
            if wait is not None:
                wait()
            if self.stop() != 0:
                raise RuntimeError(f"the server did not stop in order:\n{self.log_tail()}")
        finally:
            self.remove()

    def run_command(self, *words: str, patience_seconds: float = 300) -> subprocess.CompletedProcess[str]:
        """Run `partsgraph` with the settings of this server."""
        return subprocess.run(
            [*COMMAND, *words],
            env=environment(self.settings),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=patience_seconds,
            check=False,
        )

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of the log."""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def new_error_lines(self) -> list[str]:
        """Log lines of level error or worse, and tracebacks, that were written since the last call."""
        with self.log_path.open("rb") as log:
            log.seek(self._log_read)
            # A line that is still being written is left for the next call.
            written = log.read().rpartition(b"\n")[0]
        self._log_read += len(written) + 1 if written else 0
        return [line for line in written.decode(errors="replace").splitlines() if _tells_an_error(line)]

    def forget_error_lines(self) -> None:
        """Pass over what was logged so far, the lines that are on their way included: one of our own follows them."""
        own = f"forget-{time.monotonic_ns()}"
        end = time.monotonic() + 10
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Content-Type": "application/json", "X-Request-Id": own}
        connection.request("POST", "/graphql", body='{"query": "{ __typename }"}', headers=headers)
        connection.getresponse().read()
        connection.close()
        while own not in self.log_path.read_text(errors="replace"):
            if time.monotonic() > end:
                raise RuntimeError(f"the server logs nothing:\n{self.log_tail()}")
            time.sleep(0.01)
        self.new_error_lines()


def _tells_an_error(line: str) -> bool:
    try:
        entry: Any = json.loads(line)
    except json.JSONDecodeError:
        return line.startswith(("Traceback", "ERROR", "CRITICAL"))
    return isinstance(entry, dict) and str(entry.get("level", "")).lower() in {"error", "critical", "fatal"}


def settings_for_same_stores(first: ServerProcess) -> dict[str, str]:
    """Settings that let another server use the database and the object store of the first."""
    addresses = first.addresses
    names: Sequence[str] = (
        "database_url",
        "s3_endpoint_url",
        "s3_bucket",
        "s3_access_key",
        "s3_secret_key",
        "s3_region",
    )
    return {f"PARTSGRAPH_{name.upper()}": str(getattr(addresses, name)) for name in names}
