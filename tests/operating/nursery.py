"""Looks at the processes that a server starts for hostile files: its nursery, and the children of that."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.waiting import until


def nurseries(pid: int) -> list[psutil.Process]:
    """The nursery of this process, if it has started one."""
    return [each for each in _below(pid) if _is_nursery(each)]


def children(pid: int) -> list[psutil.Process]:
    """The children of its nursery."""
    found: list[psutil.Process] = []
    for nursery in nurseries(pid):
        # What the nursery runs while it begins is no child of ours.
        found += [each for each in _below(nursery.pid) if _is_nursery(each)]
    return found


async def nursery(pid: int) -> psutil.Process:
    """The nursery of this process, once it has started one."""

    async def look() -> list[psutil.Process]:
        return nurseries(pid)

    (found,) = await until(look)
    assert isinstance(found, psutil.Process)
    return found


async def child(pid: int, but: frozenset[int] = frozenset()) -> psutil.Process:
    """One of its children, once there is one whose number is not among these."""

    async def look() -> list[psutil.Process]:
        return [each for each in children(pid) if each.pid not in but]

    found: list[psutil.Process] = await until(look)
    return found[0]


async def until_there_is_none(pid: int, patience_seconds: float = 20) -> None:
    """Return when it has no child any more."""

    async def look() -> list[psutil.Process]:
        return children(pid)

    await until(look, lambda left: not left, patience_seconds)


async def end_children(pid: int) -> None:
    """End those that are kept for the next call, so that the next call starts one."""
    for each in children(pid):
        with suppress(psutil.NoSuchProcess):
            each.kill()
    await until_there_is_none(pid)


@contextmanager
def halted(*processes: psutil.Process) -> Iterator[None]:
    """They do nothing for the length of the block."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def environment_of(process: psutil.Process) -> bytes:
    """Its environment as it was started, as the kernel keeps it."""
    return Path(f"/proc/{process.pid}/environ").read_bytes()


def descriptors_of(process: psutil.Process) -> dict[int, str]:
    """What lies behind its descriptors: a path, or the kind and the number of a socket or pipe."""
    found: dict[int, str] = {}
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found[int(descriptor.name)] = str(descriptor.readlink())
    return found


def status_of(process: psutil.Process, name: str) -> str:
    """A line of what the kernel tells of a process, such as Seccomp."""
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        found, _, value = line.partition(":")
        if found == name:
            return value.strip()
    raise AssertionError(name)


def _below(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children()
    return []


def _is_nursery(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return any("server.process.nursery" in word for word in process.cmdline())
    return False
