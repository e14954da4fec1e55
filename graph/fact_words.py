"""The limits of a noun's facts in words: "{limit}" in a field's description becomes "up to 100 characters in one line".

Of several texts, {most} is how many there may be and {length} how many characters each may have; a longer list is
refused before it is read (graph/execution/list_bounds.py).

@strawberry.type(description="…")
@limits_of(PartDetails)
class Part:
    series: str | None = strawberry.field(description="Product series, {limit}.")
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from domain.entities.facts import Fact, Number, SeveralLines, Text, Texts, WebAddress, facts_of
from graph.execution.list_bounds import takes
from graph.library_internals import StrawberryField

C = TypeVar("C", bound=type)

_LINES: Mapping[type, str] = {SeveralLines: " in any number of lines", WebAddress: ""}


def limits_of(*details: type) -> Callable[[C], C]:
    """Fill in the limits of the facts that the fields are named after. Raises KeyError where there is none."""
    facts = {name: fact for each in details for name, fact in facts_of(each).items()}

    def fill_in(declared: C) -> C:
        for name, field in vars(declared).items():
            if isinstance(field, StrawberryField) and field.description and "{" in field.description:
                field.description = field.description.format(**_words(facts[name]))
                field.metadata = MappingProxyType({**field.metadata, **_lengths(facts[name])})
        return declared

    return fill_in


def _lengths(fact: Fact) -> Mapping[str, int]:
    return takes(fact.kind.most) if isinstance(fact.kind, Texts) else {}


def _words(fact: Fact) -> dict[str, str]:
    """What may stand in braces, in words."""
    match fact.kind:
        case Text(limit):
            characters = f"1 to {limit:,} characters" if fact.is_required else f"up to {limit:,} characters"
            return {"limit": f"{characters}{_LINES.get(type(fact.kind), ' in one line')}"}
        case Number(least, most):
            return {"limit": f"{least:,} to {most:,}"}
        case Texts(most, limit):
            return {"most": f"{most:,}", "length": f"{limit:,}"}
    raise KeyError(fact.name)
