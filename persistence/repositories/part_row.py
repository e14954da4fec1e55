"""How the details of a part become columns, and columns details."""

from collections.abc import Sequence
from typing import Any

from asyncpg import Record

from domain.entities.ids import PartId, PartKey, PartTypeId
from domain.entities.part import Parameter, Part, PartDetails
from domain.rules.texts import fold, order_key
from persistence.fact_columns import sql_types, values_in, values_of

COLUMN_TYPES = {
    **sql_types(PartDetails),
    "description_key": "text",
    "manufacturer_key": "text",
    "manufacturer_code_key": "text",
    "type_id": "bigint",
    "tag_keys": "text[]",
}
"""The columns of `parts` that hold details, with the types of their parameters in SQL; those in `_key` are folded."""


def column_values(details: PartDetails) -> dict[str, Any]:
    """A value for each of COLUMN_TYPES, in their order."""
    return {
        **values_of(details),
        "description_key": order_key(details.description),
        "manufacturer_key": _folded(details.manufacturer),
        "manufacturer_code_key": _folded(details.manufacturer_code),
        "type_id": details.type_id,
        "tag_keys": [fold(tag) for tag in details.tags],
    }


def parameter_values(parameters: Sequence[Parameter]) -> dict[str, list[Any]]:
    """One list for each column of `part_parameters`, in the order of the parameters."""
    return {
        "names": [parameter.name for parameter in parameters],
        "name_keys": [fold(parameter.name) for parameter in parameters],
        "texts": [parameter.value for parameter in parameters],
        "numbers": [parameter.number for parameter in parameters],
        "units": [parameter.unit for parameter in parameters],
    }


def part_of(row: Record, parameters: Sequence[Parameter]) -> Part:
    """The part of a row of `parts` and its parameters in order."""
    type_id = PartTypeId(row["type_id"]) if row["type_id"] is not None else None
    details = PartDetails(**values_in(row, PartDetails), type_id=type_id, parameters=tuple(parameters))
    merged_into = PartKey(row["merged_into_key"]) if row["merged_into_key"] is not None else None
    return Part(PartId(row["id"]), PartKey(row["key"]), row["version"], details, row["retired_at"], merged_into)


def _folded(text: str | None) -> str | None:
    return fold(text) if text is not None else None
