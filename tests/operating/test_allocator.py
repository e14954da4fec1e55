"""Memory that is free goes back to the system."""

import subprocess
import sys

import pytest

from server.process.allocator import _glibc

_CODE = """
import asyncio
import psutil
from server.process import allocator

allocator._SECONDS_BETWEEN = 0.05
size = lambda: psutil.Process().memory_info().rss
allocator.give_large_blocks_back()
held = [bytes(100_000) for _ in range(1_000)]
# Behind what is free there is always something that is used, so nothing of it is at the end of the heap.
kept = held[::50]
full = size()
del held

async def wait():
    async with allocator.trimming():
        for _ in range(100):
            await asyncio.sleep(0.05)
            if size() < full - 50_000_000:
                return
    raise SystemExit(f"{size() - full} bytes went back")

asyncio.run(wait())
"""


@pytest.mark.skipif(_glibc() is None, reason="it is glibc that has to be told")
def test_what_is_free_between_what_is_used_goes_back() -> None:
    subprocess.run([sys.executable, "-c", _CODE], check=True, timeout=60)
