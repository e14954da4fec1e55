"""Numbers as they are written: 4.7, 4,7, 1 000 000, 1'000, 1e-6, 1/4; each as whole digits times a power of ten.

A lone comma before three digits (1,000) may mark thousands or decimals; such a number is not understood.
"""

import re
from math import gcd
from typing import NamedTuple

from domain.rules.component_values.not_understood import NotUnderstood


class Magnitude(NamedTuple):
    """`digits` × 10^`power`, exactly."""

    digits: int
    power: int = 0

    def is_at_least(self, whole: int) -> bool:
        """Compare exactly with a whole number."""
        ours: int = self.digits * 10 ** max(self.power, 0)
        theirs: int = whole * 10 ** max(-self.power, 0)
        return ours >= theirs


NUMBER = (
    r"(?:[1-9]\d{0,2}(?: \d{3})+(?![\d/\u2044])(?:[.,]\d+(?![.,']?\d))?|\d+(?:[.,']\d+)*|\.\d+)"
    r"(?:[eE][+-]?\d{1,2}(?!\d))?"
)
"""Groups of three behind blanks first, so that 1 000 is one number."""
FRACTION = r"(?:[1-9]\d{0,3} )?\d{1,4}[/\u2044]\d{1,4}(?![\d.,'])"
"""1/4, 1 1/2, and with U+2044 where it was one character."""
CODE = r"(?:0|[1-9]\d*)(?:[RVA]\d{1,4}|[kKMGT]\d{1,3}|[pnu]\d{1,2}|m(?![23](?!\d))\d{1,2})(?!\d)"
"""A letter where the decimal mark would stand; but 10m2 may be square metres, and 1n4148 is a diode."""
LEADING_CODE = r"(?:R\d{2,4}|k\d{1,3}|[pnu]\d{1,2})(?!\d)"
"""R1 is more often the name of a resistor."""

_WHOLE = re.compile(r"0|[1-9]\d*", re.ASCII)
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:(?P<mark>[ .,'])\d{3})(?:(?P=mark)\d{3})*", re.ASCII)
_CODE = re.compile(r"(?P<whole>\d*)(?P<letter>\D)(?P<fraction>\d+)", re.ASCII)
_FRACTION = re.compile(r"(?:(?P<whole>\d+) )?(?P<above>\d+)(?P<bar>\D)(?P<below>\d+)", re.ASCII)

_HALVED = {2, 4, 8, 16, 32, 64}
# 2 to the 13th is the largest power of two, and of five, below 10,000; so 13 digits show what has an end.
_DIGITS_OF_FRACTIONS = 13
_LARGEST_DIGIT = 9


def number_in(text: str) -> Magnitude:
    """The number of a match of NUMBER. Raises NotUnderstood."""
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    whole, fraction = _split(mantissa)
    return Magnitude(int(whole + fraction), int(exponent or 0) - len(fraction))


def _split(text: str) -> tuple[str, str]:
    """The digits before and after the decimal mark. Raises NotUnderstood."""
    marks = [character for character in text if not character.isdigit()]
    if not marks:
        return _whole(text), ""
    last = marks[-1]
    if last in " '" or (len(marks) > 1 and last in marks[:-1]):
        return _grouped(text), ""
    whole, _, fraction = text.rpartition(last)
    if len(marks) > 1:
        return _grouped(whole), fraction
    if last == "," and len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        raise NotUnderstood
    return _whole(whole or "0"), fraction


def _whole(text: str) -> str:
    """0603 is a package, not a number."""
    if _WHOLE.fullmatch(text) is None:
        raise NotUnderstood
    return text


def _grouped(text: str) -> str:
    found = _GROUPS.fullmatch(text)
    if found is None:
        raise NotUnderstood
    return text.replace(found["mark"], "")


def code_in(text: str) -> tuple[Magnitude, str]:
    """The number of a match of CODE or LEADING_CODE, as if a decimal mark stood there, and the letter."""
    found = _CODE.fullmatch(text)
    if found is None:
        raise NotUnderstood
    return Magnitude(int(found["whole"] + found["fraction"]), -len(found["fraction"])), found["letter"]


class Fraction(NamedTuple):
    """A fraction; `needs_unit` where it may be a date or a ratio without, `is_mixed` where 47 1/4 may be two values."""

    magnitude: Magnitude
    needs_unit: bool
    whole: int
    is_mixed: bool


def fraction_in(text: str) -> Fraction:
    """The number of a match of FRACTION. Raises NotUnderstood where it may be two alternatives, or has no end."""
    found = _FRACTION.fullmatch(text)
    if found is None:
        raise NotUnderstood
    whole, above, below = int(found["whole"] or 0), int(found["above"]), int(found["below"])
    is_typed = found["bar"] == "/"
    if not 0 < above < below or gcd(above, below) > 1 or (is_typed and above > 1 and below not in _HALVED):
        raise NotUnderstood
    digits, rest = divmod(above * 10**_DIGITS_OF_FRACTIONS, below)
    if rest or found["above"].startswith("0") or found["below"].startswith("0"):
        raise NotUnderstood
    magnitude = Magnitude(whole * 10**_DIGITS_OF_FRACTIONS + digits, -_DIGITS_OF_FRACTIONS)
    return Fraction(magnitude, needs_unit=is_typed, whole=whole, is_mixed=is_typed and whole > _LARGEST_DIGIT)
