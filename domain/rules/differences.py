"""What an edit changed, field by field, as people read it."""

from collections.abc import Mapping

from domain.entities.box import BoxDetails
from domain.entities.edit import FieldChange
from domain.entities.ids import PartTypeId
from domain.entities.part import PartDetails

TypeNames = Mapping[PartTypeId, str]

_PART_FIELDS = {
    "description": "description",
    "manufacturer": "manufacturer",
    "manufacturerCode": "manufacturer_code",
    "package": "package",
    "series": "series",
    "dimensions": "dimensions",
    "voltageRating": "voltage_rating",
    "inputVoltage": "input_voltage",
    "outputVoltage": "output_voltage",
    "mountingType": "mounting_type",
    "pinPitch": "pin_pitch",
    "pinCount": "pin_count",
    "productPage": "product_page",
    "lowStockThreshold": "low_stock_threshold",
}
"""The fields of a part whose value is shown as it is, by their GraphQL names."""


def part_differences(before: PartDetails, after: PartDetails, type_names: TypeNames) -> list[FieldChange]:
    """The fields that differ, in the order of the schema; `type_names` knows the types of both."""
    return _differences(_part_texts(before, type_names), _part_texts(after, type_names))


def box_differences(before: BoxDetails, after: BoxDetails, type_names: TypeNames) -> list[FieldChange]:
    """The fields that differ, in the order of the schema; `type_names` knows the types of both."""
    return _differences(_box_texts(before, type_names), _box_texts(after, type_names))


def _differences(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> list[FieldChange]:
    return [FieldChange(name, text, after[name]) for name, text in before.items() if text != after[name]]


def _part_texts(details: PartDetails, type_names: TypeNames) -> dict[str, str | None]:
    texts = {name: _text(getattr(details, attribute)) for name, attribute in _PART_FIELDS.items()}
    texts["type"] = type_names[details.type_id] if details.type_id is not None else None
    texts["tags"] = ", ".join(details.tags) or None
    texts["parameters"] = "; ".join(f"{each.name}: {each.value}" for each in details.parameters) or None
    return texts


def _box_texts(details: BoxDetails, type_names: TypeNames) -> dict[str, str | None]:
    return {
        "description": details.description,
        "capacity": str(details.capacity),
        "columns": _text(details.columns),
        "designatedTypes": ", ".join(type_names[type_id] for type_id in details.designated_type_ids) or None,
    }


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
