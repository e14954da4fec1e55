"""What an edit changed, field by field, as people read it."""

from collections.abc import Mapping

from domain.entities.box import BoxDetails
from domain.entities.edit import FieldChange
from domain.entities.ids import PartTypeId
from domain.entities.part import PartDetails
from domain.entities.project import ProjectDetails, RequirementDetails

TypeNames = Mapping[PartTypeId, str]

_PART_FIELDS = {
    "description": "description",
    "manufacturer": "manufacturer",
    "manufacturer_code": "manufacturer_code",
    "package": "package",
    "series": "series",
    "dimensions": "dimensions",
    "voltage_rating": "voltage_rating",
    "input_voltage": "input_voltage",
    "output_voltage": "output_voltage",
    "mounting_type": "mounting_type",
    "pin_pitch": "pin_pitch",
    "pin_count": "pin_count",
    "product_page": "product_page",
    "low_stock_threshold": "low_stock_threshold",
}
"""The fields of a part whose value is shown as it is, by their GraphQL names."""


def part_differences(before: PartDetails, after: PartDetails, type_names: TypeNames) -> list[FieldChange]:
    """The fields that differ, in the order of the schema; `type_names` knows the types of both."""
    return _differences(_part_texts(before, type_names), _part_texts(after, type_names))


def box_differences(before: BoxDetails, after: BoxDetails, type_names: TypeNames) -> list[FieldChange]:
    """The fields that differ, in the order of the schema; `type_names` knows the types of both."""
    return _differences(_box_texts(before, type_names), _box_texts(after, type_names))


def project_differences(before: ProjectDetails, after: ProjectDetails) -> list[FieldChange]:
    """The fields that differ, in the order of the schema."""
    return _differences(_project_texts(before), _project_texts(after))


def requirement_text(details: RequirementDetails) -> str:
    """A requirement in one line: "ABCD: 2 per unit, 5 % attrition, 10 extra; or EFGH; R1, R2; beware"."""
    amount = details.amount
    pieces = [f"{amount.per_unit} per unit"]
    if amount.attrition_percent:
        pieces.append(f"{amount.attrition_percent} % attrition")
    if amount.extra_pieces:
        pieces.append(f"{amount.extra_pieces} extra")
    told = [f"{details.part_key}: {', '.join(pieces)}"]
    if details.substitutes:
        told.append(f"or {', '.join(details.substitutes)}")
    if details.designators:
        told.append(", ".join(details.designators))
    if details.note:
        told.append(details.note)
    return "; ".join(told)


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
        "designated_types": ", ".join(type_names[type_id] for type_id in details.designated_type_ids) or None,
    }


def _project_texts(details: ProjectDetails) -> dict[str, str | None]:
    return {
        "name": details.name,
        "description": details.description,
        "build_target": str(details.build_target),
    }


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
