"""What a part may say of itself: limits of every field, and how an input changes the details."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from domain.entities.ids import PartKey
from domain.entities.part import Parameter, PartDetails, PartFields
from domain.entities.unset import UNSET
from domain.rules.component_values import parsed_quantity
from domain.rules.input_checks import InputChecks
from domain.rules.part_keys import parsed_key

MAX_DESCRIPTION_LENGTH = 2_000
MAX_TAGS = 50
MAX_TAG_LENGTH = 50
MAX_PARAMETERS = 100
MAX_PARAMETER_NAME_LENGTH = 100
MAX_PARAMETER_VALUE_LENGTH = 255
MAX_PRODUCT_PAGE_LENGTH = 2_000
MAX_TYPE_NAME_LENGTH = 100
MAX_PIN_COUNT = 10_000
MAX_LOW_STOCK_THRESHOLD = 1_000_000_000

_TEXTS = (
    ("manufacturer", "manufacturer", 255),
    ("manufacturer_code", "manufacturer_code", 255),
    ("package", "package", 100),
    ("series", "series", 100),
    ("dimensions", "dimensions", 100),
    ("voltage_rating", "voltage_rating", 100),
    ("input_voltage", "input_voltage", 100),
    ("output_voltage", "output_voltage", 100),
    ("mounting_type", "mounting_type", 50),
    ("pin_pitch", "pin_pitch", 50),
)
"""The short texts: attribute, GraphQL name, most characters."""

_NUMBERS = (
    ("pin_count", "pin_count", 1, MAX_PIN_COUNT),
    ("low_stock_threshold", "low_stock_threshold", 0, MAX_LOW_STOCK_THRESHOLD),
)
"""The whole numbers: attribute, GraphQL name, least, most."""

_NOTHING = PartDetails(description="")


def details_of_new_part(fields: PartFields, key: str | None) -> tuple[PartDetails, PartKey | None]:
    """The details of a part that is created, without its type, and the key it was given.

    Raises ValidationError with every fault.
    """
    checks = InputChecks()
    given_key = None
    if key is not None:
        try:
            given_key = parsed_key(key)
        except ValueError as error:
            checks.note(("key",), str(error))
    if fields.description is UNSET:
        checks.note(("description",), "must not be blank")
    details = _revised(fields, _NOTHING, checks)
    checks.refuse()
    return details, given_key


def refuse_faulty(fields: PartFields) -> None:
    """Look at the fields before anything is locked. Raises ValidationError with every fault."""
    revised_details(fields, _NOTHING)


def revised_details(fields: PartFields, before: PartDetails) -> PartDetails:
    """The details after the fields that were named took effect; the type stays.

    Raises ValidationError with every fault.
    """
    checks = InputChecks()
    details = _revised(fields, before, checks)
    checks.refuse()
    return details


def parameter_of(name: str, value: str) -> Parameter:
    """A parameter with the exact number of its value where that reads as a quantity."""
    quantity = parsed_quantity(value)
    return Parameter(name, value, quantity.number, quantity.unit) if quantity else Parameter(name, value)


def _revised(fields: PartFields, before: PartDetails, checks: InputChecks) -> PartDetails:
    changes: dict[str, object] = {}
    if fields.description is not UNSET:
        changes["description"] = checks.required_text(("description",), fields.description, MAX_DESCRIPTION_LENGTH)
    for attribute, name, limit in _TEXTS:
        if (text := getattr(fields, attribute)) is not UNSET:
            changes[attribute] = checks.text((name,), text, limit)
    for attribute, name, least, most in _NUMBERS:
        if (number := getattr(fields, attribute)) is not UNSET:
            changes[attribute] = checks.number((name,), number, least, most)
    if fields.product_page is not UNSET:
        changes["product_page"] = _product_page(fields.product_page, checks)
    if fields.type_name is not UNSET:
        checks.text(("type_name",), fields.type_name, MAX_TYPE_NAME_LENGTH)
    if fields.tags is not UNSET:
        changes["tags"] = checks.texts(("tags",), fields.tags or (), MAX_TAGS, MAX_TAG_LENGTH)
    if fields.parameters is not UNSET:
        changes["parameters"] = _parameters(fields.parameters or (), checks)
    return replace(before, **changes)  # type: ignore[arg-type]  # the names come from the tables above


def _product_page(text: str | None, checks: InputChecks) -> str | None:
    address = checks.text(("product_page",), text, MAX_PRODUCT_PAGE_LENGTH)
    if address is not None and not is_web_address(address):
        checks.note(("product_page",), "must be an http or https address")
    return address


def is_web_address(text: str) -> bool:
    """Tell whether the text is an http or https URL with a host and without white space (RFC 3986)."""
    if not text.isprintable() or any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _parameters(pairs: Sequence[tuple[str, str]], checks: InputChecks) -> tuple[Parameter, ...]:
    if not checks.count(("parameters",), len(pairs), MAX_PARAMETERS):
        return ()
    parameters = []
    for index, (name, value) in enumerate(pairs):
        path = ("parameters", str(index))
        checked_name = checks.required_text((*path, "name"), name, MAX_PARAMETER_NAME_LENGTH)
        parameters.append(
            parameter_of(checked_name, checks.required_text((*path, "value"), value, MAX_PARAMETER_VALUE_LENGTH))
        )
    checks.distinct(
        [parameter.name for parameter in parameters],
        [("parameters", str(index), "name") for index in range(len(parameters))],
    )
    return tuple(parameters)
