"""Ports for servers of the tests: nobody else takes one between the choice and the start, or between two starts.

The system hands out the ports from 32768 on to connections, a fresh one to each, so a port from there may be taken at
any moment. These lie below, in blocks, of which a process of the tests keeps one for itself, or more, until its end.
"""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_FIRST, _AFTER_LAST, _BLOCK = 10_000, 32_000, 200
# The locks end with their files.
_kept: list[IO[str]] = []


def free_port() -> int:
    """A port of loopback on which nobody listens and which is handed out once."""
    return next(port for port in _PORTS if _can_be_listened_on(port))


def _own_ports() -> Iterator[int]:
    directory = Path(tempfile.gettempdir()) / f"partsgraph-ports-{os.getuid()}"
    directory.mkdir(exist_ok=True)
    blocks = list(range(_FIRST, _AFTER_LAST, _BLOCK))
    # pytest-randomly sets the seed of all processes alike.
    random.Random(os.getpid()).shuffle(blocks)
    for block in blocks:
        lock = (directory / str(block)).open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _kept.append(lock)
        yield from range(block, block + _BLOCK)


def _can_be_listened_on(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do it: connections that have just ended are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


_PORTS = _own_ports()
