"""The rule of pick lists: which pieces from where.

Rules: docs/domain.md#planning-a-list, #short-parts.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.entities.ids import LocationId, PartId, PartKey, RequirementId
from domain.entities.location import LocationReference
from domain.entities.pick_list import PickFacts, PickWish, PlannedLine, ShelfPlace, Supply, Want, WhenShort
from domain.entities.project import Amount, ProjectStatus
from domain.rules.picking import plan
from tests.property_sizes import examples


def place(id: int, quantity: int, open_quantity: int = 0, box: int = 1) -> ShelfPlace:
    return ShelfPlace(LocationId(id), LocationReference(box, id), quantity, open_quantity)


def supply(part: int, may_list: int, *places: ShelfPlace) -> tuple[PartId, Supply]:
    return PartId(part), Supply(PartKey(f"AAA{chr(64 + part)}"), may_list, places)


def want(part: int, *substitutes: int, amount: Amount | None = None) -> Want:
    key = PartKey(f"AAA{chr(64 + part)}")
    ids = tuple(PartId(each) for each in substitutes)
    return Want(RequirementId(part), PartId(part), key, amount or Amount(1), (), ids)


def facts(wants: list[Want], *supplies: tuple[PartId, Supply], started: int = 0) -> PickFacts:
    return PickFacts("Lamp", ProjectStatus.ACTIVE, started, wants, dict(supplies))


def taken(lines: tuple[PlannedLine, ...]) -> list[tuple[int, str, int]]:
    return [(line.part_id, str(line.place.reference), line.quantity) for line in lines]


def test_of_a_place_no_more_is_taken_than_lies_there_beyond_open_lines() -> None:
    known = facts([want(1)], supply(1, 10, place(1, 8, 6), place(2, 20, 15), place(3, 4, 9)))
    assert taken(plan(known, PickWish(7)).lines) == [(1, "1-1", 2), (1, "1-2", 5)]


def test_of_a_part_no_more_is_taken_than_may_be_listed_over_all_requirements() -> None:
    known = facts([want(1), want(2, 1)], supply(1, 5, place(1, 50)), supply(2, 0))
    made = plan(known, PickWish(4, WhenShort.TAKE_AVAILABLE, {}, True))
    assert taken(made.lines) == [(1, "1-1", 4), (1, "1-1", 1)]
    assert [(each.part_key, each.available, each.missing) for each in made.shortages] == [("AAAB", 1, 3)]


def test_what_is_left_out_is_there_for_those_behind() -> None:
    known = facts([want(1, 3), want(2, 3)], supply(1, 0), supply(2, 0), supply(3, 4, place(1, 4)))
    wish = PickWish(4, WhenShort.TAKE_AVAILABLE, {}, True)
    assert [line.want.part_id for line in plan(known, wish).lines] == [1]
    short = facts([want(1, 3), want(2, 3)], supply(1, 0), supply(2, 0), supply(3, 3, place(1, 3)))
    wish = PickWish(4, WhenShort.TAKE_AVAILABLE, {PartKey("AAAA"): WhenShort.LEAVE_OUT}, True)
    made = plan(short, wish)
    assert [(line.want.part_id, line.quantity) for line in made.lines] == [(2, 3)]
    assert [(each.part_id, each.missing) for each in made.shortages] == [(1, 4), (2, 1)]


def test_attrition_goes_on_where_the_last_list_stopped() -> None:
    amount = Amount(1, 5, 5)
    known = supply(1, 100, place(1, 100))
    pieces = [
        sum(line.quantity for line in plan(facts([want(1, amount=amount)], known, started=units), PickWish(1)).lines)
        for units in range(10)
    ]
    assert (sum(pieces), pieces[0]) == (16, 7)


_PLACES = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 50)), max_size=5)


@settings(max_examples=examples(300), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), _PLACES), min_size=3, max_size=3),
    st.integers(1, 12),
    st.sampled_from(WhenShort),
    st.booleans(),
)
def test_no_plan_takes_more_than_there_is_and_every_piece_is_taken_or_missing(
    shelf: list[tuple[int, list[tuple[int, int]]]], units: int, when_short: WhenShort, substitutes: bool
) -> None:
    supplies = dict(
        supply(part, may_list, *(place(index + 1, *each) for index, each in enumerate(places)))
        for part, (may_list, places) in enumerate(shelf, start=1)
    )
    wants = [want(1, 3), want(2, 3, 1, amount=Amount(2, 10, 1))]
    made = plan(
        PickFacts("Lamp", ProjectStatus.ACTIVE, 2, wants, supplies), PickWish(units, when_short, {}, substitutes)
    )
    for part_id, known in supplies.items():
        own = [line for line in made.lines if line.part_id == part_id]
        assert sum(line.quantity for line in own) <= known.may_list
        for each in known.places:
            there = sum(line.quantity for line in own if line.place is each)
            assert there <= max(each.quantity - each.open_quantity, 0)
    missing = {each.part_id: each for each in made.shortages}
    for wanted in wants:
        listed = sum(line.quantity for line in made.lines if line.want is wanted)
        short = missing.get(wanted.part_id)
        if short is not None:
            assert short.needed == listed + short.missing
            assert listed == (0 if when_short is WhenShort.LEAVE_OUT else short.available)
    assert bool(made.rejected) == (bool(made.shortages) and when_short is WhenShort.REJECT)
