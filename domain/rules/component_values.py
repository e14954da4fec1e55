"""Values as they stand on components and in data sheets: 4k7, 4.7 kΩ, 10uF, 2R2, 3.3V, 1/4W.

A value becomes an exact decimal number in its base unit. The case of a prefix counts, since 10m is not 10M. What is no
single quantity (X7R, SOT-23, "10 to 20 V") or can be read in two ways ("1,000") has no number.

Sources: SI Brochure, 9th edition, chapter 3 (prefixes); IEC 60062:2016, clause 5 (letter codes such as 4K7 and R47).
"""

import re
from dataclasses import dataclass
from decimal import Decimal

MAX_LENGTH = 255

# Characters that look alike, and the ways to write plus-minus; white space of any kind becomes one blank.
_SAME = {
    "\u00b5": "u",
    "\u03bc": "u",
    "\u2126": "\u03a9",
    "\u212a": "K",
    "\u2212": "-",
    "\u2103": "°C",
    "+/-": "±",
}
_PREFIXES = {"meg": 6, "Meg": 6, "MEG": 6, "p": -12, "n": -9, "u": -6, "m": -3, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12}
"""Powers of ten; the long ones first, so that the first that fits is right."""

_WITH_PREFIX = {
    **{unit: unit for unit in ("Ω", "F", "H", "V", "A", "W", "Hz", "s", "m", "g", "J", "N", "Nm", "Pa", "bar", "lm")},
    **{unit: unit for unit in ("cd", "S", "VA", "Ah", "Wh", "bit", "bit/s", "SPS")},
    **dict.fromkeys(("ohm", "ohms", "Ohm", "Ohms", "OHM", "R"), "Ω"),
    **dict.fromkeys(("v", "VDC", "Vdc", "V DC", "VAC", "Vac", "V AC"), "V"),
    **dict.fromkeys(("A DC", "A AC"), "A"),
    **dict.fromkeys(("hz", "HZ"), "Hz"),
    "f": "F",
    "h": "H",
    "w": "W",
    "bps": "bit/s",
    "sps": "SPS",
}
"""Units that take a prefix, by the ways they are written."""

_WITHOUT_PREFIX = {
    **{written: unit for written, unit in _WITH_PREFIX.items() if written != "f"},
    **{unit: unit for unit in ("%", "°C", "°", "h", "min", "ppm", "ppm/°C", "ppm/K", "dB", "dBm", "dBi", "rpm", "lx")},
    "degC": "°C",
}
"""Units that stand alone, by the ways they are written."""

