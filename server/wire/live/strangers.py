"""WebSockets of which nobody knows yet whose they are: few places, and whoever comes takes that of the oldest.

So one who opens many and says nothing keeps nobody out who says who he is.
"""

from collections import Counter
from typing import Protocol


class StrangerSocket(Protocol):
    """A WebSocket whose connection_init was not acknowledged yet."""

    def displace(self) -> None:
        """Close: another one took the place. It must not wait."""


class Strangers:
    """The places for strangers of this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._addresses: dict[StrangerSocket, str] = {}
        """Where each of them comes from, the oldest first."""

    def add(self, socket: StrangerSocket, address: str) -> None:
        """Give it a place; where none is left the oldest loses his, of those from the address that has most."""
        if len(self._addresses) >= self._most:
            displaced = self._to_displace(address)
            self.remove(displaced)
            displaced.displace()
        self._addresses[socket] = address

    def remove(self, socket: StrangerSocket) -> None:
        """It left, or is known now."""
        self._addresses.pop(socket, None)

    def _to_displace(self, newcomer: str) -> StrangerSocket:
        counts = Counter([*self._addresses.values(), newcomer])
        most = max(counts[address] for address in self._addresses.values())
        return next(socket for socket, address in self._addresses.items() if counts[address] == most)
