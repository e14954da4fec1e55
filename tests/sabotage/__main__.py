"""Applies each patch to a copy of the checkout and runs the tests it names there: they have to fail.

    python -m tests.sabotage                 all patches
    python -m tests.sabotage part_lock …     those whose names hold one of the words

A patch is tests/sabotage/<name>.patch: lines beginning with "# " say what is broken, lines beginning with "test: " name
the tests, then the unified diff follows. A patch that no longer applies counts as unnoticed, and so does a test that no
longer exists or that breaks off before it could fail: a copy that does not even start would seem to notice everything.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.server_process import ROOT

HERE = Path(__file__).resolve().parent
_PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Sabotage:
    """A patch, what it breaks, and the tests that have to fail."""

    path: Path
    story: str
    tests: tuple[str, ...]


def read_sabotage(path: Path) -> Sabotage:
    """Read the head of a patch file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = lines[: next((number for number, line in enumerate(lines) if line.startswith("--- ")), len(lines))]
    story = " ".join(line.removeprefix("# ") for line in head if line.startswith("# "))
    return Sabotage(path, story, tuple(line.removeprefix("test: ") for line in head if line.startswith("test: ")))


def copy_checkout(target: Path) -> None:
    """Copy what is under version control or would be, and the built GraphiQL."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    static = ROOT / "graph" / "explorer" / "static"
    built = [str(path.relative_to(ROOT)) for path in static.rglob("*") if path.is_file()]
    for name in {*filter(None, listed), *built}:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def environment_of(copy: Path) -> dict[str, str]:
    """The environment in which the copy is imported, whatever is installed, and in which nothing is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PARTSGRAPH"))}
    return kept | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


def imports_the_copy(copy: Path, environment: Mapping[str, str]) -> bool:
    """Tell whether all four floors come from the copy and not from the installed checkout."""
    words = (
        "import domain, persistence, graph, server; print(*(m.__file__ for m in (domain, persistence, graph, server)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", words], cwd=copy, env=dict(environment), capture_output=True, text=True, check=True
    ).stdout.split()
    return all(Path(name).is_relative_to(copy) for name in found)


def not_failed(copy: Path, environment: Mapping[str, str], tests: tuple[str, ...]) -> str | None:
    """Run tests in the copy; tell which of them did not fail, with the end of what pytest said."""
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=line", "-p", "no:cacheprovider", *tests]
    running = subprocess.Popen(
        command, cwd=copy, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        said, _ = running.communicate(timeout=_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        # As Ctrl-C does it, so that the tests still end their servers.
        running.send_signal(signal.SIGINT)
        running.communicate()
        return f"its tests took longer than {_PATIENCE_SECONDS} s"
    failed = [line.removeprefix("FAILED ") for line in said.splitlines() if line.startswith("FAILED ")]
    held = [test for test in tests if not any(line.startswith(test) for line in failed)]
    return f"{', '.join(held)} did not fail:\n{said[-3000:]}" if held else None


def verdict(sabotage: Sabotage) -> str | None:
    """What is wrong with the tests (or the patch), or None when the sabotage was noticed by each of its tests."""
    if not sabotage.tests:
        return "it names no test"
    with tempfile.TemporaryDirectory(prefix="partsgraph-sabotage-") as directory:
        copy = Path(directory).resolve()
        copy_checkout(copy)
        patched = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", str(sabotage.path)],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
        if patched.returncode != 0:
            return f"it does not apply any more: {patched.stderr.strip()}"
        environment = environment_of(copy)
        if not imports_the_copy(copy, environment):
            return "the copy is not what is imported"
        return not_failed(copy, environment, sabotage.tests)


def main() -> int:
    """The command line; the exit code is the number of patches that went unnoticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.sabotage", description=__doc__)
    parser.add_argument("words", nargs="*", help="run only the patches whose names hold one of these")
    words = parser.parse_args().words
    paths = [path for path in sorted(HERE.glob("*.patch")) if not words or any(word in path.stem for word in words)]
    unnoticed = 0
    for path in paths:
        sabotage = read_sabotage(path)
        started = time.perf_counter()
        wrong = verdict(sabotage)
        unnoticed += wrong is not None
        seconds = time.perf_counter() - started
        print(
            f"{'noticed ' if wrong is None else 'MISSED  '} {path.stem} ({seconds:.0f} s): {wrong or sabotage.story}",
            flush=True,
        )
    print(f"{len(paths) - unnoticed} of {len(paths)} noticed")
    return min(unnoticed, 100) if paths else 2


if __name__ == "__main__":
    sys.exit(main())
