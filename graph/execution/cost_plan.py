"""The cost of an operation, made once: what is fixed, and what the variables of a request tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TWENTIETHS = 20
"""Of an object; costs are counted in them."""


@dataclass(frozen=True, slots=True)
class Multiplier:
    """How many objects a list may have: the largest of a number and of what the named variables hold."""

    number: int
    variables: tuple[str, ...] = ()
    fallback: int = 0

    def value(self, variables: Mapping[str, Any]) -> int:
        """The multiplier for coerced variables: numbers count themselves, lists count their length."""
        given = [_size(variables[name]) for name in self.variables if variables.get(name) is not None]
        return max(self.number, *given) if given else max(self.number, self.fallback)


@dataclass(frozen=True, slots=True)
class Given:
    """1 where a variable holds something, or, in an input, something under a name; else 0."""

    variable: str
    name: str | None = None

    def value(self, variables: Mapping[str, Any]) -> int:
        """The multiplier for coerced variables."""
        held = variables.get(self.variable)
        return int((held if self.name is None or held is None else held.get(self.name)) is not None)


@dataclass(frozen=True, slots=True)
class CostPlan:
    """A cost in twentieths: a fixed number, and parts that are multiplied by what variables hold."""

    fixed: int
    scaled: tuple[tuple[Multiplier | Given, "CostPlan"], ...] = ()

    def cost(self, variables: Mapping[str, Any]) -> int:
        """The cost of the operation for coerced variables, in whole objects."""
        return self.twentieths(variables) // TWENTIETHS

    def twentieths(self, variables: Mapping[str, Any]) -> int:
        """The same, uncut."""
        scaled = (multiplier.value(variables) * plan.twentieths(variables) for multiplier, plan in self.scaled)
        return self.fixed + sum(scaled)

    def times(self, multiplier: Multiplier) -> "CostPlan":
        """This plan for every object of a list."""
        if multiplier.variables:
            return CostPlan(0, ((multiplier, self),))
        by = max(multiplier.number, multiplier.fallback)
        if not self.scaled:
            return CostPlan(by * self.fixed)
        return CostPlan(0, ((Multiplier(by), self),))


def _size(value: object) -> int:
    if isinstance(value, int):
        return value
    return len(value) if isinstance(value, list) else 1
