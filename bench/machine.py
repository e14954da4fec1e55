"""What was measured with: cores, versions, pool sizes; nothing that names the machine."""

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.load import wrk_version
from bench.options import CONNECTIONS, POOL_SIZE, Options
from bench.peers import find_node, node_version
from bench.processes import ROOT

_PACKAGES = ("graphql-core", "strawberry-graphql", "asyncpg", "uvicorn", "uvloop", "orjson")


def facts(options: Options) -> dict[str, str]:
    """Names and values, in the order in which they are shown. Raises BenchmarkError when wrk or Node is missing."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
        "Node": node_version(find_node()),
        "PostGraphile": _postgraphile_version(),
        "wrk": wrk_version(),
        "load": f"{CONNECTIONS} connections on one thread, {options.rounds} rounds of {options.seconds} s in turns",
        "database pools": f"{POOL_SIZE} for reads and {POOL_SIZE} for writes; PostGraphile and bare SQL {POOL_SIZE}",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _postgraphile_version() -> str:
    package = ROOT / "bench" / "postgraphile" / "node_modules" / "postgraphile" / "package.json"
    return str(json.loads(package.read_text())["version"])
