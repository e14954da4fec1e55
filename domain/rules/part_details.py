"""What a part may say of itself: its facts, its parameters and its key; and how an input changes the details."""

from collections.abc import Sequence
from dataclasses import replace

from domain.entities.ids import PartKey
from domain.entities.part import Parameter, PartDetails, PartFields
from domain.entities.part_type import MAX_NAME_LENGTH
from domain.rules.component_values import readings_of
from domain.rules.fact_checks import checked_details, checked_new_details, nothing_named
from domain.rules.input_checks import InputChecks
from domain.rules.part_keys import parsed_key

MAX_PARAMETERS = 100
MAX_PARAMETER_NAME_LENGTH = 100
MAX_PARAMETER_VALUE_LENGTH = 255


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
    details = _more_checked(fields, checked_new_details(fields, checks), checks)
    checks.refuse()
    return details, given_key


def refuse_faulty(fields: PartFields) -> None:
    """Look at the fields before anything is locked. Raises ValidationError with every fault."""
    revised_details(fields, nothing_named(PartDetails))


def revised_details(fields: PartFields, before: PartDetails) -> PartDetails:
    """The details after the fields that were named took effect; the type stays.

    Raises ValidationError with every fault.
    """
    checks = InputChecks()
    details = _more_checked(fields, checked_details(fields, before, checks), checks)
    checks.refuse()
    return details


def parameter_of(name: str, value: str) -> Parameter:
    """A parameter with what its value reads as."""
    return Parameter(name, value, readings_of(value))


def _more_checked(fields: PartFields, details: PartDetails, checks: InputChecks) -> PartDetails:
    """What the declarations of the facts do not say."""
    checks.text(("type_name",), fields.get("type_name"), MAX_NAME_LENGTH)
    if "parameters" not in fields:
        return details
    return replace(details, parameters=_parameters(fields["parameters"] or (), checks))


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
