"""A part type: what kind of thing a part is, such as "Resistor"."""

from dataclasses import dataclass

from domain.entities.ids import PartTypeId


@dataclass(frozen=True, slots=True)
class PartType:
    """A part type as it is stored; the name is unique ignoring case."""

    id: PartTypeId
    name: str
    version: int
