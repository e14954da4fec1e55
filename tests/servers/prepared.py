"""A data directory that is made once for a state of the code and copied wherever a test wants one of its own.

Its database is migrated and holds the starter types: `partsgraph serve` ran on it once (tests/servers/filling.py). It
lies in `.prepared/` below the checkout, under a name drawn from every source that could change it.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

CHOICE = "TEST_PREPARED"
"""The variable that names a prepared directory to take as it is, whatever the code of this checkout is."""

_CHECKOUT = Path(__file__).resolve().parents[2]
_PLACE = _CHECKOUT / ".prepared"
_SOURCES = (
    "alembic/**/*.py",
    "domain/rules/search/*.py",
    "persistence/orphaned_objects.py",
    "persistence/repositories/part_type.py",
    "requirements/runtime.txt",
    "server/embedded/*.py",
    "server/start/first_data.py",
    "server/seed/starter_types.py",
    "tests/servers/filling.py",
)


def prepared_directory() -> Path:
    """The prepared directory for the code as it is, made now if it is not there. Nothing may run on it."""
    chosen = os.environ.get(CHOICE)
    if chosen:
        return Path(chosen)
    made = _PLACE / fingerprint(_CHECKOUT)
    with _one_at_a_time():
        if not made.exists():
            _forget_all()
            _make(made)
    return made


def copy_prepared(target: Path) -> None:
    """Copy the prepared directory, with owners and modes, to where nothing is yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(prepared_directory(), target)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-Rp", str(source), str(target)], check=True)


def fingerprint(checkout: Path) -> str:
    """What stands for the sources of the prepared data in a checkout: checkouts that prepare the same have it alike."""
    digest = sha256()
    for path in sorted(path for pattern in _SOURCES for path in checkout.glob(pattern)):
        digest.update(str(path.relative_to(checkout)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    _PLACE.mkdir(exist_ok=True)
    with (_PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_all() -> None:
    for old in _PLACE.iterdir():
        if old.is_dir():
            shutil.rmtree(old)


def _make(target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="partsgraph-") as directory:
        data = Path(directory) / "data"
        # In a process of its own, whatever runs in this one: the kernel ties servers to the thread that starts them.
        command = [sys.executable, "-m", "tests.servers.filling", str(data)]
        filled = subprocess.run(command, cwd=_CHECKOUT, capture_output=True, text=True, check=False)
        if filled.returncode != 0:
            raise RuntimeError(f"the servers' data could not be prepared:\n{filled.stderr}")
        # Half a copy must not look like a whole one.
        unfinished = target.with_suffix(".new")
        _copy(data, unfinished)
        unfinished.rename(target)
