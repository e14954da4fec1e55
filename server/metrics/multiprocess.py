"""Several processes behind one address: each writes its figures into files, and whichever is asked adds them up.

prometheus_client decides when it is first imported, by an environment variable; so this file does not import it at its
top, and the parent of several processes starts them with `environment_of_workers`. A single process has no files.
"""

import os
import shutil
from pathlib import Path

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def shared_directory() -> Path | None:
    """Where the processes of this server keep their figures, None for a single process."""
    written = os.environ.get(_VARIABLE)
    return Path(written) if written else None


def environment_of_workers(directory: Path) -> dict[str, str]:
    """What the environment of every worker needs; `directory` is emptied first, so that counting begins at 0.

    The directory belongs to one server alone. Called by the parent before it starts the first worker.
    """
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True, mode=0o700)
    return {_VARIABLE: str(directory)}


def forget_worker(directory: Path, process_id: int) -> None:
    """Called by the parent when a worker has ended: its gauges go, and what it counted stays."""
    for path in directory.glob(f"gauge_live*_{process_id}.db"):
        path.unlink(missing_ok=True)
