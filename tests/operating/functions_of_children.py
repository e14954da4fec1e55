"""What runs in a child process."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from server.process.child import CHANNEL

_calls = count(1)


def spin() -> None:
    """Never ends, and never looks up."""
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


def crash() -> None:
    """Ends as one does that reads where nothing is."""
    ctypes.string_at(0)


def count_calls(fails: bool) -> tuple[int, int]:
    """The number of this process, and how often it was called; may raise instead."""
    number = next(_calls)
    if fails:
        raise ValueError("no more")
    return os.getpid(), number


def count_when_there(path: Path) -> tuple[int, int]:
    """As `count_calls`, once the file is there."""
    while not path.exists():
        time.sleep(0.01)
    return count_calls(fails=False)


def long_text(characters: int) -> str:
    """Answers at length, with what needs more than a byte."""
    return "Ω" * characters


def say(message: bytes) -> None:
    """Answers with these bytes, whatever they mean, and waits for what becomes of it."""
    os.write(CHANNEL, message)
    time.sleep(600)


def surroundings() -> tuple[dict[str, str], list[int]]:
    """The variables of its environment, and the descriptors that it has open."""
    return dict(os.environ), [number for number in range(1_024) if _is_open(number)]


def read(path: Path) -> bytes:
    """What stands in a file that it was given."""
    return path.read_bytes()


def attempts(secret: str, victim: int, address: str) -> dict[str, str]:
    """What becomes of all that a hostile file might try: "done", or the name of the error.

    `secret` is a file that it was not given, `victim` a process, `address` a socket in the file system.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    tries = {
        "read a file": lambda: Path(secret).read_bytes(),
        "read an environment": lambda: Path(f"/proc/{victim}/environ").read_bytes(),
        "read a memory": lambda: os.open(f"/proc/{victim}/mem", os.O_RDONLY),
        "write a file": lambda: Path(secret).write_text("mine"),
        "make a file": lambda: Path(f"{secret}.new").touch(),
        "remove a file": lambda: Path(secret).unlink(),
        "change a mode": lambda: Path(secret).chmod(0o777),
        "change a time": lambda: os.utime(secret, (0, 0)),
        "connect by TCP": lambda: socket.create_connection(("127.0.0.1", 9)),
        "send by UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "connect to a socket": lambda: _connect(address),
        "start a program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "fork": _fork,
        "signal": lambda: os.kill(victim, signal.SIGCONT),
        "limit": lambda: _checked(libc.prlimit(victim, 7, (ctypes.c_uint64 * 2)(64, 64), None)),
        "raise its limits": lambda: _checked(libc.prlimit(0, 7, (ctypes.c_uint64 * 2)(64, 64), None)),
        "trace": lambda: _checked(libc.ptrace(16, victim, 0, 0)),
        "another convention": lambda: _checked(libc.syscall(0x40000000 + 41, 2, 1, 0)),
    }
    return {name: _outcome(attempt) for name, attempt in tries.items()}


def _outcome(attempt: object) -> str:
    assert callable(attempt)
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"


def _connect(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.connect(address)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _checked(result: int) -> None:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def rest(seconds: float) -> float:
    """Do nothing for so long."""
    time.sleep(seconds)
    return seconds
