"""The same change to many parts.

Rules: docs/domain.md#many-parts-at-once.
"""

import pytest

from domain.entities.ids import PartId, PartKey
from domain.entities.part import Part, PartDetails
from domain.entities.unset import UNSET
from domain.errors import ValidationError
from domain.rules.part_batches import Retagging, checked_retagging, retagged


def part(*tags: str) -> Part:
    return Part(PartId(1), PartKey("ABCD"), 1, PartDetails(description="Resistor", tags=tags), None)


def test_tags_are_added_at_the_end_where_they_are_missing_and_removed_ignoring_case() -> None:
    tags = checked_retagging([PartKey("ABCD")], UNSET, ["new", "Smd"], ["OLD"])
    assert retagged(part("smd", "old", "x"), tags).tags == ("smd", "x", "new")


def test_no_part_gets_more_than_50_tags() -> None:
    full = part(*(f"tag {number}" for number in range(50)))
    with pytest.raises(ValidationError, match="part ABCD would have 51 tags"):
        retagged(full, Retagging(("new",), frozenset()))
    assert len(retagged(full, Retagging(("new",), frozenset({"tag 7"}))).tags) == 50


@pytest.mark.parametrize("number", [0, 201])
def test_a_change_names_1_to_200_parts(number: int) -> None:
    with pytest.raises(ValidationError) as refused:
        checked_retagging([PartKey(f"{index:04}") for index in range(number)], UNSET, [], [])
    assert refused.value.path == ("part_keys",)


def test_every_fault_of_the_input_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        checked_retagging([PartKey("ABCD"), PartKey("ABCD")], "x" * 101, ["a", "A", "b"], ["", "B"])
    assert [issue.path for issue in refused.value.issues] == [
        ("part_keys", "1"),
        ("type_name",),
        ("add_tags", "1"),
        ("remove_tags", "0"),
        ("add_tags", "2"),
    ]
