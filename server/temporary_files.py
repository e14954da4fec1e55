"""Where temporary files with a name lie, so that those of a process that was killed can be found and removed.

Whoever makes one does so below `temporary_root()`: `TemporaryDirectory(dir=temporary_root())`.
"""

import os
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path


def temporary_root() -> Path:
    """The directory for temporary files of this user, made when it is missing; nobody else can look into it."""
    root = Path(tempfile.gettempdir()) / f"partsgraph-files-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    return root


def remove_old(older_than: timedelta) -> int:
    """Remove what was last changed longer ago than that, and return how many entries there were."""
    limit = time.time() - older_than.total_seconds()
    removed = 0
    for path in temporary_root().iterdir():
        try:
            if path.lstat().st_mtime >= limit:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
        except FileNotFoundError:
            continue
        removed += 1
    return removed
