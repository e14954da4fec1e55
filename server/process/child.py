"""The life of a child process: it takes its limits, loads a function, gives up what it does not need, and answers.

Each message is one call. A child ends when the server closes its channel, or when it is killed.
"""

import ctypes
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from server.process.child_messages import FIXED, bytes_after, packed, unpacked
from server.process.confinement import confine

CHANNEL = 3
"""The descriptor by which a child hears and answers; the three below it lead nowhere."""

_PR_SET_PDEATHSIG = 1
_LONGEST_FAULT = 300


@dataclass(frozen=True, slots=True)
class Call:
    """What a child is asked: a function (`module:name`) with its limits, and pickled arguments.

    The server is not suspected of anything, so a child may unpickle what it says; it is the other way round that
    nothing may run. The files among the arguments of its first call are those that a child may read.
    """

    function: str
    cpu_seconds: int
    memory_bytes: int
    niceness: int
    most_calls: int
    arguments: bytes


def live() -> None:
    """Answer until nobody asks any more."""
    first = _heard()
    if first is None:
        return
    function = _loaded(first)
    arguments = _arguments(first)
    confine(each for each in arguments if isinstance(each, Path))
    _say(_answer(function, arguments, first.cpu_seconds))
    while (call := _heard()) is not None:
        _say(_answer(function, _arguments(call), call.cpu_seconds))


def _loaded(call: Call) -> Callable[..., object]:
    """The function, loaded under the limits that it is for."""
    if sys.platform == "linux":
        # The nursery, whose child this is, ends when the server does.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(call.niceness)
    seconds = call.most_calls * call.cpu_seconds
    # Ended by a signal that says why; were it the hard limit, it would look killed for want of memory.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (call.memory_bytes, call.memory_bytes))
    for nothing in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(nothing, (0, 0))
    module, _, name = call.function.partition(":")
    found: Callable[..., object] = getattr(import_module(module), name)
    return found


def _arguments(call: Call) -> tuple[object, ...]:
    unpickled: tuple[object, ...] = pickle.loads(call.arguments)
    return unpickled


def _answer(function: Callable[..., object], arguments: tuple[object, ...], cpu_seconds: int) -> bytes:
    # Each call has its own share, after which the process is ended; the limit of the process is for all of them.
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        return packed({"answer": function(*arguments)})
    except (MemoryError, FileNotFoundError):
        # There is no memory for an answer, or nobody left who waits for it: the server took its file away and stopped.
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is to be told
        return packed({"fault": f"{type(error).__name__}: {error}"[:_LONGEST_FAULT]})


def _heard() -> Call | None:
    """The next call; None when no other comes."""
    fixed = _read(FIXED.size)
    if not fixed:
        return None
    message: Any = unpacked(fixed, _read(bytes_after(fixed)))
    return Call(**message)


def _read(size: int) -> bytes:
    """So many bytes, or fewer when the server has gone. No call that a confined child may not make is needed for it."""
    read = bytearray()
    while len(read) < size and (some := os.read(CHANNEL, size - len(read))):
        read += some
    return bytes(read)


def _say(message: bytes) -> None:
    left = memoryview(message)
    while left:
        left = left[os.write(CHANNEL, left) :]
