"""How the details of a part become columns, and columns details."""

from collections.abc import Sequence
from typing import Any

from asyncpg import Record

from domain.entities.ids import PartId, PartKey, PartTypeId
from domain.entities.part import Parameter, Part, PartDetails
from persistence.fact_columns import sql_types, values_in, values_of
from persistence.folded_columns import folded_types, folded_values
from persistence.models.part import PartRow

COLUMN_TYPES = {**sql_types(PartDetails), **folded_types(PartRow), "type_id": "bigint"}
"""The columns of `parts` that hold details, with the types of their parameters in SQL."""


def column_values(details: PartDetails) -> dict[str, Any]:
    """A value for each of COLUMN_TYPES, in their order."""
    values = values_of(details)
    return {**values, **folded_values(PartRow, values), "type_id": details.type_id}


def part_of(row: Record, parameters: Sequence[Parameter]) -> Part:
    """The part of a row of `parts` and its parameters in order."""
    type_id = PartTypeId(row["type_id"]) if row["type_id"] is not None else None
    details = PartDetails(**values_in(row, PartDetails), type_id=type_id, parameters=tuple(parameters))
    merged_into = PartKey(row["merged_into_key"]) if row["merged_into_key"] is not None else None
    return Part(PartId(row["id"]), PartKey(row["key"]), row["version"], details, row["retired_at"], merged_into)
