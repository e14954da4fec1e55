"""A field that an update leaves alone, distinct from a field set to nothing."""

from enum import Enum
from typing import Final, Literal, TypeAlias, TypeVar


class Unset(Enum):
    """The type of UNSET."""

    UNSET = "UNSET"


UNSET: Final = Unset.UNSET
T = TypeVar("T")
Settable: TypeAlias = T | Literal[Unset.UNSET]
"""A value, possibly None, or UNSET where the caller did not name the field."""


def given(value: Settable[T], otherwise: T) -> T:
    """The value where one was named, else what is there already."""
    return otherwise if value is UNSET else value
