"""Where temporary files with a name lie, so that those of a process that was killed can be found and removed.

Whoever makes one does so below `temporary_root()`: `TemporaryDirectory(dir=temporary_root())`. What is used for longer
than `KEPT` is touched now and then by whoever uses it.
"""

import fcntl
import os
import shutil
import stat
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from server.errors import OperatorError

KEPT = timedelta(days=1)
_LOCK = "cleaning.lock"


def temporary_root() -> Path:
    """The directory for temporary files of this user, made when it is missing; nobody else can look into it.

    Raises OperatorError when somebody else made it: whoever owns a directory can swap what lies in it.
    """
    root = Path(tempfile.gettempdir()) / f"partsgraph-files-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    found = root.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise OperatorError(
            f"{root} was made by somebody else, who could read and change our temporary files; remove it, or name "
            "another directory for temporary files with TMPDIR"
        )
    return root


def remove_old(older_than: timedelta) -> int:
    """Remove what was last changed longer ago than that, and return how many entries there were.

    One process of the machine does so at a time; another one that comes meanwhile has nothing to do.
    """
    root = temporary_root()
    with (root / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        limit = time.time() - older_than.total_seconds()
        return sum(_is_removed(path, limit) for path in root.iterdir() if path.name != _LOCK)


def _is_removed(path: Path, limit: float) -> bool:
    """Remove an entry that was last changed before `limit`; a link goes, and what it points to stays."""
    try:
        if path.lstat().st_mtime >= limit:
            return False
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    except FileNotFoundError:
        return False
    return True
