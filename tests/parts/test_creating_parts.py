"""Creating parts: keys, fields, limits, and how texts are kept.

Rules: docs/domain.md#texts, #drawn-keys, #low-stock, #possible-duplicates.
"""

import re
from typing import Any

import pytest

from tests.factories import Workshop
from tests.graphql_client import RawGraphQL

EVERYTHING: dict[str, Any] = {
    "description": "Resistor 4.7 kΩ, thin film",
    "manufacturer": "Workshop Components",
    "manufacturerCode": "WC-4K7-0805",
    "productPage": "https://example.org/wc-4k7",
    "typeName": "Resistor",
    "tags": ["SMD", "thin film"],
    "package": "0805",
    "series": "WC",
    "dimensions": "2.0 x 1.25 mm",
    "voltageRating": "150 V",
    "inputVoltage": "5 V",
    "outputVoltage": "3.3 V",
    "mountingType": "surface",
    "pinPitch": "1.9 mm",
    "pinCount": 2,
    "lowStockThreshold": 20,
    "parameters": [{"name": "Resistance", "value": "4k7"}, {"name": "Tolerance", "value": "loose"}],
}


async def test_a_part_keeps_every_field_it_is_given(workshop: Workshop) -> None:
    await workshop.part_type("Resistor")
    part = (await workshop.done("createPart", **EVERYTHING))["part"]
    given = {name: value for name, value in EVERYTHING.items() if name not in {"typeName", "parameters"}}
    assert {name: part[name] for name in given} == given
    assert part["type"] == {"name": "Resistor"}
    assert [(parameter["name"], parameter["value"]) for parameter in part["parameters"]] == [
        ("Resistance", "4k7"),
        ("Tolerance", "loose"),
    ]
    assert (part["version"], part["totalQuantity"], part["stock"], part["retiredAt"]) == (1, 0, [], None)
    row = await workshop.connection.fetchrow(
        "SELECT p.key, p.description, p.manufacturer_code, p.tags, p.pin_count, t.name AS type_name "
        "FROM parts p JOIN part_types t ON t.id = p.type_id"
    )
    assert row is not None
    assert dict(row) == {
        "key": part["key"],
        "description": "Resistor 4.7 kΩ, thin film",
        "manufacturer_code": "WC-4K7-0805",
        "tags": ["SMD", "thin film"],
        "pin_count": 2,
        "type_name": "Resistor",
    }


async def test_a_part_needs_a_description_and_nothing_else(workshop: Workshop) -> None:
    part = (await workshop.done("createPart", description="Bolt"))["part"]
    optional = set(EVERYTHING) - {"description", "typeName", "tags", "parameters"} | {"type"}
    assert {part[name] for name in optional} == {None}
    assert (part["tags"], part["parameters"], part["isLow"]) == ([], [], False)


async def test_a_drawn_key_has_four_letters_without_i_and_o(workshop: Workshop) -> None:
    keys = {await workshop.part() for _ in range(30)}
    assert len(keys) == 30
    assert all(re.fullmatch("[A-HJ-NP-Z]{4}", key) for key in keys)


async def test_a_key_brought_from_elsewhere_may_have_any_letter_and_is_kept_in_upper_case(workshop: Workshop) -> None:
    assert await workshop.part(key="oiio") == "OIIO"
    assert (await workshop.graphql('{ part(key: "OiIo") { key } }'))["part"] == {"key": "OIIO"}


async def test_a_taken_key_is_refused_whatever_its_case(workshop: Workshop) -> None:
    await workshop.part(key="ABCD")
    refusal = await workshop.refused("createPart", "AlreadyExistsError", description="Other", key="abcd")
    assert (refusal["code"], refusal["reference"], refusal["path"]) == ("ALREADY_EXISTS", "ABCD", ["key"])


