"""Any sequence of operations and reversals agrees with a ledger of a few lines of plain Python.

Rules: docs/domain.md#sums, #reversing.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import Line, Workshop, booked
from tests.graphql_client import Json
from tests.property_sizes import examples

PARTS = 2
PLACES = 3
_box_numbers: Iterator[int] = count(1)

Change = tuple[int, int, int]  # part, place, delta


@dataclass(frozen=True, slots=True)
class Act:
    """One wish on the workshop: its kind, and its changes or, for a count, what the shelf is said to hold."""

    kind: str
    changes: tuple[Change, ...] = ()
    counted: int = 0
    reverses: int = 0


@dataclass
class PlainLedger:
    """Stock as a dictionary, history as a list; refuses what the workshop has to refuse."""

    stock: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    # Each applied act with the changes that it made, whether it was reversed, and the operation's id.
    applied: list[tuple[str, tuple[Change, ...]]] = field(default_factory=list)
    reversed_acts: set[int] = field(default_factory=set)

    def total(self, part: int) -> int:
        """All pieces of a part."""
        return sum(quantity for (of, _), quantity in self.stock.items() if of == part)

    def refusal(self, act: Act) -> str | None:
        """The refusal that this act has to meet, or None."""
        if act.kind == "REVERSE":
            kind, changes = self.applied[act.reverses]
            if kind == "REVERSE" or act.reverses in self.reversed_acts or not any(delta for _, _, delta in changes):
                return "NotReversibleError"
        short = any(self.stock[part, place] + delta < 0 for part, place, delta in self.changes(act))
        return "InsufficientStockError" if short else None

    def changes(self, act: Act) -> tuple[Change, ...]:
        """What the act changes."""
        if act.kind == "COUNT":
            ((part, place, _),) = act.changes
            return ((part, place, act.counted - self.stock[part, place]),)
        if act.kind == "REVERSE":
            return tuple((part, place, -delta) for part, place, delta in self.applied[act.reverses][1])
        return act.changes

    def apply(self, act: Act) -> None:
        """Write the act down."""
        changes = self.changes(act)
        for part, place, delta in changes:
            self.stock[part, place] += delta
        if act.kind == "REVERSE":
            self.reversed_acts.add(act.reverses)
        self.applied.append((act.kind, changes))


quantities = st.integers(1, 6)
parts = st.integers(0, PARTS - 1)
places = st.integers(0, PLACES - 1)
receipts = st.builds(lambda part, place, pieces: Act("RECEIVE", ((part, place, pieces),)), parts, places, quantities)
uses = st.builds(lambda part, place, pieces: Act("USE", ((part, place, -pieces),)), parts, places, quantities)
counts = st.builds(
    lambda part, place, found: Act("COUNT", ((part, place, 0),), counted=found), parts, places, st.integers(0, 6)
)
reversals = st.builds(lambda back: Act("REVERSE", reverses=back), st.integers(0, 30))


@st.composite
def moves(draw: st.DrawFn) -> Act:
    """A part from one place to one or two others."""
    part, order = draw(parts), draw(st.permutations(range(PLACES)))
    given_away = [(part, place, draw(quantities)) for place in order[1 : draw(st.integers(2, PLACES))]]
    return Act("MOVE", ((part, order[0], -sum(delta for _, _, delta in given_away)), *given_away))


@st.composite
def bookings(draw: st.DrawFn) -> Act:
    """Changes of distinct parts and places, up and down."""
    targets = draw(st.lists(st.tuples(parts, places), min_size=1, max_size=4, unique=True))
    deltas = st.integers(-5, 5).filter(bool)
    return Act("BOOK", tuple((part, place, draw(deltas)) for part, place in targets))


acts = st.lists(st.one_of(receipts, receipts, uses, moves(), counts, bookings(), reversals), min_size=1, max_size=14)


class Bench:
    """Runs acts in the real workshop, on parts and a box of this example's own."""

    def __init__(self, workshop: Workshop, keys: Sequence[str], box: int) -> None:
        self.workshop = workshop
        self.keys = keys
        self.box = box
        self.operations: list[Json] = []

    def place(self, number: int) -> str:
        """The reference of a place."""
        return f"{self.box}-{number + 1}"

    async def run(self, act: Act) -> Json:
        """Send the act as the mutation that it is."""
        run = self.workshop.run
        if act.kind == "REVERSE":
            return await run("reverseOperation", operationId=self.operations[act.reverses]["id"])
        if act.kind == "BOOK":
            changes = ((self.keys[part], self.place(place), delta) for part, place, delta in act.changes)
            return await run("bookStock", changes=booked(*changes))
        part, place, delta = act.changes[0]
        there = {"partKey": self.keys[part], "location": self.place(place)}
        if act.kind == "RECEIVE":
            return await run("receiveStock", quantity=delta, **there)
        if act.kind == "USE":
            return await run("useStock", quantity=-delta, **there)
        if act.kind == "COUNT":
            return await run("countStock", counted=act.counted, **there)
        targets = [{"location": self.place(target), "quantity": pieces} for _, target, pieces in act.changes[1:]]
        return await run("moveStock", partKey=self.keys[part], source=self.place(place), targets=targets)


