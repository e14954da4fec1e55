"""A part type: what kind of thing a part is, such as "Resistor"."""

from dataclasses import dataclass
from typing import Annotated

from domain.entities.facts import Text
from domain.entities.ids import PartTypeId

MAX_NAME_LENGTH = 100
"""The most characters of its name."""


@dataclass(frozen=True, slots=True)
class PartTypeDetails:
    """Everything people edit on a part type."""

    name: Annotated[str, Text(MAX_NAME_LENGTH)]


@dataclass(frozen=True, slots=True)
class PartType:
    """A part type as it is stored; the name is unique ignoring case."""

    id: PartTypeId
    name: str
    version: int
