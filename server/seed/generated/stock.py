"""Stock and history of generated parts while they are made: a few dozen bytes for each part, whatever their number."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import gcd
from random import Random

from domain.entities.ids import LocationId, OperationId, PartId, PartKey
from domain.entities.location import LocationReference
from domain.entities.operation import OperationKind, RequestedChange
from domain.rules import ledger
from persistence.bulk_rows import NewOperation, NewTotal
from server.seed.generated.boxes import GeneratedBoxes
from server.seed.generated.history import ACTORS, PLACES, ROUNDS, SCENARIOS, Step, deltas, reason_for
from server.seed.shelf import Shelf

_GOLDEN_SECTION = 0.618


class Timetable:
    """When each part has its turn in each round: all over the time from start to end, in the order of the turns."""

    def __init__(self, start: datetime, end: datetime, parts: int) -> None:
        self.start = start
        self._step = (end - start) / (parts * ROUNDS)
        self._parts = parts
        # Stepping by a number without common divisor visits every part once, and neighbours at different times.
        self._stride = max(1, int(parts * _GOLDEN_SECTION))
        while gcd(self._stride, parts) != 1:
            self._stride += 1

    def part(self, round_number: int, turn: int) -> int:
        """Whose turn it is."""
        return (turn * self._stride + round_number * 7) % self._parts

    def moment(self, round_number: int, turn: int) -> datetime:
        """When that is."""
        return self.start + self._step * (round_number * self._parts + turn + 1)


class GeneratedStock:
    """The shelf of all generated parts, which are counted from 0."""

    def __init__(self, keys: Sequence[PartKey], boxes: GeneratedBoxes, timetable: Timetable, chance: Random) -> None:
        parts = len(keys)
        self.part_ids = array("q")
        self._keys = keys
        self._boxes = boxes
        self._timetable = timetable
        self._chance = chance
        self._places = array("i")
        for part in range(parts):
            self._places.extend(_places(part * boxes.place_count // parts, boxes.place_count, chance))
        self._scenarios = array("b", (chance.randrange(len(SCENARIOS)) for _ in range(parts)))
        self._quantities = array("i", bytes(4 * PLACES * parts))
        self._last_operation_ids = array("q", bytes(8 * parts))
        self._last_turns = array("q", bytes(8 * parts))
        self._last_deltas = array("i", bytes(4 * PLACES * parts))

    def home(self, part: int) -> int:
        """The first place of a part."""
        return self._places[PLACES * part]

    def steps(self, round_number: int, turns: range) -> list[tuple[int, int, Step]]:
        """Turn, part and step of those that do something in these turns of a round."""
        found = []
        for turn in turns:
            part = self._timetable.part(round_number, turn)
            step = SCENARIOS[self._scenarios[part]][round_number]
            if step is not None:
                found.append((turn, part, step))
        return found

    def operation(self, operation_id: OperationId, round_number: int, turn: int, part: int, step: Step) -> NewOperation:
        """Carry out one step."""
        first = PLACES * part
        references = [self._boxes.reference(self._places[first + place]) for place in range(PLACES)]
        changes, reverses = self._changes(part, step, references)
        lines = self._shelf(part, references).apply(changes)
        self._last_deltas[first : first + PLACES] = array("i", [0] * PLACES)
        for line in lines:
            place = references.index(line.location)
            self._quantities[first + place] = line.quantity_after
            self._last_deltas[first + place] = line.delta
        self._last_operation_ids[part] = operation_id
        self._last_turns[part] = round_number * len(self._keys) + turn
        at = self._timetable.moment(round_number, turn)
        actor = self._chance.choice(ACTORS)
        return NewOperation(operation_id, step.kind, reason_for(step.kind, self._chance), actor, at, lines, reverses)

    def rows(self) -> Iterator[tuple[PartId, LocationId, int]]:
        """Part, location and quantity of everything on the shelf."""
        for part, part_id in enumerate(self.part_ids):
            for index in range(PLACES * part, PLACES * (part + 1)):
                if self._quantities[index]:
                    yield PartId(part_id), self._boxes.location_id(self._places[index]), self._quantities[index]

    def totals(self) -> Iterator[NewTotal]:
        """The total of every part."""
        for part, part_id in enumerate(self.part_ids):
            total = sum(self._quantities[PLACES * part : PLACES * (part + 1)])
            last_at = self._timetable.moment(*divmod(self._last_turns[part], len(self._keys)))
            yield NewTotal(PartId(part_id), total, last_at)

    def _changes(
        self, part: int, step: Step, references: Sequence[LocationReference]
    ) -> tuple[Sequence[RequestedChange], OperationId | None]:
        key, first = self._keys[part], PLACES * part
        if step.kind is OperationKind.REVERSE:
            last = self._last_deltas[first : first + PLACES]
            undone = [RequestedChange(key, references[place], delta) for place, delta in enumerate(last)]
            return ledger.reversal(undone), OperationId(self._last_operation_ids[part])
        quantities = self._quantities[first : first + PLACES]
        return [
            RequestedChange(key, references[place], delta) for place, delta in deltas(step, quantities, self._chance)
        ], None

    def _shelf(self, part: int, references: Sequence[LocationReference]) -> Shelf:
        part_id = PartId(self.part_ids[part])
        locations = {
            reference: self._boxes.location_id(self._places[PLACES * part + place])
            for place, reference in enumerate(references)
        }
        quantities = {
            (part_id, reference): self._quantities[PLACES * part + place]
            for place, reference in enumerate(references)
            if self._quantities[PLACES * part + place]
        }
        return Shelf({self._keys[part]: part_id}, locations, quantities)


def _places(home: int, place_count: int, chance: Random) -> list[int]:
    """Three places: the home, one beside it, and any other."""
    beside = (home + 1 + chance.randrange(3)) % place_count
    other = chance.randrange(place_count)
    while other in (home, beside):
        other = chance.randrange(place_count)
    return [home, beside, other]
