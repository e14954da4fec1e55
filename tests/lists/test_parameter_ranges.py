"""Lists of parts by the numbers of their parameters, however these were written.

Rules: docs/domain.md#parameter-ranges.
"""

from collections.abc import Mapping

import pytest

from tests.factories import Workshop
from tests.graphql_client import GraphQL, Json, RawGraphQL

PARTS = "query Q($parameters: [ParameterFilter!]) { parts(filter: { parameters: $parameters }) { nodes { key } } }"
VALUES: Mapping[str, Mapping[str, str]] = {
    "AAAA": {"Resistance": "4k7", "Tolerance": "±5 %", "Power": "1/4W"},
    "BBBB": {"resistance": "4.99 kΩ ±1%", "Tolerance": "+80/-20 %"},
    "CCCC": {"Resistance": "4700 V", "Capacitance": "100nF 50V X7R"},
    "DDDD": {"Operating temperature": "-40 to 85 °C", "Voltage": "max 5 V", "Setting": "12"},
    "EEEE": {"Operating temperature": "0 to 70", "Voltage": "3.3 V (max 3.6 V)", "Setting": "12 mm"},
    "FFFF": {"Resistance": "unknown", "Operating temperature": "25 °C", "Voltage": "min. 20 V"},
}
FOUND = [
    ("Resistance", "4.5k", "5k", "AAAA BBBB"),
    (" RESISTANCE ", "4.5 kΩ", "5000", "AAAA BBBB"),
    ("Resistance", "4700 ohm", "4k7", "AAAA"),
    ("Resistance", "4.7001k", None, "BBBB"),
    ("Resistance", None, "4.99k", "AAAA BBBB"),
    ("Resistance", "4700 V", "4700 V", "CCCC"),
    ("Resistance", "5 mΩ", "5 mΩ", ""),
    ("Resistance", "47k", "48k", ""),
    ("Resistance", "0", "1", ""),
    ("Tolerance", "5 %", "5 %", "AAAA"),
    ("Tolerance", "20", "80", "BBBB"),
    ("Power", "0.25 W", "250m", "AAAA"),
    ("Capacitance", "0.1µ", "0.1 uF", "CCCC"),
    ("Capacitance", "50 V", "50 V", "CCCC"),
    ("Capacitance", "50", "50", ""),
    ("Operating temperature", "25", "25", "DDDD EEEE FFFF"),
    ("Operating temperature", "75 °C", "200 °C", "DDDD"),
    ("Operating temperature", "85", None, "DDDD"),
    ("Operating temperature", "85.1", None, ""),
    ("Operating temperature", None, "-40", "DDDD"),
    ("Voltage", "5", "5", "DDDD"),
    ("Voltage", "3.6 V", "4.9 V", "EEEE"),
    ("Voltage", "20", "30", "FFFF"),
    ("Voltage", "21", "30", ""),
    ("Setting", "12", "12", "DDDD"),
    ("Setting", "12m", "12m", "EEEE"),
    ("Setting", "12 mm", "12 mm", "EEEE"),
    ("Setting", "12 V", "12 V", ""),
    ("nothing", "1", "2", ""),
]
"""What a list is asked for, and the keys of the parts that it shows."""


@pytest.fixture
async def measured(workshop: Workshop) -> Workshop:
    """Parts with the values above."""
    for key, values in VALUES.items():
        await workshop.part(key=key, parameters=[{"name": name, "value": value} for name, value in values.items()])
    return workshop


async def test_a_part_is_found_by_a_number_from_here_to_there(measured: Workshop, graphql: GraphQL) -> None:
    wrong = []
    for name, low, high, keys in FOUND:
        parts = (await graphql(PARTS, {"parameters": [{"name": name, "from": low, "to": high}]}))["parts"]
        if (found := " ".join(node["key"] for node in parts["nodes"])) != keys:
            wrong.append((name, low, high, found))
    assert wrong == []


async def test_all_ranges_have_to_hold_and_none_chooses_nothing(measured: Workshop, graphql: GraphQL) -> None:
    resistance = {"name": "Resistance", "from": "4k", "to": "5k"}
    for others, keys in (
        ([{"name": "Power", "to": "1W"}], ["AAAA"]),
        ([{"name": "Tolerance", "from": "10"}], ["BBBB"]),
        ([{"name": "Resistance", "from": "4.9k"}], ["BBBB"]),
        ([{"name": "Power", "from": "1W"}], []),
        ([resistance] * 9, ["AAAA", "BBBB"]),
    ):
        found = (await graphql(PARTS, {"parameters": [resistance, *others]}))["parts"]["nodes"]
        assert [node["key"] for node in found] == keys
    assert len((await graphql(PARTS, {"parameters": []}))["parts"]["nodes"]) == len(VALUES)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "R"}, "`parameters.0` has neither `from` nor `to`; give one of them."),
        ({"name": "R", "from": None, "to": None}, "`parameters.0` has neither `from` nor `to`; give one of them."),
        ({"name": " ", "from": "1"}, "`parameters.0.name` is blank."),
        ({"name": "R", "from": "2k", "to": "1k"}, "`parameters.0.from` is greater than `parameters.0.to`."),
        ({"name": "R", "from": "1 V", "to": "2 A"}, "`parameters.0` runs from V to A; both ends have one unit."),
        *(
            (
                {"name": "R", "from": "1", "to": faulty},
                "`parameters.0.to` is not one number, with or without a unit, such as 4k7 or 4.7 kΩ.",
            )
            for faulty in ("", "x", "1,000", "10 to 20", "max 5", "1 2", "100nF 50V")
        ),
        ({"name": "R", "to": "\x00"}, "`parameters.0.to` takes one line of text: U+0000 is a control character"),
        ({"name": "R" * 256, "to": "1"}, "`parameters.0.name` takes up to 255 characters."),
    ],
)
async def test_a_range_that_says_nothing_is_a_broken_request(
    graphql_raw: RawGraphQL, given: Json, message: str
) -> None:
    errors = (await graphql_raw(PARTS, {"parameters": [given]})).json()["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["BAD_USER_INPUT"]
    assert errors[0]["message"].startswith(message)
