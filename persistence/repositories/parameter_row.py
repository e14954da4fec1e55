"""How the parameters of a part become rows, with what their values read as, and rows parameters."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from asyncpg import Record

from domain.entities.part import Parameter
from domain.entities.reading import Reading, ReadingSign
from domain.rules.component_values import RULES_VERSION
from domain.rules.texts import fold

READING_TYPES = {
    "number": "numeric",
    "unit": "text",
    "reading_numbers": "numeric[]",
    "reading_units": "text[]",
    "reading_signs": "text[]",
    "rules_version": "smallint",
}
"""The columns of `part_parameters` that follow from the value, with their types in SQL."""

PARAMETER_TYPES = {"position": "smallint", "name": "text", "name_key": "text", "value": "text", **READING_TYPES}
"""All columns but for the part."""


def reading_values(readings: Sequence[Reading]) -> dict[str, Any]:
    """A value for each of READING_TYPES, in their order."""
    only = readings[0] if len(readings) == 1 else None
    return {
        "number": only.number if only else None,
        "unit": only.unit if only else None,
        "reading_numbers": [reading.number for reading in readings],
        "reading_units": [reading.unit for reading in readings],
        "reading_signs": [reading.sign.value for reading in readings],
        "rules_version": RULES_VERSION,
    }


def parameter_rows(parameters: Sequence[Parameter]) -> list[dict[str, Any]]:
    """A value for each of PARAMETER_TYPES, in their order, for each parameter."""
    return [
        {
            "position": position,
            "name": parameter.name,
            "name_key": fold(parameter.name),
            "value": parameter.value,
            **reading_values(parameter.readings),
        }
        for position, parameter in enumerate(parameters, start=1)
    ]


def in_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows for jsonb_to_recordset, which keeps the lists of each row together; numbers go as texts, so exactly."""
    return json.dumps(rows, default=str)


def parameter_of_row(row: Record) -> Parameter:
    """The parameter of a row of `part_parameters`."""
    columns = zip(row["reading_numbers"], row["reading_units"], row["reading_signs"], strict=True)
    return Parameter(
        row["name"], row["value"], tuple(Reading(number, unit, ReadingSign(sign)) for number, unit, sign in columns)
    )
