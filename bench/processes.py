"""Server processes under measurement: start, readiness, memory, processor time, end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.errors import BenchmarkError

ROOT = Path(__file__).resolve().parents[1]

_START_TIMEOUT_SECONDS = 120.0
_STOP_TIMEOUT_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.1
_IDLE_LOOKS = 100
_IDLE_CPU_SECONDS = 0.015  # the system counts in hundredths of a second


def free_port() -> int:
    """A port of the loopback interface nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where a server's code lies, and the Python of its environment."""

    root: Path
    python: str

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Our environment without anybody's Partsgraph settings, with the given ones and this code."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARTSGRAPH_")}
        return inherited | {"PYTHONPATH": str(self.root)} | dict(settings)


HERE = Checkout(ROOT, sys.executable)
"""The code that runs the benchmark."""


class ServerProcess:
    """One server on the loopback interface, in a session of its own so that Ctrl-C reaches the benchmark alone."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        settings: Mapping[str, str],
        port: int,
        log: Path,
        checkout: Checkout = HERE,
    ) -> None:
        self.port = port
        self._name = name
        self._log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=checkout.environment(settings),
                # Settings are also read from a .env in the working directory; here there is none.
                cwd=log.parent,
                start_new_session=True,
            )
        self._measured = psutil.Process(self._process.pid)

    def wait_until_ready(self) -> None:
        """Returns when the port accepts connections. Raises BenchmarkError with the end of its log."""
        deadline = time.perf_counter() + _START_TIMEOUT_SECONDS
        while not self._accepts():
            if self._process.poll() is not None or time.perf_counter() > deadline:
                raise BenchmarkError(f"{self._name} does not start:\n{self.log_tail()}")
            time.sleep(_LOOK_EVERY_SECONDS)

    def cpu_seconds(self) -> float:
        """Processor time of the process so far, user and system, without its children."""
        times = self._measured.cpu_times()
        return float(times.user + times.system)

    def resident_megabytes(self) -> float:
        """Resident memory of the process, without its children."""
        return float(self._measured.memory_info().rss) / 2**20

    def wait_until_idle(self) -> None:
        """Returns when the process has nothing left to do: what was asked by clients that are gone is answered too."""
        before = -1.0
        for _ in range(_IDLE_LOOKS):
            now = self.cpu_seconds()
            if now - before <= _IDLE_CPU_SECONDS:
                return
            before = now
            time.sleep(_LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Ends the process as an operator would; by force when it does not listen."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(_STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def log_tail(self) -> str:
        """The last lines the process wrote."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])

    def _accepts(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
