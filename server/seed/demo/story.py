"""How the demo workshop is written down: parts, boxes and acts on stock as plain values."""

from dataclasses import dataclass
from typing import Any

from domain.entities.operation import OperationKind
from domain.entities.part import PartFields


class DemoPart:
    """A part of the demo workshop, the type by its name; `more` are further facts of the part."""

    def __init__(
        self,
        key: str,
        description: str,
        type_name: str | None,
        manufacturer: str | None = None,
        manufacturer_code: str | None = None,
        tags: tuple[str, ...] = (),
        parameters: tuple[tuple[str, str], ...] = (),
        **more: Any,
    ) -> None:
        self.key = key
        self.description = description
        self.type_name = type_name
        self.manufacturer = manufacturer
        self.manufacturer_code = manufacturer_code
        self.parameters = parameters
        self.fields = PartFields(
            description=description,
            manufacturer=manufacturer,
            manufacturer_code=manufacturer_code,
            tags=tags,
            parameters=parameters,
            **more,
        )


@dataclass(frozen=True, slots=True)
class DemoBox:
    """A box of the demo workshop, empty at first."""

    number: int
    description: str
    capacity: int
    columns: int | None
    designated_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """One operation: so many days before the day of loading, at a time of day (UTC).

    A line is written "KEY LOCATION AMOUNT": the signed delta, or the number counted when the kind is COUNT. An act that
    is reversed later carries a name; the reversal names it in `reverses` and has no lines of its own.
    """

    days_ago: int
    clock: str
    actor: str
    kind: OperationKind
    reason: str | None
    lines: tuple[str, ...] = ()
    name: str | None = None
    reverses: str | None = None


@dataclass(frozen=True, slots=True)
class DemoEdit:
    """An earlier change of a part's field, as people read the values."""

    days_ago: int
    clock: str
    actor: str
    part_key: str
    field: str
    before: str | None
    after: str | None


def receive(days_ago: int, clock: str, actor: str, line: str, reason: str | None, name: str | None = None) -> Act:
    """Pieces came in."""
    return Act(days_ago, clock, actor, OperationKind.RECEIVE, reason, (line,), name)


def use(days_ago: int, clock: str, actor: str, line: str, reason: str | None, name: str | None = None) -> Act:
    """Pieces were taken; the line gives how many as a negative number."""
    return Act(days_ago, clock, actor, OperationKind.USE, reason, (line,), name)


def move(days_ago: int, clock: str, actor: str, key: str, places: str, reason: str | None) -> Act:
    """Pieces were carried: `places` is "2-1 > 7-3 20" or "2-1 > 7-3 20, 7-4 10"."""
    source, _, written = places.partition(" > ")
    targets = [target.split() for target in written.split(", ")]
    moved = sum(int(quantity) for _, quantity in targets)
    lines = (f"{key} {source} -{moved}", *(f"{key} {location} {quantity}" for location, quantity in targets))
    return Act(days_ago, clock, actor, OperationKind.MOVE, reason, lines)


def count(days_ago: int, clock: str, actor: str, line: str, reason: str | None, name: str | None = None) -> Act:
    """The shelf was counted; the line gives what is there."""
    return Act(days_ago, clock, actor, OperationKind.COUNT, reason, (line,), name)


def book(days_ago: int, clock: str, actor: str, reason: str, lines: str, name: str | None = None) -> Act:
    """Many parts for one reason; lines are separated by commas."""
    return Act(days_ago, clock, actor, OperationKind.BOOK, reason, tuple(lines.split(", ")), name)


def reverse(days_ago: int, clock: str, actor: str, name: str, reason: str | None) -> Act:
    """An earlier act was undone."""
    return Act(days_ago, clock, actor, OperationKind.REVERSE, reason, reverses=name)
