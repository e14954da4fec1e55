"""What happened to generated parts: ten quantity changes for each, after which it lies at three places.

A scenario has ten rounds; in a round a part has one operation or none. Times and ids are dealt round by round over all
parts, so the history of all parts is in the order in which it was applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from domain.entities.operation import OperationKind

ROUNDS = 10
PLACES = 3
ACTORS = ("ada", "boris", "chen", "dara", "bench", "lab")

_REASONS: dict[OperationKind, tuple[str | None, ...]] = {
    OperationKind.RECEIVE: ("Order", "Yearly order", "Returned by the night school", None),
    OperationKind.USE: ("Repair", "Prototype", "Course kit", "Small run", None),
    OperationKind.MOVE: ("Made room", "Sorted by type", None),
    OperationKind.COUNT: ("Yearly count", None),
    OperationKind.BOOK: ("Opening stock", "Delivery over several boxes"),
    OperationKind.REVERSE: ("Booked by mistake", "Not built after all"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on the places 0, 1, 2 of a part: pieces come `into` some and are taken `out_of` one."""

    kind: OperationKind
    into: tuple[int, ...] = ()
    out_of: int | None = None


def _receive(place: int) -> Step:
    return Step(OperationKind.RECEIVE, into=(place,))


def _use(place: int) -> Step:
    return Step(OperationKind.USE, out_of=place)


def _move(source: int, target: int) -> Step:
    return Step(OperationKind.MOVE, into=(target,), out_of=source)


def _count(place: int) -> Step:
    return Step(OperationKind.COUNT, out_of=place)


def _book(*places: int) -> Step:
    return Step(OperationKind.BOOK, into=places)


_REVERSE = Step(OperationKind.REVERSE)

SCENARIOS: tuple[tuple[Step | None, ...], ...] = (
    (_receive(0), _move(0, 1), _receive(2), _use(0), None, _use(1), _count(0), _receive(0), _use(2), _REVERSE),
    (_book(0, 1, 2), _use(0), None, _use(1), _receive(0), None, _count(2), _use(2), None, _move(0, 2)),
    (_receive(0), _receive(1), _receive(2), _use(0), _use(1), _use(2), _receive(1), _count(1), _use(0), _use(1)),
    (_book(0, 1), None, _move(0, 2), _use(1), _receive(0), None, _use(2), _use(0), _count(1), _receive(1)),
)
"""Each makes ten changes. A reversal comes in the round after the operation it undoes."""


def deltas(step: Step, quantities: Sequence[int], chance: Random) -> list[tuple[int, int]]:
    """Place and delta of each change of a step, what is taken first; never so much that a place is emptied.

    A reversal has none of its own.
    """
    found: list[tuple[int, int]] = []
    if step.out_of is not None:
        found.append((step.out_of, -_taken(step.kind, quantities[step.out_of], chance)))
    if step.kind is OperationKind.MOVE:
        return [*found, (step.into[0], -found[0][1])]
    return [*found, *((place, 40 + int(chance.random() * 960)) for place in step.into)]


def reason_for(kind: OperationKind, chance: Random) -> str | None:
    """A reason people give."""
    return chance.choice(_REASONS[kind])


def _taken(kind: OperationKind, present: int, chance: Random) -> int:
    if kind is OperationKind.COUNT:
        return int(chance.random() * 3)
    return max(1, int(present * (0.05 + 0.35 * chance.random())))
