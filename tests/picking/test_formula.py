"""The pieces that lists take when units are built in steps, given up, or not built after all.

Rules: docs/domain.md#the-formulas, #worked-examples.
"""

import pytest

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, opened, project_with, quantities
from tests.projects.facts import coverage

_ATTRITION: Json = {"attritionPercent": 5, "extraPieces": 5}


async def _picked(workshop: Workshop, project_id: str, units: int) -> Json:
    """A list of one line, picked whole."""
    made = await opened(workshop, project_id, units)
    (only,) = made["lines"]
    picked = await workshop.done("pickLine", lineId=only["id"], quantity=only["openQuantity"])
    found: Json = picked["pickList"]
    return found


def _planned(pick_list: Json) -> int:
    """The pieces the list was made for."""
    (only,) = pick_list["lines"]
    pieces: int = only["plannedQuantity"]
    return pieces


async def _covered(workshop: Workshop, project_id: str, key: str) -> tuple[int, int, int, int]:
    """Needed, picked and open pieces of the requirement, and those that are wanted besides."""
    shown = (await coverage(workshop, project_id))[key]
    query = "query($key: PartKey!) { part(key: $key) { reservations { softQuantity } } }"
    reservations = (await workshop.graphql(query, {"key": key}))["part"]["reservations"]
    soft = sum(each["softQuantity"] for each in reservations)
    return shown["neededQuantity"], shown["pickedQuantity"], shown["openQuantity"], soft


@pytest.mark.parametrize(
    ("per_unit", "amount", "steps", "taken"),
    [
        # 10 + ceil(0.5) + 5: the first unit brings its attrition and the extra pieces.
        (1, _ATTRITION, [10], [16]),
        (1, _ATTRITION, [5, 5], [11, 5]),
        (1, _ATTRITION, [1] * 10, [7] + [1] * 9),
        # 30 + ceil(9.9) + 2; attrition alone is 1, 2, 3, 4, 5, 6, 7, 8, 9 and 10 pieces.
        (3, {"attritionPercent": 33, "extraPieces": 2}, [10], [42]),
        (3, {"attritionPercent": 33, "extraPieces": 2}, [5, 5], [22, 20]),
        (3, {"attritionPercent": 33, "extraPieces": 2}, [1] * 10, [6] + [4] * 9),
        # 10 + ceil(2.5): 1 piece of attrition for each four units begun.
        (1, {"attritionPercent": 25}, [10], [13]),
        (1, {"attritionPercent": 25}, [1] * 10, [2, 1, 1, 1, 2, 1, 1, 1, 2, 1]),
    ],
)
async def test_lists_built_one_after_the_other_take_what_one_list_takes(
    workshop: Workshop, per_unit: int, amount: Json, steps: list[int], taken: list[int]
) -> None:
    key, lamp = await project_with(workshop, 100, 10, per_unit, **amount)
    left = sum(taken)
    for units, pieces in zip(steps, taken, strict=True):
        assert await _covered(workshop, lamp, key) == (left, 0, 0, left)
        made = await _picked(workshop, lamp, units)
        assert _planned(made) == pieces
        assert await _covered(workshop, lamp, key) == (left, pieces, 0, left - pieces)
        await workshop.done("completePickList", pickListId=made["id"])
        left -= pieces
    assert await _covered(workshop, lamp, key) == (0, 0, 0, 0)
    assert await workshop.shelf() == {(key, "1-1"): 100 - sum(taken)}


async def test_the_second_list_takes_the_same_whether_the_first_is_open_or_built(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 100, 10, **_ATTRITION)
    first, second = await _picked(workshop, lamp, 5), await _picked(workshop, lamp, 5)
    assert (_planned(first), _planned(second)) == (11, 5)
    await workshop.done("completePickList", pickListId=second["id"])
    # n(10) - n(5) is needed still, though the list that holds it took n(5).
    assert await _covered(workshop, lamp, key) == (5, 11, 0, 0)
    await workshop.done("completePickList", pickListId=first["id"])
    assert await _covered(workshop, lamp, key) == (0, 0, 0, 0)


