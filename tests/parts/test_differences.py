"""Edits as people read them.

Rules: docs/domain.md#edits.
"""

from dataclasses import replace

from domain.entities.box import BoxDetails
from domain.entities.edit import FieldChange
from domain.entities.ids import PartTypeId
from domain.entities.part import Parameter, PartDetails
from domain.rules.differences import differences

LED, RESISTOR = PartTypeId(1), PartTypeId(2)
NAMES = {LED: "LED", RESISTOR: "Resistor"}
PART = PartDetails(
    description="Resistor",
    type_id=RESISTOR,
    tags=("SMD", "1%"),
    pin_count=2,
    parameters=(Parameter("Resistance", "4k7"), Parameter("Power", "1/8 W")),
)


def test_nothing_differs_from_itself() -> None:
    assert differences(PART, PART, NAMES) == []


def test_each_field_that_differs_is_told_by_its_name() -> None:
    after = replace(PART, description="4k7", manufacturer_code="RC0805", pin_count=None, low_stock_threshold=0)
    assert differences(PART, after, NAMES) == [
        FieldChange("description", "Resistor", "4k7"),
        FieldChange("manufacturer_code", None, "RC0805"),
        FieldChange("pin_count", "2", None),
        FieldChange("low_stock_threshold", None, "0"),
    ]


def test_types_tags_and_parameters_are_told_in_words() -> None:
    after = replace(PART, type_id=LED, tags=(), parameters=(Parameter("Resistance", "4.7k"),))
    assert differences(PART, after, NAMES) == [
        FieldChange("type", "Resistor", "LED"),
        FieldChange("tags", "SMD, 1%", None),
        FieldChange("parameters", "Resistance: 4k7; Power: 1/8 W", "Resistance: 4.7k"),
    ]


def test_a_box_tells_its_shape_and_its_types() -> None:
    before = BoxDetails("Small parts", 60, 10, (LED,))
    assert differences(before, BoxDetails("SMD", 61, None, (RESISTOR, LED)), NAMES) == [
        FieldChange("description", "Small parts", "SMD"),
        FieldChange("capacity", "60", "61"),
        FieldChange("columns", "10", None),
        FieldChange("designated_types", "LED", "Resistor, LED"),
    ]
