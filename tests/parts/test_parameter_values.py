"""Values of parameters: kept as written, and as exact numbers in base units where they read as such.

Rules: docs/domain.md#component-values.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from domain.entities.reading import Reading, ReadingSign
from domain.rules.part_details import MAX_PARAMETERS
from tests.factories import Workshop
from tests.graphql_client import Json
from tests.parts.notations import NOTATIONS, Notation

VALUES = "parameters { name value number unit readings { number unit sign } }"
READ = f"query ($key: PartKey!) {{ part(key: $key) {{ {VALUES} }} }}"
_FORGET_READINGS = """
UPDATE part_parameters
   SET number = NULL, unit = NULL, reading_numbers = '{}', reading_units = '{}', reading_signs = '{}', rules_version = 1
"""
CREATE = f"""mutation ($input: CreatePartInput!) {{
  createPart(input: $input) {{ ... on CreatePartSuccess {{ part {{ key {VALUES} }} }} }}
}}"""


def _pages() -> Iterator[tuple[Notation, ...]]:
    yield from (NOTATIONS[start : start + MAX_PARAMETERS] for start in range(0, len(NOTATIONS), MAX_PARAMETERS))


async def _created(workshop: Workshop, *values: str) -> Json:
    parameters = [{"name": f"Value {number}", "value": value} for number, value in enumerate(values)]
    answer = await workshop.graphql(CREATE, {"input": {"description": "x", "parameters": parameters}})
    part: Json = answer["createPart"]["part"]
    return part


def _readings(parameter: Json) -> tuple[Reading, ...]:
    return tuple(
        Reading(Decimal(each["number"]), each["unit"], ReadingSign(each["sign"])) for each in parameter["readings"]
    )


def _only(parameter: Json) -> tuple[Decimal | None, str | None]:
    number = parameter["number"]
    return None if number is None else Decimal(number), parameter["unit"]


async def test_every_notation_of_the_table_is_answered_with_its_readings_in_each_way_of_answering(
    workshop: Workshop,
) -> None:
    for page in _pages():
        part = await _created(workshop, *(each.text for each in page))
        # The fifth answer is written by the database.
        answers = [(await workshop.graphql(READ, {"key": part["key"]}))["part"]["parameters"] for _ in range(5)]
        assert answers == [part["parameters"]] * 5
        for notation, parameter in zip(page, part["parameters"], strict=True):
            assert _readings(parameter) == notation.readings, notation
            only = notation.readings[0] if len(notation.readings) == 1 else None
            assert _only(parameter) == ((only.number, only.unit) if only else (None, None)), notation


async def test_a_value_is_kept_as_written_and_its_one_number_in_a_column_for_filters(workshop: Workshop) -> None:
    part = await _created(workshop, "10 k Ω", "100nF 50V", "red")
    assert [each["value"] for each in part["parameters"]] == ["10 k Ω", "100nF 50V", "red"]
    rows = await workshop.connection.fetch("SELECT number, unit FROM part_parameters ORDER BY position")
    assert [tuple(row) for row in rows] == [(Decimal(10_000), "Ω"), (None, None), (None, None)]


async def test_the_readings_follow_a_value_that_is_changed(workshop: Workshop) -> None:
    key = (await _created(workshop, "100nF 50V"))["key"]
    await workshop.done("updatePart", partKey=key, parameters=[{"name": "Value 0", "value": "±5 %"}])
    (parameter,) = (await workshop.graphql(READ, {"key": key}))["part"]["parameters"]
    assert _readings(parameter) == (Reading(Decimal(5), "%", ReadingSign.PLUS_MINUS),)
    assert _only(parameter) == (Decimal(5), "%")


async def test_a_value_that_is_given_again_is_no_edit_though_older_rules_read_it(workshop: Workshop) -> None:
    part = await _created(workshop, "10 k Ω")
    await workshop.connection.execute(_FORGET_READINGS)
    given: Any = [{"name": "Value 0", "value": "10 k Ω"}]
    assert (await workshop.done("updatePart", partKey=part["key"], parameters=given))["part"]["version"] == 1
    assert await workshop.count_rows("edits") == 0
