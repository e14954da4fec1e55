"""Makes something once for all processes of a run: the first that asks makes it, the others wait until it is there."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def made_once(note: Path, make: Callable[[], None]) -> None:
    """Make it unless the note tells that it was made. What failed half-way is made again by the next that asks."""
    with note.open("a") as told:
        fcntl.flock(told, fcntl.LOCK_EX)
        # Only now: while this process waited, another may have written.
        if os.fstat(told.fileno()).st_size == 0:
            make()
            told.write("made")
            # The lock ends when the file is closed, after its text is there.
            told.flush()
