"""What an edit changed, field by field, as people read it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from domain.entities.edit import FieldChange
from domain.entities.facts import Apart, Reference, Texts, facts_of
from domain.entities.ids import PartTypeId
from domain.entities.project import RequirementDetails

D = TypeVar("D")
TypeNames = Mapping[PartTypeId, str]


def differences(before: D, after: D, type_names: TypeNames | None = None) -> list[FieldChange]:
    """The facts of a noun that differ, in the order of their declaration.

    `type_names` knows the part types of both, where the noun has any.
    """
    return _differences(_told(before, type_names or {}), _told(after, type_names or {}))


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


def _told(details: Any, type_names: TypeNames) -> dict[str, str | None]:
    """Every fact as people read it, by the name under which edits tell it; None stands for nothing."""
    told = {}
    for fact in facts_of(type(details)).values():
        value = getattr(details, fact.name)
        match fact.kind:
            case Reference(told_as):
                ids = value if isinstance(value, tuple) else (value,) if value is not None else ()
                told[told_as] = ", ".join(type_names[type_id] for type_id in ids) or None
            case Texts():
                told[fact.name] = ", ".join(value) or None
            case Apart():
                told[fact.name] = "; ".join(map(str, value)) or None
            case _:
                told[fact.name] = str(value) if value is not None else None
    return told