@pytest.mark.parametrize("key", ["ABC", "ABCDE", "AB1D", "ÄBCD", "", 1234])
async def test_a_key_that_is_not_four_letters_is_an_error_of_the_request(graphql_raw: RawGraphQL, key: object) -> None:
    document = 'mutation C($key: PartKey!) { createPart(input: {description: "x", key: $key}) { __typename } }'
    answer = (await graphql_raw(document, {"key": key})).json()
    assert answer["errors"][0]["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
    assert answer.get("data") is None


async def test_texts_are_trimmed_and_blank_optional_ones_are_nothing(workshop: Workshop) -> None:
    part = (
        await workshop.done(
            "createPart", description="  Bolt M3 \n", manufacturer="   ", package=" A2 ", tags=[" loose "]
        )
    )["part"]
    assert (part["description"], part["manufacturer"], part["package"]) == ("Bolt M3", None, "A2")
    assert part["tags"] == ["loose"]


LIMITS = {
    "description": 2000,
    "manufacturer": 255,
    "manufacturerCode": 255,
    "package": 100,
    "series": 100,
    "dimensions": 100,
    "voltageRating": 100,
    "inputVoltage": 100,
    "outputVoltage": 100,
    "mountingType": 50,
    "pinPitch": 50,
}


@pytest.mark.parametrize(("field", "limit"), LIMITS.items())
async def test_a_text_fits_its_limit_in_characters(workshop: Workshop, field: str, limit: int) -> None:
    fields = {"description": "Bolt", field: "Ω" * limit}
    assert (await workshop.done("createPart", **fields))["part"][field] == "Ω" * limit
    refusal = await workshop.refused("createPart", "ValidationError", **fields | {field: "Ω" * (limit + 1)})
    assert [issue["path"] for issue in refusal["issues"]] == [[field]]


@pytest.mark.parametrize(
    ("field", "least", "greatest"), [("pinCount", 1, 10_000), ("lowStockThreshold", 0, 1_000_000_000)]
)
async def test_a_number_lies_within_its_limits(workshop: Workshop, field: str, least: int, greatest: int) -> None:
    for fitting in (least, greatest):
        assert (await workshop.done("createPart", description="Bolt", **{field: fitting}))["part"][field] == fitting
    for wrong in (least - 1, greatest + 1):
        refusal = await workshop.refused("createPart", "ValidationError", description="Bolt", **{field: wrong})
        assert [issue["path"] for issue in refusal["issues"]] == [[field]]


@pytest.mark.parametrize("description", ["", "   ", "a\x00b"])
async def test_a_description_is_neither_blank_nor_unstorable(workshop: Workshop, description: str) -> None:
    refusal = await workshop.refused("createPart", "ValidationError", description=description)
    assert [issue["path"] for issue in refusal["issues"]] == [["description"]]


@pytest.mark.parametrize(
    "page", ["ftp://example.org/x", "javascript:alert(1)", "example.org", "http://", "https://e/" + "x" * 2000]
)
async def test_a_product_page_is_a_web_address_of_up_to_2000_characters(
    workshop: Workshop, graphql_raw: RawGraphQL, page: str
) -> None:
    document = (
        'mutation C($page: URL!) { createPart(input: {description: "x", productPage: $page}) '
        "{ __typename ... on UserError { code path } } }"
    )
    async with workshop.unchanged():
        answer = (await graphql_raw(document, {"page": page})).json()
    if "errors" in answer:
        assert answer["errors"][0]["extensions"]["code"] != "INTERNAL_SERVER_ERROR"
    else:
        assert answer["data"]["createPart"]["__typename"] == "ValidationError"


async def test_tags_keep_their_order_and_repeat_nothing_ignoring_case(workshop: Workshop) -> None:
    tags = [f"tag {number}" for number in range(50, 0, -1)]
    assert (await workshop.done("createPart", description="Bolt", tags=tags))["part"]["tags"] == tags
    for wrong in (["smd", "SMD"], ["straße", "STRASSE"], ["x" * 51], ["  "]):
        refusal = await workshop.refused("createPart", "ValidationError", description="Bolt", tags=wrong)
        assert refusal["path"][0] == "tags"
    assert (await workshop.done("createPart", description="Bolt", tags=["x" * 50]))["part"]["tags"] == ["x" * 50]


async def test_parameters_are_up_to_100_named_once_and_in_order(workshop: Workshop) -> None:
    many = [{"name": f"P{number}", "value": "1"} for number in range(100, 0, -1)]
    part = (await workshop.done("createPart", description="Bolt", parameters=many))["part"]
    assert [parameter["name"] for parameter in part["parameters"]] == [parameter["name"] for parameter in many]
    twice = [{"name": "Gain", "value": "1"}, {"name": "GAIN", "value": "2"}]
    for wrong in (twice, [{"name": " ", "value": "1"}]):
        refusal = await workshop.refused("createPart", "ValidationError", description="Bolt", parameters=wrong)
        assert refusal["path"][0] == "parameters"
    assert await workshop.count_rows("part_parameters") == 100


async def test_an_unknown_type_is_told_and_nothing_is_made(workshop: Workshop) -> None:
    refusal = await workshop.refused("createPart", "NotFoundError", description="Bolt", typeName="Bolt")
    assert (refusal["reference"], refusal["path"]) == ("Bolt", ["typeName"])


async def test_a_type_is_named_ignoring_case(workshop: Workshop) -> None:
    await workshop.part_type("Größe")
    part = (await workshop.done("createPart", description="Bolt", typeName=" GRÖSSE "))["part"]
    assert part["type"] == {"name": "Größe"}


async def test_a_part_of_the_same_manufacturer_and_code_is_reported_as_a_possible_duplicate(workshop: Workshop) -> None:
    first = await workshop.part(manufacturer="Acme", manufacturerCode="NE555")
    await workshop.part(manufacturer="Other", manufacturerCode="NE555")
    await workshop.part(manufacturer="Acme", manufacturerCode="NE556")
    await workshop.part(manufacturer="Acme")
    made = await workshop.done("createPart", description="Timer", manufacturer="ACME", manufacturerCode="ne555")
    assert made["possibleDuplicates"] == [{"key": first}]
    document = "query D($key: PartKey!) { part(key: $key) { possibleDuplicates { key } } }"
    found = (await workshop.graphql(document, {"key": first}))["part"]["possibleDuplicates"]
    assert found == [{"key": made["part"]["key"]}]


async def test_parts_without_a_code_are_nobodys_duplicates(workshop: Workshop) -> None:
    await workshop.part(manufacturer="Acme")
    made = await workshop.done("createPart", description="Timer", manufacturer="Acme")
    assert made["possibleDuplicates"] == []


@pytest.mark.parametrize(("quantity", "is_low"), [(0, True), (5, True), (6, False)])
async def test_a_part_is_low_at_or_below_its_threshold(workshop: Workshop, quantity: int, is_low: bool) -> None:
    await workshop.box()
    key = await workshop.part(lowStockThreshold=5)
    await workshop.count(key, "1-1", quantity)
    found = (await workshop.graphql("query P($key: PartKey!) { part(key: $key) { isLow } }", {"key": key}))["part"]
    assert found == {"isLow": is_low}


async def test_a_part_that_does_not_exist_is_null(workshop: Workshop) -> None:
    assert await workshop.graphql('{ part(key: "ZZZZ") { key } }') == {"part": None}
