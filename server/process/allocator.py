"""How the C library hands memory out, where that is glibc's: what was large is given back as soon as it is free.

Left to itself glibc gives each thread a heap of its own, and once a large block was freed it takes blocks of up to
32 MB from these heaps (mallopt(3), M_MMAP_THRESHOLD). A small block that lies behind a large one then keeps it: after
some answers of megabytes a server would stay as large as it was at its busiest.
"""

import asyncio
import ctypes
import platform
from contextlib import AbstractAsyncContextManager

from persistence.background import in_background

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE_BYTES = 262_144
# What is free at the end of the heap stays for the next request, and goes back with the rest (`trimming`).
_LEFT_AT_THE_END_BYTES = 8_000_000
_HEAPS = 2
_SECONDS_BETWEEN = 5.0


def give_large_blocks_back() -> None:
    """From now on large blocks are mapped one by one, and threads share few heaps; nothing where there is no glibc."""
    c_library = _glibc()
    if c_library is None:
        return
    for option, value in (
        (_M_MMAP_THRESHOLD, _LARGE_BYTES),
        (_M_TRIM_THRESHOLD, _LEFT_AT_THE_END_BYTES),
        (_M_ARENA_MAX, _HEAPS),
    ):
        c_library.mallopt(option, value)


def trimming() -> AbstractAsyncContextManager[None]:
    """While the block runs, every few seconds what is free goes back to the system, also between what is used.

    Nothing of it concerns the event loop: it takes two milliseconds of a thread, and no turn of Python.
    """
    c_library = _glibc()
    return in_background(*([_trim_again_and_again(c_library)] if c_library is not None else []))


async def _trim_again_and_again(c_library: ctypes.CDLL) -> None:
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN)
        await asyncio.to_thread(c_library.malloc_trim, 0)


def _glibc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None
