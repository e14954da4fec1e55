"""What a part may say of itself.

Rules: docs/domain.md#fields-of-a-part.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from domain.entities.part import Parameter, PartDetails, PartFields
from domain.errors import ValidationError
from domain.rules.fact_checks import is_web_address
from domain.rules.part_details import details_of_new_part, revised_details

BEFORE = PartDetails(description="Resistor", manufacturer="Yageo", tags=("SMD",), pin_count=2)


def faults(**fields: Any) -> Mapping[tuple[str, ...], str]:
    with pytest.raises(ValidationError) as refused:
        revised_details(PartFields(**fields), BEFORE)
    return {issue.path: issue.message for issue in refused.value.issues}


def test_fields_that_are_not_named_stay_and_null_clears() -> None:
    revised = revised_details(PartFields(manufacturer=None, package=" 0805 "), BEFORE)
    assert revised == PartDetails(description="Resistor", tags=("SMD",), pin_count=2, package="0805")


def test_blank_text_is_null() -> None:
    assert revised_details(PartFields(manufacturer="  \n "), BEFORE).manufacturer is None


def test_a_description_is_required() -> None:
    with pytest.raises(ValidationError) as refused:
        details_of_new_part(PartFields(), None)
    assert [issue.path for issue in refused.value.issues] == [("description",)]
    assert faults(description="  ") == {("description",): "must not be blank"}
    assert faults(description=None) == {("description",): "must not be blank"}


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("description", 2_000),
        ("manufacturer", 255),
        ("manufacturer_code", 255),
        ("package", 100),
        ("series", 100),
        ("dimensions", 100),
        ("voltage_rating", 100),
        ("input_voltage", 100),
        ("output_voltage", 100),
        ("mounting_type", 50),
        ("pin_pitch", 50),
    ],
)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(field: str, limit: int) -> None:
    fields: Any = {field: "𝛀" * limit}
    assert getattr(revised_details(PartFields(**fields), BEFORE), field) == "𝛀" * limit
    assert faults(**{field: "x" * (limit + 1)}) == {(field,): f"at most {limit:,} characters, not {limit + 1:,}"}


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [("pin_count", 1, 10_000), ("low_stock_threshold", 0, 1_000_000_000)],
)
def test_a_number_is_within_its_range(field: str, least: int, most: int) -> None:
    for number in (least, most, None):
        fields: Any = {field: number}
        assert getattr(revised_details(PartFields(**fields), BEFORE), field) == number
    for number in (least - 1, most + 1):
        assert list(faults(**{field: number})) == [(field,)]


def test_tags_keep_their_order_and_are_distinct_ignoring_case() -> None:
    assert revised_details(PartFields(tags=("b", " A ", "c")), BEFORE).tags == ("b", "A", "c")
    assert faults(tags=("smd", "tht", "SMD")) == {("tags", "2"): "is named twice"}
    assert faults(tags=("straße", "STRASSE")) == {("tags", "1"): "is named twice"}


def test_there_are_at_most_50_tags_of_50_characters() -> None:
    assert len(revised_details(PartFields(tags=tuple(f"tag {n}" for n in range(50))), BEFORE).tags) == 50
    assert list(faults(tags=tuple(f"tag {n}" for n in range(51)))) == [("tags",)]
    assert list(faults(tags=("x" * 51, ""))) == [("tags", "0"), ("tags", "1")]


def test_a_parameter_keeps_its_exact_number() -> None:
    revised = revised_details(PartFields(parameters=(("Resistance", "4k7"), ("Dielectric", "X7R"))), BEFORE)
    assert revised.parameters == (Parameter("Resistance", "4k7"), Parameter("Dielectric", "X7R"))
    assert [each.number for each in revised.parameters] == [Decimal(4700), None]


def test_parameters_are_named_once_and_have_values() -> None:
    assert faults(parameters=(("a", "1"), ("A", "2"), ("", "3"), ("b", " "), ("x" * 101, "y" * 256))) == {
        ("parameters", "1", "name"): "is named twice",
        ("parameters", "2", "name"): "must not be blank",
        ("parameters", "3", "value"): "must not be blank",
        ("parameters", "4", "name"): "at most 100 characters, not 101",
        ("parameters", "4", "value"): "at most 255 characters, not 256",
    }
    assert list(faults(parameters=tuple((f"p{n}", "1") for n in range(101)))) == [("parameters",)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\x00b", "U+0000 is a control character, which a text cannot hold"),
        ("a\ud800b", "U+D800 is half of a character, which a text cannot hold"),
    ],
)
def test_what_cannot_be_stored_is_a_fault_wherever_it_stands(text: str, message: str) -> None:
    assert faults(
        description=text, manufacturer=text, type_name=text, tags=(text,), parameters=((text, text),), product_page=text
    ) == {
        ("description",): message,
        ("manufacturer",): message,
        ("type_name",): message,
        ("tags", "0"): message,
        ("parameters", "0", "name"): message,
        ("parameters", "0", "value"): message,
        ("product_page",): "must be an http or https address",
    }


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        details_of_new_part(PartFields(description="", pin_count=0, tags=("a", "A")), "1234")
    paths = [issue.path for issue in refused.value.issues]
    assert paths == [("key",), ("description",), ("pin_count",), ("tags", "1")]
    assert refused.value.path == ("key",)


@pytest.mark.parametrize("address", ["https://example.com", "HTTP://example.com:8080/a?b=c#d", "https://[::1]/ä"])
def test_a_product_page_is_a_web_address(address: str) -> None:
    assert is_web_address(address)
    assert revised_details(PartFields(product_page=f" {address} "), BEFORE).product_page == address


@pytest.mark.parametrize(
    "address",
    [
        *("example.com", "ftp://example.com", "javascript:alert(1)", "https://", "https:///x", "https://a b.com"),
        *("https://example.com/\u200b", "https://example.com:99999", "http://[::1", "https://x\ny.com"),
    ],
)
def test_anything_else_is_no_product_page(address: str) -> None:
    assert faults(product_page=address) == {("product_page",): "must be an http or https address"}
