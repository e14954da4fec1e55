"""The load: wrk on one thread, keeping all connections busy with bodies from a file."""

import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchmarkError
from bench.options import CONNECTIONS

_SCRIPT = Path(__file__).with_name("load.lua")
_LONGEST_COUNTED_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw; all requests were answered with 2xx."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float


def load_for(seconds: int, port: int, bodies: Path) -> Load:
    """Sends as many requests as are answered in so many seconds. Raises BenchmarkError when one fails."""
    told = _run(seconds, port, bodies)
    if not told["requests"]:
        raise BenchmarkError(f"no request was answered in {seconds} s; rounds have to be longer")
    return Load(told["requests"], told["microseconds"] / 1e6, told["p50"] / 1e3, told["p99"] / 1e3)


def load_of(requests: int, port: int, bodies: Path) -> float:
    """Sends exactly so many requests; the seconds until all were answered. Raises BenchmarkError when one fails."""
    started = time.perf_counter()
    told = _run(_LONGEST_COUNTED_SECONDS, port, bodies, str(requests))
    if told["requests"] < requests:
        raise BenchmarkError(f"only {told['requests']} of {requests} requests were answered in time")
    return time.perf_counter() - started


def wrk_version() -> str:
    """As wrk tells it. Raises BenchmarkError when there is none."""
    if shutil.which("wrk") is None:
        raise BenchmarkError("the load generator wrk is missing; on Debian and Ubuntu: apt-get install wrk")
    # It tells its version with its usage, and calls that a failure.
    said = subprocess.run(["wrk", "--version"], capture_output=True, text=True, check=False).stdout
    return said.split()[1] if len(said.split()) > 1 else "unknown"


def _run(seconds: int, port: int, bodies: Path, *limit: str) -> dict[str, int]:
    finished = subprocess.run(
        [
            *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(_SCRIPT)),
            *(f"http://127.0.0.1:{port}", "--", str(bodies), *limit),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 60,
    )
    lines = [line for line in finished.stdout.splitlines() if line.startswith("{")]
    if finished.returncode != 0 or not lines:
        raise BenchmarkError(f"wrk failed:\n{finished.stdout}{finished.stderr}")
    told: dict[str, int] = json.loads(lines[-1])
    if told["failures"]:
        raise BenchmarkError(f"{told['failures']} of {told['requests']} requests failed under load:\n{finished.stdout}")
    return told