_PLAIN = re.compile(
    r"(?P<sign>[+±-])? ?(?P<whole>0|[1-9]\d*)?(?:(?P<mark>[.,])(?P<fraction>\d+))?"
    r"(?:(?:e|E(?=[+-]))(?P<exponent>[+-]?\d{1,2}))?(?P<space> )?(?P<suffix>\D.*)?",
    re.ASCII,
)
_LETTER_CODE = re.compile(
    r"(?P<sign>[+-])?(?:(?P<whole>0|[1-9]\d*)(?P<mark>[RVApnumkKMGT])|(?P<leading>[Rpnuk]))(?P<fraction>\d+)"
    r"(?: ?(?P<unit>Ω|ohm|F|H|V|A|W|Hz))?",
    re.ASCII,
)
_FRACTION = re.compile(r"(?P<above>[1-9]\d{0,3})/(?P<below>[1-9]\d{0,3})(?P<space> )?(?P<suffix>\D.*)", re.ASCII)
_UNIT_OF_MARK = {"R": "Ω", "V": "V", "A": "A"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a base unit; the unit is None where the text names none, as in 4k7."""

    number: Decimal
    unit: str | None


def parsed_quantity(text: str) -> Quantity | None:
    """The exact quantity a text stands for, or None when it is not one quantity.

    A bare whole number is a number without unit. An `m` that touches the number is milli, after a blank it is metre.
    """
    if len(text) > MAX_LENGTH:
        return None
    plain = " ".join(text.split())
    for written, meant in _SAME.items():
        plain = plain.replace(written, meant)
    for read in (_read_plain, _read_letter_code, _read_fraction):
        quantity = read(plain)
        if quantity is not None:
            return quantity
    return None


def _read_plain(text: str) -> Quantity | None:
    """4.7 kΩ, 10uF, -40 °C, 1e-6 F, 4,7k."""
    found = _PLAIN.fullmatch(text)
    if found is None or (found["whole"] is None and found["mark"] != "."):
        return None
    whole, fraction = found["whole"] or "0", found["fraction"] or ""
    if found["mark"] == "," and len(fraction) == 3 and whole != "0":
        return None
    scale = _scale(found["suffix"] or "", touches=found["space"] is None)
    if scale is None:
        return None
    power, unit = scale
    exponent = int(found["exponent"] or 0) + power - len(fraction)
    return Quantity(_exact(int(whole + fraction), exponent, is_negative=found["sign"] == "-"), unit)


def _read_letter_code(text: str) -> Quantity | None:
    """4k7, 2R2, 3V3, R47, 4n7F: a letter where the decimal mark would stand (IEC 60062)."""
    found = _LETTER_CODE.fullmatch(text)
    if found is None:
        return None
    mark = found["mark"] or found["leading"]
    unit = "Ω" if found["unit"] == "ohm" else found["unit"]
    if mark in _UNIT_OF_MARK and unit not in {None, _UNIT_OF_MARK[mark]}:
        return None
    if unit == "F" and mark in {"k", "K", "M", "G", "T"}:
        # In IEC 60062 the F of 4k7F is a tolerance of 1 %, and nobody has kilofarads.
        return None
    exponent = _PREFIXES.get(mark, 0) - len(found["fraction"])
    number = _exact(int((found["whole"] or "") + found["fraction"]), exponent, is_negative=found["sign"] == "-")
    return Quantity(number, unit or _UNIT_OF_MARK.get(mark))


def _read_fraction(text: str) -> Quantity | None:
    """1/4W: a fraction with a unit that has an end as a decimal number."""
    found = _FRACTION.fullmatch(text)
    scale = _scale(found["suffix"], touches=found["space"] is None) if found else None
    if found is None or scale is None or scale[1] is None:
        return None
    above, below = int(found["above"]), int(found["below"])
    # 2 to the 13th is the largest power of two, and of five, below 10,000; so 13 digits show what has an end.
    digits, rest = divmod(above * 10**13, below)
    return Quantity(_exact(digits, scale[0] - 13), scale[1]) if rest == 0 else None


def _scale(suffix: str, *, touches: bool) -> tuple[int, str | None] | None:
    """The power of ten and the base unit of what follows a number; None when it is neither prefix nor unit."""
    if not suffix:
        return 0, None
    if touches and suffix in _PREFIXES:
        return _PREFIXES[suffix], None
    if suffix in _WITHOUT_PREFIX:
        return 0, _WITHOUT_PREFIX[suffix]
    if suffix == "cm":
        return -2, "m"
    for prefix, power in _PREFIXES.items():
        unit = suffix.removeprefix(prefix)
        if unit != suffix and (not unit or unit in _WITH_PREFIX):
            return power, _WITH_PREFIX.get(unit)
    return None


def _exact(digits: int, exponent: int, *, is_negative: bool = False) -> Decimal:
    """digits × 10^exponent without rounding, and without trailing zeros after the decimal point."""
    while exponent < 0 and digits % 10 == 0:
        if digits == 0:
            return Decimal(0)
        digits, exponent = digits // 10, exponent + 1
    if exponent >= 0:
        return Decimal((-digits if is_negative else digits) * 10**exponent)
    return Decimal((int(is_negative), tuple(int(digit) for digit in str(digits)), exponent))
