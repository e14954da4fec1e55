"""One thread beside the event loop, for work that is long and cannot be cut in pieces.

Python runs one thread at a time: whatever works beside the loop takes turns from it. So there is one such thread for a
kind of work, and after each piece it rests for as long as that took, however much more waits.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

R = TypeVar("R")


class SideThread:
    """Does one piece of work after the other."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._rests_until = 0.0

    async def run(self, work: Callable[[], R]) -> R:
        """What the work gives."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._work, work)

    def _work(self, work: Callable[[], R]) -> R:
        time.sleep(max(0.0, self._rests_until - time.monotonic()))
        began = time.thread_time()
        try:
            return work()
        finally:
            self._rests_until = time.monotonic() + time.thread_time() - began
