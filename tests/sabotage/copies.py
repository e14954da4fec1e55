"""Copies of the checkout: a healthy one, compiled once, and broken ones made of it.

What is compiled goes by the hash of its source and not by time and size, which a patch may leave as they are; so a
broken copy compiles what its patch changes, and nothing else.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.sabotage.patches import Sabotage
from tests.server_process import ROOT
from tests.servers import prepared, run

_FLOORS = ("domain", "persistence", "graph", "server")


class PatchDoesNotApply(Exception):
    """The code that it patches has changed."""


@dataclass(frozen=True, slots=True)
class Healthy:
    """A copy of the checkout as it is, and a copy of the data that its servers begin with."""

    code: Path
    prepared: Path


@contextmanager
def healthy_copy() -> Iterator[Healthy]:
    """What is under version control or would be, and the built GraphiQL, compiled. Later edits disturb no run."""
    with tempfile.TemporaryDirectory(prefix="partsgraph-sabotage-") as directory:
        healthy = Healthy(Path(directory).resolve() / "code", Path(directory).resolve() / "prepared")
        for name in _names():
            if (ROOT / name).is_file():
                (healthy.code / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, healthy.code / name)
        compiling = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "checked-hash"]
        subprocess.run([*compiling, *_FLOORS, "alembic", "tests"], cwd=healthy.code, check=True, capture_output=True)
        prepared.copy_prepared(healthy.prepared)
        yield healthy


def _names() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    static = ROOT / "graph" / "explorer" / "static"
    built = [str(path.relative_to(ROOT)) for path in static.rglob("*") if path.is_file()]
    return {*filter(None, listed), *built}


@contextmanager
def broken_copy(healthy: Healthy, sabotage: Sabotage) -> Iterator[Path]:
    """A copy with the patch applied. Raises PatchDoesNotApply."""
    with tempfile.TemporaryDirectory(prefix="partsgraph-sabotage-") as directory:
        copy = Path(directory).resolve() / "code"
        shutil.copytree(healthy.code, copy)
        applying = ["git", "apply", "--whitespace=nowarn", str(sabotage.path)]
        patched = subprocess.run(applying, cwd=copy, capture_output=True, text=True, check=False)
        if patched.returncode != 0:
            raise PatchDoesNotApply(patched.stderr.strip())
        yield copy


def environment_of(copy: Path, healthy: Healthy) -> dict[str, str]:
    """The environment in which a copy is imported, whatever is installed, and in which nothing is measured.

    The copy uses the stores of this run, unless its patch changes what their data are prepared from: such a copy
    prepares and starts its own.
    """
    dropped = ["COVERAGE", "PARTSGRAPH", "PYTHONDONTWRITEBYTECODE"]
    if prepared.fingerprint(copy) != prepared.fingerprint(healthy.code):
        dropped += [prepared.CHOICE, run.CHOICE]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(tuple(dropped))}
    return kept | {"PYTHONPATH": str(copy)}


def is_imported(copy: Path, environment: Mapping[str, str]) -> bool:
    """Tell whether all four floors come from the copy and not from the installed checkout."""
    words = f"from importlib.util import find_spec; print(*(find_spec(floor).origin for floor in {_FLOORS}))"
    asking = [sys.executable, "-c", words]
    found = subprocess.run(asking, cwd=copy, env=dict(environment), capture_output=True, text=True, check=True)
    return all(Path(name).is_relative_to(copy) for name in found.stdout.split())
