"""Stock as a change needs to know it: what lies where, read after the last lock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.entities.ids import PartId, PartKey
from domain.entities.location import Location, LocationReference

MAX_QUANTITY = 1_000_000_000
"""The most pieces of one part at one location."""

MAX_TOTAL = 2_147_483_647
"""The most pieces of one part in all: what a signed number of 32 bits holds."""


@dataclass(frozen=True, slots=True)
class LockedPart:
    """A part whose stock may be changed until the end of the transaction."""

    id: PartId
    key: PartKey
    is_retired: bool


@dataclass(frozen=True, slots=True)
class PartTotal:
    """The total of a part and the time of its last operation."""

    total_quantity: int
    last_operation_at: datetime | None


@dataclass(frozen=True, slots=True)
class StockFacts:
    """What lies where. Places that do not exist are missing from `locations`, places without stock from
    `quantities`."""

    locations: Mapping[LocationReference, Location]
    quantities: Mapping[tuple[PartId, LocationReference], int]
    totals: Mapping[PartId, PartTotal]
