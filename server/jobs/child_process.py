"""Runs a function in a process of its own, which is ended with whoever waits for it: for work that cannot be stopped
from inside, such as decoding the file of a stranger.

The child is a fresh interpreter that imports the function alone; it shares no memory, socket or lock with the server.
The kernel ends it past its processor time and refuses it more memory than its share. When the server dies the child
dies too (on Linux), at the latest past its processor time.

    pages = await run_in_child("server.rendering.documents:count_pages", path, memory_bytes=2**30, cpu_seconds=60)
"""

import asyncio
import ctypes
import pickle
import resource
import signal
import sys
from importlib import import_module
from typing import Any

_PR_SET_PDEATHSIG = 1


class ChildFailed(Exception):
    """The function raised, or its process was ended at a limit; the message says which."""


async def run_in_child(function: str, *arguments: object, memory_bytes: int, cpu_seconds: int) -> Any:
    """What the function answers, named as `module:function`; arguments and answer can be pickled.

    Cancelling the call kills the child at once. Raises ChildFailed.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "server.jobs.child_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        written, _ = await child.communicate(pickle.dumps((function, arguments, memory_bytes, cpu_seconds)))
    finally:
        if child.returncode is None:
            child.kill()
            await asyncio.shield(child.wait())
    if child.returncode != 0 or not written:
        raise ChildFailed(f"the process of {function} ended with {child.returncode}")
    # Our own child wrote it.
    fault, answer = pickle.loads(written)
    if fault is not None:
        raise ChildFailed(f"{function} failed: {fault}")
    return answer


def _work() -> None:
    _die_with_parent()
    # Our own parent wrote it.
    function, arguments, memory_bytes, cpu_seconds = pickle.load(sys.stdin.buffer)
    module, name = function.split(":")
    callee = getattr(import_module(module), name)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    try:
        told: tuple[str | None, Any] = (None, callee(*arguments))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent is to be told
        told = (f"{type(error).__name__}: {error}", None)
    sys.stdout.buffer.write(pickle.dumps(told))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    _work()
