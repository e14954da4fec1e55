"""What runs in a child process."""

import os
import time
from pathlib import Path

import psutil


def spin(path: str) -> None:
    """Never ends, and never looks up."""
    Path(path).write_text(str(os.getpid()), encoding="utf-8")
    while True:
        time.perf_counter()


def double(number: int) -> int:
    """Answers."""
    return 2 * number


def swallow(size_bytes: int) -> int:
    """Takes that much memory."""
    return len(bytearray(size_bytes))


def fail(text: str) -> None:
    """Raises."""
    raise ValueError(text)


def die(signal_number: int) -> None:
    """Ends as one does that is killed or crashes."""
    os.kill(os.getpid(), signal_number)
    spin(os.devnull)


def children_of_all() -> int:
    """How many children there are, this one among them."""
    return len([each for each in psutil.Process(os.getppid()).children() if each.status() != psutil.STATUS_ZOMBIE])
