"""Processes that come and go: waits for what they do, and tells whether one is gone."""

from collections.abc import Callable

import psutil

from tests.waiting import until


async def eventually(is_so: Callable[[], bool]) -> None:
    """Return when it is so. Raises AssertionError when it does not come true in a minute."""

    async def read() -> bool:
        return is_so()

    await until(read)


def is_gone(pid: int) -> bool:
    """Whether nothing runs under the number any more; a zombie does not."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
