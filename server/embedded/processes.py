"""Starting and ending the child processes that the embedded servers are.

Each child runs in a session of its own, so that Ctrl-C in a terminal reaches the server alone, which then stops its
children in order. On Linux the kernel signals a child when the server dies without stopping it.
"""

import asyncio
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

# From linux/prctl.h and linux/capability.h.
_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522

_LOOK_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system that a child runs as instead of root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def by_uid(cls, uid: int) -> "Account | None":
        """The account with this number, or None when the system does not know it."""
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            return None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @classmethod
    def by_name(cls, name: str) -> "Account | None":
        """The account with this name, or None when there is none."""
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            return None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)


def start_child(
    command: Sequence[str | Path],
    *,
    log: BinaryIO,
    environment: Mapping[str, str],
    signal_when_orphaned: signal.Signals,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a child that outlives no server. Call it on the main thread: the kernel ties the child to that thread."""
    return subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=dict(environment),
        cwd="/",
        start_new_session=True,
        preexec_fn=_between_fork_and_exec(account, signal_when_orphaned),  # noqa: PLW1509 - it only makes system calls
    )


def run_to_end(command: Sequence[str | Path], environment: Mapping[str, str], account: Account | None) -> str:
    """Runs a short command to its end and returns what it said. Raises CalledProcessError."""
    finished = subprocess.run(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd="/",
        start_new_session=True,
        preexec_fn=_between_fork_and_exec(account, None),
        check=True,
    )
    return finished.stdout.decode(errors="replace")


def become_child(signal_when_orphaned: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child this signal when the thread that started it ends."""
    return _between_fork_and_exec(None, signal_when_orphaned)


def _between_fork_and_exec(account: Account | None, orphan_signal: signal.Signals | None) -> Callable[[], None]:
    """What the child does before it becomes the other program; what allocates happens here, before the fork."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    wanted = 1 << _CAP_DAC_READ_SEARCH
    capabilities = (ctypes.c_uint32 * 6)(wanted, wanted, wanted, 0, 0, 0)
    parent = os.getpid()

    def become() -> None:
        if account is not None:
            if libc is not None:
                libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
                # Without it access(2), by which initdb looks for the programs beside it, forgets the right kept below.
                libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            if libc is not None:
                # The checkout or the data directory may lie below a directory that only root may enter, such as /root.
                # The child keeps root's right to enter and read, and no other; where that is withheld it goes without.
                libc.capset(header, capabilities)
                libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_READ_SEARCH, 0, 0)
        if libc is not None and orphan_signal is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return become


async def end_child(child: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Sends one signal after the other, waiting the given seconds after each, until the child is gone."""
    for number, patience_seconds in steps:
        if child.poll() is not None:
            return
        child.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(child.wait, patience_seconds)


def find_process(pid: int, *words: str) -> psutil.Process | None:
    """The living process with this number, if all `words` are arguments of its command line; else None.

    A number alone proves nothing: the system gives it to another process later.
    """
    try:
        process = psutil.Process(pid)
        return process if _is_alive(process) and set(words) <= set(process.cmdline()) else None
    except psutil.Error:
        return None


async def end_leftover(process: psutil.Process, *steps: tuple[signal.Signals, float]) -> None:
    """Ends a process that a killed server left behind; like `end_child`, for one that is not our child."""
    for number, patience_seconds in steps:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        for _ in range(int(patience_seconds / _LOOK_EVERY_SECONDS)):
            if not _is_alive(process):
                return
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


def _is_alive(process: psutil.Process) -> bool:
    """False for a zombie too: nobody may ever collect it where the first process of a container does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
