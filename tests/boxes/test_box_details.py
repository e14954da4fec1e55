"""What a box may say of itself.

Rules: docs/domain.md#fields-of-a-box.
"""

from typing import Any

import pytest

from domain.entities.box import BoxDetails, BoxFields
from domain.errors import ValidationError
from domain.rules.box_details import designated_names, details_of_new_box, revised_details

BEFORE = BoxDetails("Resistors", capacity=60, columns=10)


def faulty_paths(number: int | None = None, **fields: Any) -> list[tuple[str, ...]]:
    given: Any = {"description": "Box", "capacity": 10} | fields
    with pytest.raises(ValidationError) as refused:
        details_of_new_box(BoxFields(**given), number)
    return [issue.path for issue in refused.value.issues]


def test_a_new_box_needs_a_description_and_a_capacity() -> None:
    with pytest.raises(ValidationError) as refused:
        details_of_new_box(BoxFields(), None)
    assert [issue.path for issue in refused.value.issues] == [("description",), ("capacity",)]
    assert details_of_new_box(BoxFields(description=" Box ", capacity=1), 9_999) == BoxDetails("Box", 1)


@pytest.mark.parametrize(
    ("field", "name", "least", "most"), [("capacity", "capacity", 1, 1_000), ("columns", "columns", 1, 100)]
)
def test_numbers_are_within_their_ranges(field: str, name: str, least: int, most: int) -> None:
    for number in (least, most):
        fields: Any = {"description": "Box", "capacity": 10} | {field: number}
        assert getattr(details_of_new_box(BoxFields(**fields), None), field) == number
    for number in (least - 1, most + 1):
        assert faulty_paths(**{field: number}) == [(name,)]


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_a_box_number_is_1_to_9999(number: int) -> None:
    assert faulty_paths(number) == [("number",)]


def test_a_description_has_at_most_255_characters() -> None:
    assert faulty_paths(description="x" * 256) == [("description",)]


def test_a_box_is_meant_for_at_most_20_distinct_types() -> None:
    assert faulty_paths(designated_type_names=("LED", "led")) == [("designated_type_names", "1")]
    assert faulty_paths(designated_type_names=tuple(f"type {n}" for n in range(21))) == [("designated_type_names",)]
    assert faulty_paths(designated_type_names=("\x00",)) == [("designated_type_names", "0")]


def test_fields_that_are_not_named_stay_and_null_clears_what_may_be_empty() -> None:
    assert revised_details(BoxFields(columns=None), BEFORE) == BoxDetails("Resistors", 60)
    assert revised_details(BoxFields(capacity=61), BEFORE) == BoxDetails("Resistors", 61, 10)
    for fields, path in ((BoxFields(description=None), "description"), (BoxFields(capacity=None), "capacity")):
        with pytest.raises(ValidationError) as refused:
            revised_details(fields, BEFORE)
        assert refused.value.path == (path,)


def test_types_that_were_not_named_differ_from_none() -> None:
    assert designated_names(BoxFields()) is None
    assert designated_names(BoxFields(designated_type_names=None)) == ()
    assert designated_names(BoxFields(designated_type_names=(" LED ",))) == ("LED",)
