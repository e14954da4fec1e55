"""What is asked of objects whose answers the database writes: names of the answer, and what stands behind each.

A shape names attributes as their views do. It is made from a selection once, and a statement from it once.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import TypeAlias

from persistence.readers.paging import PageRequest


class Form(Enum):
    """How a value stands in JSON."""

    TEXT = auto()
    TEXTS = auto()
    """A list of texts."""
    NUMBER = auto()
    BOOLEAN = auto()
    TIME = auto()
    """RFC 3339 in UTC with a Z; the fraction of the second in six digits, where there is one."""
    DIGITS = auto()
    """A number in quotation marks."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text for all objects: the name of their type."""

    text: str


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The opaque id: base64url, without padding, of the type's name and the row's number."""

    type_name: str


@dataclass(frozen=True, slots=True)
class Value:
    """An attribute of the object."""

    name: str
    form: Form


@dataclass(frozen=True, slots=True)
class Inner:
    """An object that comes with the row, or null."""

    name: str
    shape: "Shape"


@dataclass(frozen=True, slots=True)
class Rows:
    """A short list of what belongs to the object."""

    name: str
    shape: "Shape"


@dataclass(frozen=True, slots=True)
class Paged:
    """A page of a long list: `fields` of the connection, of which one has the shape of its rows."""

    name: str
    request: PageRequest
    fields: "tuple[tuple[str, Shape | Constant], ...]"


Piece: TypeAlias = Constant | GlobalId | Value | Inner | Rows | Paged


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of an object, by their names in the answer and in their order."""

    fields: tuple[tuple[str, Piece], ...]


class Obstacle(StrEnum):
    """Why the database cannot write a shape."""

    NO_COLUMN = "no_column"
    """Something is asked of an object that is neither a column nor rows."""
    TABLES = "tables"
    """A table is needed where the statement does not have it, or has it already."""
    PAGE = "page"
    """A page is chosen by conditions or a position."""
    TOO_LONG = "too_long"
    """The statement would be too long to stay prepared."""


class NotWritable(Exception):
    """The database cannot write this; it is read and answered in the ordinary way."""

    def __init__(self, obstacle: Obstacle, what: object) -> None:
        super().__init__(f"{obstacle.value}: {what}")
        self.obstacle = obstacle