@pytest.mark.parametrize("picked", [0, 4, 11])
async def test_after_a_list_is_given_up_its_extra_pieces_are_wanted_again(workshop: Workshop, picked: int) -> None:
    key, lamp = await project_with(workshop, 100, 10, **_ATTRITION)
    made = await opened(workshop, lamp, 5)
    if picked:
        await workshop.done("pickLine", lineId=made["lines"][0]["id"], quantity=picked)
    assert await _covered(workshop, lamp, key) == (16, picked, 11 - picked, 5)
    await workshop.done("cancelPickList", pickListId=made["id"])
    assert await _covered(workshop, lamp, key) == (16, 0, 0, 16)
    assert await workshop.shelf() == {(key, "1-1"): 100}
    assert _planned(await opened(workshop, lamp, 5)) == 11


async def test_a_later_list_that_is_given_up_leaves_the_extra_pieces_with_the_first(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 100, 10, **_ATTRITION)
    await opened(workshop, lamp, 5)
    second = await _picked(workshop, lamp, 5)
    await workshop.done("cancelPickList", pickListId=second["id"])
    assert await _covered(workshop, lamp, key) == (16, 0, 11, 5)
    assert _planned(await opened(workshop, lamp, 5)) == 5


async def test_units_that_were_not_built_are_wanted_again_without_the_extra_pieces(workshop: Workshop) -> None:
    """Built in are 3 of 5 units: n(3) = 9 of the 11 pieces; the rest counts as used up where it is not put back."""
    key, lamp = await project_with(workshop, 100, 10, **_ATTRITION)
    made = await _picked(workshop, lamp, 5)
    back = [{"lineId": made["lines"][0]["id"], "quantity": 2}]
    done = await workshop.done("completePickList", pickListId=made["id"], builtUnits=3, returned=back)
    assert quantities(done["pickList"]["lines"][0]) == (11, 0, 9, 0, 2)
    assert await _covered(workshop, lamp, key) == (7, 0, 0, 7)
    assert _planned(await _picked(workshop, lamp, 7)) == 7
    assert await workshop.shelf() == {(key, "1-1"): 100 - 16}


async def test_of_a_list_of_which_nothing_was_built_the_next_takes_the_extra_pieces_again(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 100, 10, **_ATTRITION)
    made = await _picked(workshop, lamp, 5)
    await workshop.done("completePickList", pickListId=made["id"], builtUnits=0)
    assert await _covered(workshop, lamp, key) == (16, 0, 0, 16)
    assert _planned(await opened(workshop, lamp, 10)) == 16
    assert await workshop.shelf() == {(key, "1-1"): 100 - 11}


async def test_a_reopened_list_holds_its_pieces_and_its_units_again(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 100, 10, **_ATTRITION)
    made = await _picked(workshop, lamp, 5)
    await workshop.done("completePickList", pickListId=made["id"])
    await workshop.done("reopenPickList", pickListId=made["id"])
    assert await _covered(workshop, lamp, key) == (16, 11, 0, 5)
    assert _planned(await opened(workshop, lamp, 5)) == 5


async def test_a_requirement_that_is_changed_while_lists_are_open_wants_the_difference(workshop: Workshop) -> None:
    key, lamp = await project_with(workshop, 100, 10, **_ATTRITION)
    await _picked(workshop, lamp, 5)
    await workshop.done("setRequirement", projectId=lamp, requirement=line(key, 2, **_ATTRITION))
    # n(10) of two for each unit is 20 + 1 + 5.
    assert await _covered(workshop, lamp, key) == (26, 11, 0, 15)
    # The next five take n(10) - n(5) = 26 - 16; what the first took too little of stays wanted.
    assert _planned(await opened(workshop, lamp, 5)) == 10
    assert await _covered(workshop, lamp, key) == (26, 11, 10, 5)
