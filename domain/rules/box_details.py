"""What a box may say of itself: its facts, its number and its types; and how an input changes the details."""

from domain.entities.box import MAX_NUMBER, BoxDetails, BoxFields
from domain.entities.part_type import MAX_NAME_LENGTH
from domain.rules.fact_checks import checked_details, checked_new_details, nothing_named
from domain.rules.input_checks import InputChecks

MAX_DESIGNATED_TYPES = 20


def details_of_new_box(fields: BoxFields, number: int | None) -> BoxDetails:
    """The details of a box that is created, without its designated types. Raises ValidationError with every fault."""
    checks = InputChecks()
    checks.number(("number",), number, 1, MAX_NUMBER)
    details = checked_new_details(fields, checks)
    _designated_names(fields, checks)
    checks.refuse()
    return details


def refuse_faulty(fields: BoxFields) -> None:
    """Look at the fields before anything is locked. Raises ValidationError with every fault."""
    revised_details(fields, nothing_named(BoxDetails))


def revised_details(fields: BoxFields, before: BoxDetails) -> BoxDetails:
    """The details after the fields that were named took effect; the designated types stay.

    Raises ValidationError with every fault.
    """
    checks = InputChecks()
    details = checked_details(fields, before, checks)
    _designated_names(fields, checks)
    checks.refuse()
    return details


def designated_names(fields: BoxFields) -> tuple[str, ...] | None:
    """The cleaned names of the types the box is meant for; None where they were not named."""
    return _designated_names(fields, InputChecks()) if "designated_type_names" in fields else None


def _designated_names(fields: BoxFields, checks: InputChecks) -> tuple[str, ...]:
    names = fields.get("designated_type_names") or ()
    return checks.texts(("designated_type_names",), names, MAX_DESIGNATED_TYPES, MAX_NAME_LENGTH)
