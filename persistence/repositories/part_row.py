"""How the details of a part become columns, and columns details."""

from collections.abc import Sequence
from typing import Any

from asyncpg import Record

from domain.entities.ids import PartId, PartKey, PartTypeId
from domain.entities.part import Parameter, Part, PartDetails
from domain.rules.texts import fold, order_key

COLUMN_TYPES = {
    "description": "text",
    "description_key": "text",
    "manufacturer": "text",
    "manufacturer_key": "text",
    "manufacturer_code": "text",
    "manufacturer_code_key": "text",
    "type_id": "bigint",
    "tags": "text[]",
    "tag_keys": "text[]",
    "package": "text",
    "series": "text",
    "dimensions": "text",
    "voltage_rating": "text",
    "input_voltage": "text",
    "output_voltage": "text",
    "mounting_type": "text",
    "pin_pitch": "text",
    "pin_count": "int",
    "product_page": "text",
    "low_stock_threshold": "int",
}
"""The columns of `parts` that hold details, with the types of their parameters in SQL."""


def column_values(details: PartDetails) -> dict[str, Any]:
    """A value for each of COLUMN_TYPES; the columns ending in `_key` or `_keys` are folded."""
    return {
        "description": details.description,
        "description_key": order_key(details.description),
        "manufacturer": details.manufacturer,
        "manufacturer_key": _folded(details.manufacturer),
        "manufacturer_code": details.manufacturer_code,
        "manufacturer_code_key": _folded(details.manufacturer_code),
        "type_id": details.type_id,
        "tags": list(details.tags),
        "tag_keys": [fold(tag) for tag in details.tags],
        "package": details.package,
        "series": details.series,
        "dimensions": details.dimensions,
        "voltage_rating": details.voltage_rating,
        "input_voltage": details.input_voltage,
        "output_voltage": details.output_voltage,
        "mounting_type": details.mounting_type,
        "pin_pitch": details.pin_pitch,
        "pin_count": details.pin_count,
        "product_page": details.product_page,
        "low_stock_threshold": details.low_stock_threshold,
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
    details = PartDetails(
        description=row["description"],
        manufacturer=row["manufacturer"],
        manufacturer_code=row["manufacturer_code"],
        type_id=PartTypeId(row["type_id"]) if row["type_id"] is not None else None,
        tags=tuple(row["tags"]),
        package=row["package"],
        series=row["series"],
        dimensions=row["dimensions"],
        voltage_rating=row["voltage_rating"],
        input_voltage=row["input_voltage"],
        output_voltage=row["output_voltage"],
        mounting_type=row["mounting_type"],
        pin_pitch=row["pin_pitch"],
        pin_count=row["pin_count"],
        product_page=row["product_page"],
        low_stock_threshold=row["low_stock_threshold"],
        parameters=tuple(parameters),
    )
    merged_into = PartKey(row["merged_into_key"]) if row["merged_into_key"] is not None else None
    return Part(PartId(row["id"]), PartKey(row["key"]), row["version"], details, row["retired_at"], merged_into)


def _folded(text: str | None) -> str | None:
    return fold(text) if text is not None else None
