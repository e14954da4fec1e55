"""A reading: one number that the value of a parameter stands for, with its unit and what it says of the part."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ReadingSign(StrEnum):
    """What a number of a value says: that it is it, how far it may be off, or which side of it."""

    EQUAL = "EQUAL"
    PLUS_MINUS = "PLUS_MINUS"
    PLUS = "PLUS"
    MINUS = "MINUS"
    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"
    ABOUT = "ABOUT"


@dataclass(frozen=True, slots=True)
class Reading:
    """An exact number in a base unit; the unit is None where the text names none, as in 4k7."""

    number: Decimal
    unit: str | None
    sign: ReadingSign = ReadingSign.EQUAL
