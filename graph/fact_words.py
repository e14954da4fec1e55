"""The limits of a noun's facts in words: "{limit}" in the description of a field becomes "up to 100 characters".

@strawberry.type(description="…")
@limits_of(PartDetails)
class Part:
    series: str | None = strawberry.field(description="Product series, {limit}.")
"""

from collections.abc import Callable
from typing import TypeVar

from domain.entities.facts import Fact, Number, Text, Texts, facts_of
from graph.library_internals import StrawberryField

C = TypeVar("C", bound=type)


def limits_of(details: type) -> Callable[[C], C]:
    """Fill in the limits of the facts that the fields are named after. Raises KeyError where there is none."""
    facts = facts_of(details)

    def fill_in(declared: C) -> C:
        for name, field in vars(declared).items():
            if isinstance(field, StrawberryField) and field.description and "{limit}" in field.description:
                field.description = field.description.replace("{limit}", _words(facts[name]))
        return declared

    return fill_in


def _words(fact: Fact) -> str:
    match fact.kind:
        case Text(limit):
            return f"1 to {limit:,} characters" if fact.is_required else f"up to {limit:,} characters"
        case Number(least, most):
            return f"{least:,} to {most:,}"
        case Texts(most, limit):
            return f"up to {most:,} of up to {limit:,} characters each"
    raise KeyError(fact.name)
