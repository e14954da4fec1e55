"""What the readers of image structures share: reading within the bounds, and the two ways a structure can fail."""

from collections.abc import Iterator
from typing import Protocol, overload


class Content(Protocol):
    """A whole file, as `bytes` and a file that is mapped into memory have it in common."""

    def __len__(self) -> int:
        """How many bytes there are."""

    @overload
    def __getitem__(self, place: int, /) -> int: ...
    @overload
    def __getitem__(self, place: slice, /) -> bytes: ...

    def __buffer__(self, flags: int, /) -> memoryview:
        """What regular expressions look at."""


_MAX_BLOCKS = 200_000
"""A GIF of 10 MiB in blocks of the usual 255 bytes has 41,000. More than this is made to keep its reader busy."""


class CutOffFile(Exception):
    """The file ends before its structure does."""


class BrokenFile(Exception):
    """The file's structure contradicts itself; the text says how, as the end of a sentence."""


def taken(content: Content, start: int, length: int) -> bytes:
    """So many bytes from there. Raises CutOffFile where the file ends before."""
    if start + length > len(content):
        raise CutOffFile
    return content[start : start + length]


def little(number: bytes) -> int:
    """A number whose lowest byte comes first."""
    return int.from_bytes(number, "little")


def counted_blocks() -> Iterator[int]:
    """Counts the blocks of one file from 0. Raises BrokenFile when there are more than anybody's encoder makes."""
    yield from range(_MAX_BLOCKS)
    raise BrokenFile(f"has more than {_MAX_BLOCKS:,} blocks")
