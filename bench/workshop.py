"""A database full of generated parts, and the Partsgraph server that brings it: what every peer works with."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.database import Observer
from bench.errors import BenchmarkError
from bench.options import POOL_SIZE
from bench.peers import PARTSGRAPH, Settings
from bench.processes import HERE, Checkout, ServerProcess, free_port

_ADDRESSES = ("database_url", "s3_endpoint_url", "s3_bucket", "s3_access_key", "s3_secret_key", "s3_region")
_SEED_TIMEOUT_SECONDS = 1_800


class Workshop:
    """One data directory with its running server. `addresses` are the settings with which others join."""

    def __init__(self, directory: Path, server: ServerProcess, checkout: Checkout = HERE) -> None:
        announced = json.loads((directory / "data" / "run" / "partsgraph.json").read_bytes())
        self.directory = directory
        self._checkout = checkout
        self.server = server
        self.addresses: Settings = {f"PARTSGRAPH_{name.upper()}": str(announced[name]) for name in _ADDRESSES}
        self.observer = Observer(announced["database_url"])

    def check(self) -> None:
        """Recomputes the ledger. Raises BenchmarkError when the load has left it wrong."""
        _run_command(self._checkout, self.directory, "check")


@contextmanager
def open_workshop(
    directory: Path, parts: int, checkout: Checkout = HERE, *, with_demo: bool = False, documents: int = 0
) -> Iterator[Workshop]:
    """Generates the parts, beside the demo workshop where that is wanted, with so many PDFs, unless the directory holds
    them already, and serves them as long as the block lasts."""
    directory.mkdir(parents=True, exist_ok=True)
    complete = directory / "generated"
    if not complete.exists():
        _run_command(checkout, directory, "migrate")
        if with_demo:
            _run_command(checkout, directory, "seed")
        if parts:
            _run_command(checkout, directory, "seed", "--parts", str(parts), *_and_documents(documents))
        complete.touch()
    port = free_port()
    command = [checkout.python, "-m", "server.cli", "serve"]
    settings = _settings(directory, PARTSGRAPH_PORT=str(port))
    server = ServerProcess(PARTSGRAPH, command, settings, port, directory / "partsgraph.log", checkout)
    try:
        server.wait_until_ready()
        _wait_for_announcement(directory)
        workshop = Workshop(directory, server, checkout)
        try:
            yield workshop
        finally:
            workshop.observer.close()
    finally:
        server.stop()


def _and_documents(number: int) -> list[str]:
    return ["--documents", str(number)] if number else []


def _settings(directory: Path, **more: str) -> Settings:
    return {
        "PARTSGRAPH_DATA_DIR": str(directory / "data"),
        "PARTSGRAPH_DEMO_DATA": "false",
        "PARTSGRAPH_LOG_FORMAT": "json",
        "PARTSGRAPH_READ_POOL_SIZE": str(POOL_SIZE),
        "PARTSGRAPH_WRITE_POOL_SIZE": str(POOL_SIZE),
        **more,
    }


def _run_command(checkout: Checkout, directory: Path, *words: str) -> None:
    finished = subprocess.run(
        [checkout.python, "-m", "server.cli", *words],
        env=checkout.environment(_settings(directory)),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SEED_TIMEOUT_SECONDS,
        check=False,
    )
    if finished.returncode != 0:
        raise BenchmarkError(f"partsgraph {' '.join(words)} failed:\n{finished.stdout}{finished.stderr}")


def _wait_for_announcement(directory: Path) -> None:
    """The port answers a moment before the server has written where its database is."""
    file = directory / "data" / "run" / "partsgraph.json"
    for _ in range(100):
        if file.exists() and json.loads(file.read_bytes())["port"] is not None:
            return
        time.sleep(0.05)
    raise BenchmarkError("the server does not announce its addresses")
