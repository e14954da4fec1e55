"""Where a part lies: location 3 of box 7 is written "7-3"."""

import re
from dataclasses import dataclass

from domain.entities.ids import BoxId, LocationId

_WRITTEN = re.compile(r"([1-9][0-9]{0,3})-([1-9][0-9]{0,3})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class LocationReference:
    """The written name of a location; ordered by box, then by place in the box."""

    box_number: int
    number: int

    def __str__(self) -> str:
        return f"{self.box_number}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> "LocationReference":
        """Read "7-3". Raises ValueError when the text is not two whole numbers from 1 on, joined by a hyphen."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise ValueError(f"{text!r} is not a location reference such as 7-3")
        return cls(int(written[1]), int(written[2]))


@dataclass(frozen=True, slots=True)
class Location:
    """A location that exists, with its identities."""

    id: LocationId
    box_id: BoxId
    reference: LocationReference
