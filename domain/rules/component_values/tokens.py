"""What a value consists of, in the order in which it stands there."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from domain.entities.reading import ReadingSign
from domain.rules.component_values.numbers import Magnitude
from domain.rules.component_values.units import Scale


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its scale: prefix and unit together, None when neither is there. `sign` is + or -, if one is."""

    magnitude: Magnitude
    scale: Scale | None
    sign: str = ""

    @property
    def unit(self) -> str | None:
        """The base unit, None without one."""
        return self.scale.unit if self.scale else None


class Mark(Enum):
    """Signs that say how values belong together."""

    RANGE = auto()
    """From the value before to the one after: to, …, –."""
    HYPHEN = auto()
    """As RANGE, but between two numbers without a unit it may be anything."""
    TILDE = auto()
    """A range between two values, about in front of one."""
    PLUS_MINUS = auto()
    SLASH = auto()
    SEPARATOR = auto()
    BRACKET = auto()
    PASSED = auto()
    """A word that is known to be no number: DC, X7R, 0603."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """Says something of the value that follows: ≥, approx., up to."""

    sign: ReadingSign


@dataclass(frozen=True, slots=True)
class Beside:
    """Says something of the value before or after it: min, typ, max."""

    sign: ReadingSign


Token: TypeAlias = Value | Mark | Ahead | Beside
