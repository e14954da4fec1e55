"""What is remembered of documents, within bounds: those that were asked for again outlive those that came once.

Whoever sends ever new documents so pushes out his own, and not the screens that a front end shows again and again.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")

_SHARE_OF_NEW = 4


class DocumentMemory(Generic[T]):
    """Values by a key, each of so many bytes. The one that was kept last is never forgotten to make room."""

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._new: OrderedDict[bytes, tuple[T, int]] = OrderedDict()
        self._again: OrderedDict[bytes, tuple[T, int]] = OrderedDict()
        self._bytes_of_new = 0
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._new) + len(self._again)

    def get(self, key: bytes) -> T | None:
        """What is kept, which is asked for again by this."""
        found = self._new.pop(key, None)
        if found is not None:
            self._again[key] = found
            self._bytes_of_new -= found[1]
        else:
            found = self._again.get(key)
            if found is None:
                return None
            self._again.move_to_end(key)
        return found[0]

    def keep(self, key: bytes, value: T, size: int) -> None:
        """Keep one that is not kept, and forget others where there are too many, or too many bytes."""
        self._new[key] = value, size
        self._bytes_of_new += size
        self._bytes += size
        while len(self) > 1 and (len(self) > self._most or self._bytes > self._most_bytes):
            self._forget_one()

    def _forget_one(self) -> None:
        """Of those that came once the oldest, where they have more than their share; else the one that was not asked
        for longest."""
        has_much = len(self._new) * _SHARE_OF_NEW > self._most or self._bytes_of_new * _SHARE_OF_NEW > self._most_bytes
        if len(self._new) > 1 and (has_much or not self._again):
            _, (_, size) = self._new.popitem(last=False)
            self._bytes_of_new -= size
        else:
            _, (_, size) = self._again.popitem(last=False)
        self._bytes -= size
