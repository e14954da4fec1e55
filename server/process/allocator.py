"""How the C library hands memory out, where that is glibc's: what was large is given back as soon as it is free.

Left to itself glibc gives each thread a heap of its own, and once a large block was freed it takes blocks of up to
32 MB from these heaps (mallopt(3), M_MMAP_THRESHOLD). A small block that lies behind a large one then keeps it: after
some answers of megabytes a server would stay as large as it was at its busiest.
"""

import ctypes
import platform

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE_BYTES = 262_144
_HEAPS = 2


def give_large_blocks_back() -> None:
    """From now on large blocks are mapped one by one, and threads share few heaps; nothing where there is no glibc."""
    if platform.libc_ver()[0] != "glibc":
        return
    c_library = ctypes.CDLL(None)
    for option, value in (
        (_M_MMAP_THRESHOLD, _LARGE_BYTES),
        (_M_TRIM_THRESHOLD, 2 * _LARGE_BYTES),
        (_M_ARENA_MAX, _HEAPS),
    ):
        c_library.mallopt(option, value)
