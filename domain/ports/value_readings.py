"""What use cases wish from storage to read again the values of parameters that were read by older rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.entities.ids import PartId
from domain.entities.reading import Reading


@dataclass(frozen=True, slots=True)
class OldValue:
    """A value that was read by older rules, and where it stands."""

    part_id: PartId
    position: int
    value: str


class ValueReadings(Protocol):
    """Values by the rules that they were read by. What is written here changes no part: neither version nor history."""

    async def count_old(self) -> int:
        """How many values were read by older rules than ours."""

    async def lock_old(self, limit: int) -> Sequence[OldValue]:
        """Lock up to so many of them, passing over those that a rival has locked: it writes them anew or reads them."""

    async def keep(self, readings: Sequence[tuple[OldValue, Sequence[Reading]]]) -> None:
        """Write what these read as by our rules, in one statement. They are locked."""
