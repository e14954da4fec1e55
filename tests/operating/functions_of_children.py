"""What runs in a child process."""

import os
import time
from pathlib import Path


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


def rest(seconds: float) -> float:
    """Do nothing for so long."""
    time.sleep(seconds)
    return seconds