async def _check_shelf(bench: Bench, ledger: PlainLedger) -> None:
    shelf = {place: quantity for place, quantity in (await bench.workshop.shelf()).items() if place[0] in bench.keys}
    assert shelf == {
        (bench.keys[part], bench.place(place)): quantity for (part, place), quantity in ledger.stock.items() if quantity
    }
    totals = await bench.workshop.totals()
    assert [totals[key] for key in bench.keys] == [ledger.total(part) for part in range(PARTS)]


def _check_chain(lines: list[Line]) -> None:
    """Each line continues where the one before it left the place; a total is the sum of all deltas so far."""
    there: dict[str, int] = defaultdict(int)
    total = 0
    for line in lines:
        there[line.place] += line.delta
        total += line.delta
        assert (line.quantity_after, line.total_after) == (there[line.place], total)


async def _check_history(bench: Bench, ledger: PlainLedger) -> None:
    for part, key in enumerate(bench.keys):
        lines = await bench.workshop.lines(key)
        _check_chain(lines)
        expected = [
            (kind, sorted((bench.place(place), delta) for of, place, delta in changes if of == part))
            for kind, changes in ledger.applied
        ]
        written = [(line.kind, line.place, line.delta) for line in lines]
        for kind, changes in expected:
            now, written = written[: len(changes)], written[len(changes) :]
            assert [(kind, *change) for change in changes] == sorted(now, key=lambda line: line[1:])
        assert written == []


async def _check_quantity_at(bench: Bench, totals_after: list[list[int]]) -> None:
    """The quantity at each operation's time is the total after it; just before the first one there was nothing."""
    if not bench.operations:
        return
    times = [operation["at"] for operation in bench.operations]
    assert times == sorted(times, key=datetime.fromisoformat)
    before = (datetime.fromisoformat(times[0]) - timedelta(microseconds=1)).isoformat()
    fields = " ".join(f"t{index}: quantityAt(time: $t{index})" for index in range(len(times) + 1))
    declared = ", ".join(f"$t{index}: DateTime!" for index in range(len(times) + 1))
    document = f"query Q($key: PartKey!, {declared}) {{ part(key: $key) {{ {fields} }} }}"
    for part, key in enumerate(bench.keys):
        variables = {"key": key} | {f"t{index}": time for index, time in enumerate([before, *times])}
        found = (await bench.workshop.graphql(document, variables))["part"]
        last_at = {time: totals[part] for time, totals in zip(times, totals_after, strict=True)}
        assert list(found.values()) == [0, *(last_at[time] for time in times)]


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sequence=acts)
async def test_any_sequence_of_operations_and_reversals_reconciles(workshop: Workshop, sequence: list[Act]) -> None:
    box = await workshop.box(next(_box_numbers), capacity=PLACES)
    bench = Bench(workshop, [await workshop.part() for _ in range(PARTS)], box)
    ledger = PlainLedger()
    totals_after: list[list[int]] = []
    for act in sequence:
        if act.kind == "REVERSE":
            if not ledger.applied:
                continue
            act = Act("REVERSE", reverses=act.reverses % len(ledger.applied))
        refusal = ledger.refusal(act)
        payload = await bench.run(act)
        assert payload["__typename"] == refusal or (refusal is None and "operation" in payload), (act, payload)
        if refusal is None:
            ledger.apply(act)
            bench.operations.append(payload["operation"])
            totals_after.append([ledger.total(part) for part in range(PARTS)])
    await _check_shelf(bench, ledger)
    await _check_history(bench, ledger)
    await _check_quantity_at(bench, totals_after)
