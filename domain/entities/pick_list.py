"""A pick list: what is to be taken off the shelf for so many units of a project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.entities.ids import LocationId, PartId, PartKey, PickLineId, PickListId, ProjectId, RequirementId
from domain.entities.location import LocationReference
from domain.entities.project import Amount, ProjectStatus

MAX_UNITS = 1_000_000
"""The most units of one list."""


class PickListState(StrEnum):
    """OPEN promises pieces; COMPLETED and CANCELLED promise nothing and are read-only."""

    OPEN = "OPEN"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class WhenShort(StrEnum):
    """What becomes of a part that is short: no list at all, what there is of it, or none of it."""

    REJECT = "REJECT"
    TAKE_AVAILABLE = "TAKE_AVAILABLE"
    LEAVE_OUT = "LEAVE_OUT"


@dataclass(frozen=True, slots=True)
class PickWish:
    """The list somebody wants: so many units, what to do about parts that are short, substitutes or not.

    `by_part` goes before `when_short`; its keys are required parts.
    """

    units: int
    when_short: WhenShort = WhenShort.REJECT
    by_part: Mapping[PartKey, WhenShort] = field(default_factory=dict)
    substitutes_allowed: bool = False

    def policy(self, part_key: PartKey) -> WhenShort:
        """What to do when this part is short."""
        return self.by_part.get(part_key, self.when_short)


@dataclass(frozen=True, slots=True)
class Want:
    """A requirement as picking sees it; substitutes in order."""

    requirement_id: RequirementId
    part_id: PartId
    part_key: PartKey
    amount: Amount
    designators: tuple[str, ...] = ()
    substitutes: tuple[PartId, ...] = ()


@dataclass(frozen=True, slots=True)
class ShelfPlace:
    """So many pieces of a part at a place, and how many of them open lines are to take there."""

    location_id: LocationId
    reference: LocationReference
    quantity: int
    open_quantity: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    """What a project may put on a new list of a part, and where that lies."""

    part_key: PartKey
    may_list: int
    places: tuple[ShelfPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class PickFacts:
    """What planning a list needs to know, as one statement saw it. `started_units` are built or on open lists."""

    project_name: str
    status: ProjectStatus
    started_units: int
    wants: Sequence[Want]
    supplies: Mapping[PartId, Supply]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """Pieces of a part at a place, for a requirement."""

    want: Want
    part_id: PartId
    part_key: PartKey
    place: ShelfPlace
    quantity: int

    @property
    def location_reference(self) -> LocationReference:
        """Where it lies."""
        return self.place.reference


@dataclass(frozen=True, slots=True)
class PickShortage:
    """A required part of which fewer pieces can be listed than the list takes."""

    part_id: PartId
    part_key: PartKey
    needed: int
    available: int
    missing: int


@dataclass(frozen=True, slots=True)
class PickPlan:
    """The lines of a list, and what it would be made without. `rejected` are the shortages that forbid it."""

    lines: tuple[PlannedLine, ...]
    shortages: tuple[PickShortage, ...]
    rejected: tuple[PickShortage, ...]

    @property
    def can_be_made(self) -> bool:
        """Whether nothing forbids it, and there is a line."""
        return bool(self.lines) and not self.rejected


@dataclass(frozen=True, slots=True)
class PickList:
    """A list as it is stored."""

    id: PickListId
    project_id: ProjectId
    units: int
    state: PickListState
    built_units: int | None
    version: int


@dataclass(frozen=True, slots=True)
class PickLine:
    """A line as it is stored; see persistence.models.PickLineRow for its quantities."""

    id: PickLineId
    pick_list_id: PickListId
    part_id: PartId
    part_key: PartKey
    location_id: LocationId | None
    place: LocationReference
    planned: int
    open: int
    picked: int
    released: int
    returned: int


@dataclass(frozen=True, slots=True)
class Pick:
    """Pieces to be taken for a line, or to be given back from it.

    `location` is another place than the line's. `close` forgets what is open afterwards; then 0 pieces will do.
    """

    line_id: PickLineId
    quantity: int
    location: LocationReference | None = None
    close: bool = False
    path: tuple[str, ...] = ()
