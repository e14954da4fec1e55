"""How much room files that are being received may take on the disk, in all and of one actor."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from graph.execution.refusals import over_limit
from server.wire.refusals import HttpCode, with_headers

_RETRY_SECONDS = 5


class SpoolRoom:
    """Counts the bytes that lie on the disk of this process; what is closed gives its room back."""

    def __init__(self, most_bytes: int, most_bytes_of_actor: int) -> None:
        self._most = most_bytes
        self._most_of_actor = most_bytes_of_actor
        self._taken = 0
        self._taken_by: defaultdict[str, int] = defaultdict(int)

    @contextmanager
    def part_of(self, actor: str) -> Iterator["SpoolPart"]:
        """What one request takes; all of it is given back at the end of the block."""
        part = SpoolPart(self, actor)
        try:
            yield part
        finally:
            self._give_back(actor, part.bytes_taken)

    def take(self, actor: str, size: int) -> None:
        """Raises RequestRefused where that would be more than there may be."""
        for what, taken, most in (
            ("bytes of files that are being received from you", self._taken_by[actor] + size, self._most_of_actor),
            ("bytes of files that are being received", self._taken + size, self._most),
        ):
            if taken > most:
                headers = {"retry-after": str(_RETRY_SECONDS), "connection": "close"}
                raise with_headers(over_limit(HttpCode.UPLOAD_LIMIT, what, taken, most), headers)
        self._taken += size
        self._taken_by[actor] += size

    def _give_back(self, actor: str, size: int) -> None:
        self._taken -= size
        self._taken_by[actor] -= size
        if not self._taken_by[actor]:
            del self._taken_by[actor]


class SpoolPart:
    """The room that one request takes."""

    def __init__(self, room: SpoolRoom, actor: str) -> None:
        self._room = room
        self._actor = actor
        self.bytes_taken = 0

    def take(self, size: int) -> None:
        """Raises RequestRefused where there is no more room."""
        self._room.take(self._actor, size)
        self.bytes_taken += size
