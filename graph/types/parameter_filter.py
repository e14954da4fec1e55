"""How lists of parts are chosen by the numbers of their parameters (docs/domain.md#parameter-ranges)."""

import json
from collections.abc import Sequence

import strawberry

from domain.entities.reading import Reading, ReadingSign
from domain.rules.component_values import readings_of
from domain.rules.search import unit_by_name
from domain.rules.texts import fold
from graph.filters import exact
from graph.mutation_fields import optional
from graph.request_errors import bad_user_input


@strawberry.input(
    description=(
        "A parameter and where its number lies. `from` and `to` are written as values are (4k7, 4.7 kΩ), and one of "
        "them may be left out. A part is found by any number of the value, but for tolerances, and by a range that "
        "holds a number between them, such as -40 to 85 °C by 25 °C."
    )
)
class ParameterFilter:
    """A range of one parameter."""

    name: str = strawberry.field(description="The name of the parameter, ignoring case and spacing.")
    from_: str | None = strawberry.field(
        name="from", default=strawberry.UNSET, description="The least number, itself included."
    )
    to: str | None = optional("The greatest number, itself included.")


def ranges(filters: Sequence[ParameterFilter]) -> dict[str, str]:
    """The conditions of a listing, by their names. Raises the request error BAD_USER_INPUT."""
    return {f"range_{index}": _range(f"parameters.{index}", each) for index, each in enumerate(filters)}


def _range(path: str, given: ParameterFilter) -> str:
    name = exact(f"{path}.name", given.name)
    if not name:
        raise bad_user_input(f"`{path}.name` is blank.")
    low, high = _bound(f"{path}.from", given.from_), _bound(f"{path}.to", given.to)
    if low is None and high is None:
        raise bad_user_input(f"`{path}` has neither `from` nor `to`; give one of them.")
    units = {bound.unit for bound in (low, high) if bound is not None and bound.unit is not None}
    if len(units) > 1 and low is not None and high is not None:
        raise bad_user_input(f"`{path}` runs from {low.unit} to {high.unit}; both ends have one unit.")
    if low is not None and high is not None and low.number > high.number:
        raise bad_user_input(f"`{path}.from` is greater than `{path}.to`.")
    told = unit_by_name(name)
    unit = units.pop() if units else None
    return json.dumps(
        {
            "name_key": fold(name),
            "low": str(low.number) if low is not None else None,
            "high": str(high.number) if high is not None else None,
            "unit": unit or told,
            "bare": unit is None or unit == told,
        }
    )


def _bound(path: str, text: str | None) -> Reading | None:
    given = exact(path, text)
    if given is None:
        return None
    readings = readings_of(given)
    if len(readings) != 1 or readings[0].sign is not ReadingSign.EQUAL:
        raise bad_user_input(f"`{path}` is not one number, with or without a unit, such as 4k7 or 4.7 kΩ.")
    return readings[0]
