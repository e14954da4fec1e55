"""What a box may say of itself: limits of every field, and how an input changes the details."""

from domain.entities.box import BoxDetails, BoxFields
from domain.entities.unset import UNSET, given
from domain.rules.input_checks import InputChecks

MAX_NUMBER = 9_999
MAX_DESCRIPTION_LENGTH = 255
MAX_CAPACITY = 1_000
MAX_COLUMNS = 100
MAX_DESIGNATED_TYPES = 20
MAX_TYPE_NAME_LENGTH = 100


def details_of_new_box(fields: BoxFields, number: int | None) -> BoxDetails:
    """The details of a box that is created, without its designated types. Raises ValidationError with every fault."""
    checks = InputChecks()
    checks.number(("number",), number, 1, MAX_NUMBER)
    description = checks.required_text(("description",), given(fields.description, None), MAX_DESCRIPTION_LENGTH)
    capacity = _capacity(given(fields.capacity, None), checks)
    columns = checks.number(("columns",), given(fields.columns, None), 1, MAX_COLUMNS)
    _designated_names(fields, checks)
    checks.refuse()
    return BoxDetails(description, capacity, columns)


def refuse_faulty(fields: BoxFields) -> None:
    """Look at the fields before anything is locked. Raises ValidationError with every fault."""
    revised_details(fields, BoxDetails(description="", capacity=1))


def revised_details(fields: BoxFields, before: BoxDetails) -> BoxDetails:
    """The details after the fields that were named took effect; the designated types stay.

    Raises ValidationError with every fault.
    """
    checks = InputChecks()
    description, capacity, columns = before.description, before.capacity, before.columns
    if fields.description is not UNSET:
        description = checks.required_text(("description",), fields.description, MAX_DESCRIPTION_LENGTH)
    if fields.capacity is not UNSET:
        capacity = _capacity(fields.capacity, checks)
    if fields.columns is not UNSET:
        columns = checks.number(("columns",), fields.columns, 1, MAX_COLUMNS)
    _designated_names(fields, checks)
    checks.refuse()
    return BoxDetails(description, capacity, columns, before.designated_type_ids)


def designated_names(fields: BoxFields) -> tuple[str, ...] | None:
    """The trimmed names of the types the box is meant for; None where they were not named."""
    return None if fields.designated_type_names is UNSET else _designated_names(fields, InputChecks())


def _designated_names(fields: BoxFields, checks: InputChecks) -> tuple[str, ...]:
    names = given(fields.designated_type_names, None) or ()
    return checks.texts(("designated_type_names",), names, MAX_DESIGNATED_TYPES, MAX_TYPE_NAME_LENGTH)


def _capacity(capacity: int | None, checks: InputChecks) -> int:
    if capacity is None:
        checks.note(("capacity",), "must be named")
        return 1
    return checks.number(("capacity",), capacity, 1, MAX_CAPACITY) or 1
