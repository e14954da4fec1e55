"""For any projects, stock and picks the database's views agree with the pure rule, and the build plan with a count of
single pieces.

Rules: docs/domain.md#the-formulas, #build-plans.
"""

import json
from collections import Counter
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.entities.project import Amount
from domain.rules import availability as rule
from persistence.readers.build_plan import BuildPlanReader
from tests.projects.random_workshop import PARTS, Ended, RandomProject, RandomWorkshop, fill, workshops
from tests.property_sizes import examples

SETTINGS = settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))


def claims_on(workshop: RandomWorkshop, part: int) -> list[rule.Claim]:
    found = []
    for index, each in enumerate(workshop.projects):
        firm = sum(pieces for of, _, pieces, _ in each.lines if of == part)
        requirement = each.requirements.get(part)
        soft = soft_of(each, part) if requirement is not None else 0
        found.append(rule.Claim(index, each.rank, firm, soft))
    return found


def picked_and_open(each: RandomProject, part: int) -> tuple[int, int]:
    served = [(picked, pieces) for _, required, pieces, picked in each.lines if required == part]
    return sum(picked for picked, _ in served), sum(pieces for _, pieces in served)


def soft_of(each: RandomProject, part: int) -> int:
    need = rule.needed(each.requirements[part], each.target, each.built)
    return rule.soft(need, *picked_and_open(each, part), archived=each.archived)


@SETTINGS
@given(workshop=workshops())
async def test_the_views_agree_with_the_rule(database_connection: asyncpg.Connection, workshop: RandomWorkshop) -> None:
    transaction = database_connection.transaction()
    await transaction.start()
    try:
        projects, parts = await fill(database_connection, workshop)
        rows = await database_connection.fetch("SELECT * FROM availability WHERE project_id = ANY($1)", projects)
        assert {(row["project_id"], row["part_id"]) for row in rows} >= {(a, b) for a in projects for b in parts}
        for row in rows:
            if row["part_id"] not in parts:
                continue
            index, part = projects.index(row["project_id"]), parts.index(row["part_id"])
            each, claims = workshop.projects[index], claims_on(workshop, part)
            against = rule.counts_against(index, each.rank, claims)
            can_have = rule.available(workshop.on_hand[part], against)
            assert row["on_hand_quantity"] == workshop.on_hand[part]
            assert row["counts_against_quantity"] == against
            assert row["available_quantity"] == can_have >= 0
            assert row["may_list_quantity"] == rule.may_list(can_have, claims[index].firm)
        for row in await database_connection.fetch(
            "SELECT * FROM requirement_coverage WHERE project_id = ANY($1)", projects
        ):
            index, part = projects.index(row["project_id"]), parts.index(row["part_id"])
            each = workshop.projects[index]
            need = rule.needed(each.requirements[part], each.target, each.built)
            picked, pieces = picked_and_open(each, part)
            assert (row["need_quantity"], row["picked_quantity"], row["open_quantity"]) == (need, picked, pieces)
            assert row["soft_quantity"] == soft_of(each, part)
            short = rule.shortage(need, picked, row["available_quantity"], archived=each.archived)
            assert row["shortage_quantity"] == short
        for row in await database_connection.fetch("SELECT * FROM part_availability WHERE part_id = ANY($1)", parts):
            part = parts.index(row["part_id"])
            claims = claims_on(workshop, part)
            assert row["reserved_quantity"] == sum(claim.firm + claim.soft for claim in claims)
            assert row["available_quantity"] == rule.part_available(workshop.on_hand[part], claims)
    finally:
        await transaction.rollback()


class OneConnection:
    """The database as readers use it, inside the transaction of the test."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection

    async def fetch(self, statement: Any, **values: Any) -> list[asyncpg.Record]:
        return list(await statement.rows(self.connection, **values))


class Heap:
    """The pieces on hand; they are taken one at a time."""

    def __init__(self, workshop: RandomWorkshop) -> None:
        self.workshop = workshop
        self.order = sorted(range(len(workshop.projects)), key=lambda index: workshop.projects[index].rank)
        self.pieces = Counter(dict(enumerate(workshop.on_hand)))

    def take(self, part: int, wanted: int) -> int:
        """The pieces that there were."""
        taken = 0
        for _ in range(wanted):
            if self.pieces[part]:
                self.pieces[part] -= 1
                taken += 1
        return taken

    def set_aside(self) -> Counter[tuple[int, int | None]]:
        """The pieces of open lines, by project and the requirement they serve."""
        kept: Counter[tuple[int, int | None]] = Counter()
        for index in self.order:
            for part, required, pieces, _ in self.workshop.projects[index].lines:
                kept[index, required] += self.take(part, pieces)
        return kept


def counted(workshop: RandomWorkshop, planned: dict[int, int]) -> dict[tuple[int, int], int]:
    """The shortage of each planned project and part, by handing out single pieces."""
    heap = Heap(workshop)
    kept = heap.set_aside()
    missing: dict[tuple[int, int], int] = {}
    for index in heap.order:
        each = workshop.projects[index]
        for part, amount in each.requirements.items():
            if index not in planned:
                heap.take(part, soft_of(each, part))
                continue
            picked, _ = picked_and_open(each, part)
            wanted = rule.needed(amount, each.built + planned[index], each.built) - picked - kept[index, part]
            missing[index, part] = max(wanted, 0) - heap.take(part, wanted)
    return {key: lacking for key, lacking in missing.items() if lacking}


@SETTINGS
@given(workshop=workshops(), data=st.data())
async def test_the_build_plan_equals_a_count_of_single_pieces(
    database_connection: asyncpg.Connection, workshop: RandomWorkshop, data: st.DataObject
) -> None:
    chosen = data.draw(
        st.dictionaries(st.integers(0, len(workshop.projects) - 1), st.none() | st.integers(0, 8), min_size=2)
    )
    transaction = database_connection.transaction()
    await transaction.start()
    try:
        projects, parts = await fill(database_connection, workshop)
        reader = BuildPlanReader(OneConnection(database_connection))  # type: ignore[arg-type]  # it fetches alike
        plan = await reader.read({projects[index]: units for index, units in chosen.items()})
    finally:
        await transaction.rollback()
    active = {index: units for index, units in chosen.items() if not workshop.projects[index].archived}
    planned = {
        index: max(workshop.projects[index].target - workshop.projects[index].built, 0) if units is None else units
        for index, units in active.items()
    }
    missing = counted(workshop, planned)
    shown = {
        (projects.index(each.project_id), parts.index(short.part_id)): short.shortage_quantity
        for each in plan.projects
        for short in each.shortages
    }
    assert shown == missing
    by_part = Counter(dict.fromkeys(range(PARTS), 0))
    for (_, part), lacking in missing.items():
        by_part[part] += lacking
    assert {parts.index(each.part_id): each.shortage_quantity for each in plan.shortages} == +by_part
    ranks = [workshop.projects[projects.index(each.project_id)].rank for each in plan.projects]
    assert ranks == sorted(ranks)


AMOUNTS = st.builds(Amount, st.integers(1, 1_000), st.integers(0, 100), st.integers(0, 1_000))


@given(
    target=st.integers(0, 300),
    built=st.integers(0, 300),
    supplies=st.lists(st.tuples(AMOUNTS, st.integers(0, 100_000)), max_size=4),
)
def test_the_units_that_can_be_built_are_the_most_that_have_their_pieces(
    target: int, built: int, supplies: list[tuple[Amount, int]]
) -> None:
    tried = [
        units
        for units in range(max(target - built, 0) + 1)
        if all(rule.needed(amount, built + units, built) <= pieces for amount, pieces in supplies)
    ]
    assert rule.buildable(target, built, supplies) == max(tried)


async def test_what_ended_lists_have_picked_counts_for_nothing_and_a_substitute_for_what_it_stands_in_for(
    database_connection: asyncpg.Connection,
) -> None:
    """The first part is needed 8 times: 3 pieces of the second are picked for it, and 2 are open."""
    wants = {0: Amount(1)}
    ended: list[Ended] = [(state, (part, 0, 2, 5)) for state in ("COMPLETED", "CANCELLED") for part in (0, 1)]
    workshop = RandomWorkshop([9, 9, 9], [RandomProject(1, 10, 2, False, wants, [(1, 0, 2, 3)], ended)])
    transaction = database_connection.transaction()
    await transaction.start()
    try:
        projects, parts = await fill(database_connection, workshop)
        covered = await database_connection.fetchrow(
            "SELECT need_quantity, picked_quantity, open_quantity, soft_quantity, available_quantity, "
            "shortage_quantity FROM requirement_coverage WHERE project_id = $1",
            *projects,
        )
        reserved = await database_connection.fetch(
            "SELECT reserved_quantity FROM part_availability WHERE part_id = ANY($1) ORDER BY part_id", parts
        )
    finally:
        await transaction.rollback()
    assert covered is not None
    assert tuple(covered) == (8, 3, 2, 3, 9, 0)
    assert [row["reserved_quantity"] for row in reserved] == [3, 2, 0]


@pytest.mark.parametrize("units", [0, 1, 7, 1_000_000])
async def test_the_database_counts_pieces_as_the_rule_does(database_connection: asyncpg.Connection, units: int) -> None:
    for amount in (Amount(1), Amount(3, 1), Amount(7, 33, 5), Amount(1_000_000, 100, 1_000_000)):
        found = await database_connection.fetchval(
            "SELECT pieces_for($1, $2, $3, $4)", units, amount.per_unit, amount.attrition_percent, amount.extra_pieces
        )
        assert found == rule.pieces_for(units, amount), json.dumps(units)
