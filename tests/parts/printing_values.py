"""Prints values in every notation that is accepted, each with what it reads as, from the rules in docs/domain.md alone.

A printer draws a number and writes it in its way; what it stands for is worked out by Decimal and not by the reader.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext

from hypothesis import strategies as st

from domain.entities.reading import Reading, ReadingSign

Printed = tuple[str, Reading]
Draw = Callable[[st.SearchStrategy], object]

PREFIXES = {"p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12}
WORDS = {"ohm": "Ω", "Ohms": "Ω", "OHM": "Ω", "volts": "V", "amps": "A", "Watts": "W", "farad": "F", "Hertz": "Hz"}
PREFIX_WORDS = {"micro": -6, "milli": -3, "kilo": 3, "mega": 6, "": 0}
UNITS = {"Ω": "Ω", "\u2126": "Ω", "V": "V", "A": "A", "W": "W", "Hz": "Hz", "H": "H", "F": "F", "bit/s": "bit/s"}
# In capitals M may be milli or mega, so MV is not read; nobody has kilofarads; M is read for all others.
_OF_UNIT = {
    "F": ("p", "n", "u", "µ", "μ", "m", ""),
    "H": ("p", "n", "u", "µ", "μ", "m", "", "k", "K"),
    **dict.fromkeys("VAW", tuple(prefix for prefix in PREFIXES if prefix != "M")),
}
BLANKS = (" ", "\u00a0", "\u2009", "\u202f", "\t", "  ")
SQUARED = {
    "㏀": (3, "Ω"),
    "㎌": (-6, "F"),
    "㎊": (-12, "F"),
    "㎃": (-3, "A"),
    "㎸": (3, "V"),
    "㎒": (6, "Hz"),
    "㎽": (-3, "W"),
}
_WIDE = {ord(letter): chr(ord(letter) + 0xFEE0) for letter in "0123456789.,kKmMnpuVAWFHz"}

wholes = st.integers(1, 999)
digits = st.text("0123456789", min_size=1, max_size=9)


def exactly(number: str, power: int = 0) -> Decimal:
    """`number` × 10^`power`, whatever its length."""
    with localcontext(prec=400):
        return Decimal(number).scaleb(power)


@st.composite
def units_with_prefix(draw: st.DrawFn) -> tuple[str, int, str, str]:
    """A prefix, its power, a unit as it is written and as it is answered."""
    written = draw(st.sampled_from(list(UNITS)))
    prefix = draw(st.sampled_from(_OF_UNIT.get(written, tuple(PREFIXES))))
    return prefix, PREFIXES[prefix], written, UNITS[written]


@st.composite
def plain(draw: st.DrawFn) -> Printed:
    """4.7 and -4.7, with any unit or none."""
    text = f"{draw(wholes)}.{draw(digits)}"
    unit = draw(st.sampled_from([None, "Ω", "%", "°C", "ppm", "dB", "h", "min", "rpm", "K/W"]))
    return f"{text}{' ' + unit if unit else ''}", Reading(exactly(text), unit)


@st.composite
def exponent(draw: st.DrawFn) -> Printed:
    """1.5e-6 F and 1E3."""
    text, power = f"{draw(wholes)}.{draw(digits)}", draw(st.integers(-99, 99))
    unit = draw(st.sampled_from([None, "F", "Hz", "kΩ"]))
    number = exactly(text, power + (3 if unit == "kΩ" else 0))
    return f"{text}{draw(st.sampled_from('eE'))}{power}{unit or ''}", Reading(number, unit and unit.removeprefix("k"))


@st.composite
def prefix_alone(draw: st.DrawFn) -> Printed:
    """10m and 4.7k: a prefix that touches, and no unit; 10T may be tesla."""
    prefix = draw(st.sampled_from([each for each in PREFIXES if each not in {"", "T"}]))
    text = f"{draw(wholes)}.{draw(digits)}"
    return f"{text}{prefix}", Reading(exactly(text, PREFIXES[prefix]), None)


@st.composite
def prefix_and_unit(draw: st.DrawFn) -> Printed:
    """4.7kΩ, 4.7 kΩ, 4.7k Ω and 4.7 k Ω, with blanks of any kind."""
    text = f"{draw(wholes)}.{draw(digits)}"
    prefix, power, written, unit = draw(units_with_prefix())
    before, between = draw(st.sampled_from(("", *BLANKS))), draw(st.sampled_from(("", *BLANKS)))
    if written == "A" and prefix in {"k", "K"}:
        # In 10k A the letter may be the taper of a potentiometer.
        between = ""
    return f"{text}{before}{prefix}{between if prefix else ''}{written}", Reading(exactly(text, power), unit)


@st.composite
def unit_word(draw: st.DrawFn) -> Printed:
    """4.7 kilohertz and 10 ohms."""
    text, word = f"{draw(wholes)}.{draw(digits)}", draw(st.sampled_from(list(WORDS)))
    prefix = draw(st.sampled_from(list(PREFIX_WORDS)))
    cased = f"{prefix}{word.lower()}" if prefix else word
    return f"{text}{draw(st.sampled_from(BLANKS))}{cased}", Reading(exactly(text, PREFIX_WORDS[prefix]), WORDS[word])


@st.composite
def letter_code(draw: st.DrawFn) -> Printed:
    """4k7, 2R2, 3V3, and 4k7Ω or 4n7 F with a unit."""
    letter, unit = draw(
        st.sampled_from(
            [("R", "Ω"), ("V", "V"), ("k", None), ("K", None), ("M", None), ("n", None), ("p", None), ("u", None)]
        )
    )
    whole, fraction = draw(wholes), draw(digits)[: {"n": 2, "p": 2, "u": 2, "R": 4, "V": 4}.get(letter, 3)]
    number = exactly(f"{whole}.{fraction}", PREFIXES.get(letter, 0))
    behind = {"k": "Ω", "K": " Ohm", "M": " Ω", "n": "F", "p": " F", "u": "H"}.get(letter)
    if behind and draw(st.booleans()):
        unit = {"Ω": "Ω", "Ohm": "Ω", "F": "F", "H": "H"}[behind.strip()]
        return f"{whole}{letter}{fraction}{behind}", Reading(number, unit)
    return f"{whole}{letter}{fraction}", Reading(number, unit)


@st.composite
def fraction(draw: st.DrawFn) -> Printed:
    """1/4W, 3/8 A, 1 1/2 V: in lowest terms, and with a unit, which is volt only behind a whole number."""
    below = draw(st.sampled_from([2, 4, 8, 16, 32, 64]))
    above = draw(st.integers(0, below // 2 - 1)) * 2 + 1
    whole = draw(st.integers(0, 9))
    unit, blank = draw(st.sampled_from("VAW" if whole else "AW")), draw(st.sampled_from(("", " ")))
    number = whole + Decimal(above) / Decimal(below)
    return f"{f'{whole} ' if whole else ''}{above}/{below}{blank}{unit}", Reading(number, unit)


@st.composite
def one_character_fraction(draw: st.DrawFn) -> Printed:
    """¼W and 2½ A."""
    sign, number = draw(st.sampled_from([("¼", "0.25"), ("½", "0.5"), ("¾", "0.75"), ("⅛", "0.125"), ("⅖", "0.4")]))
    whole = draw(st.integers(0, 99))
    return f"{whole or ''}{sign} W", Reading(whole + Decimal(number), "W")


@st.composite
def full_width(draw: st.DrawFn) -> Printed:
    """４７０Ω."""
    text, reading = draw(prefix_and_unit() | prefix_alone())
    return text.translate(_WIDE), reading


@st.composite
def squared(draw: st.DrawFn) -> Printed:
    """10 ㏀: prefix and unit as one character."""
    text, sign = f"{draw(wholes)}.{draw(digits)}", draw(st.sampled_from(list(SQUARED)))
    power, unit = SQUARED[sign]
    return f"{text}{draw(st.sampled_from(('', ' ')))}{sign}", Reading(exactly(text, power), unit)


@st.composite
def decimal_comma(draw: st.DrawFn) -> Printed:
    """4,7 kΩ; with three digits behind it, the comma may mark thousands, unless a nought stands before it."""
    behind = draw(digits)
    before = "0" if len(behind) == 3 else str(draw(wholes))
    prefix, power, written, unit = draw(units_with_prefix())
    return f"{before},{behind} {prefix}{written}", Reading(exactly(f"{before}.{behind}", power), unit)


@st.composite
def thousands(draw: st.DrawFn) -> Printed:
    """1 000 000 Ω and 1'000 Ω; commas and dots twice at least, or with the other as decimal mark."""
    mark = draw(st.sampled_from((" ", "\u00a0", "\u2009", "\u202f", "'", "\u2019", ",", ".")))
    groups = draw(st.lists(st.text("0123456789", min_size=3, max_size=3), min_size=1, max_size=4))
    whole, decimals = str(draw(wholes)), draw(st.none() | digits)
    if mark in ",." and len(groups) == 1 and decimals is None:
        decimals = "5"
    decimal_mark = "," if mark == "." else "."
    text = mark.join([whole, *groups]) + (f"{decimal_mark}{decimals}" if decimals else "")
    return f"{text} Ω", Reading(exactly("".join([whole, *groups]) + (f".{decimals}" if decimals else "")), "Ω")


ANY: st.SearchStrategy[Printed] = st.one_of(
    *(plain(), exponent(), prefix_alone(), prefix_and_unit(), unit_word(), letter_code(), fraction()),
    *(one_character_fraction(), full_width(), squared(), decimal_comma(), thousands()),
)
"""One value in any notation."""

WITH_UNIT = prefix_and_unit() | unit_word() | squared() | full_width().filter(lambda each: each[1].unit is not None)
"""One value that names its unit, so that others may stand beside it."""

_SAID = {
    **dict.fromkeys(("±{}", "+/- {}", "+/−{}", "+-{}"), ReadingSign.PLUS_MINUS),
    **dict.fromkeys(("min. {}", "{} min", "≥ {}", ">={}", "> {}", "{} MIN."), ReadingSign.AT_LEAST),
    **dict.fromkeys(("max {}", "{} max.", "≤{}", "<= {}", "<{}", "up to {}"), ReadingSign.AT_MOST),
    **dict.fromkeys(("~{}", "≈ {}", "approx. {}", "ca. {}", "typ {}", "{} typ."), ReadingSign.ABOUT),
}


@st.composite
def with_something_said(draw: st.DrawFn) -> tuple[str, Sequence[Reading]]:
    """±5 V, min. 5 V, ~5 V."""
    text, reading = draw(WITH_UNIT)
    form = draw(st.sampled_from(list(_SAID)))
    return form.format(text), (Reading(reading.number, reading.unit, _SAID[form]),)


@st.composite
def ranges(draw: st.DrawFn) -> tuple[str, Sequence[Reading]]:
    """10 to 20 V: the lower end has the unit of the upper one, or its own."""
    lower, more = draw(st.integers(0, 999)), draw(wholes)
    prefix, power, written, unit = draw(units_with_prefix())
    between = draw(st.sampled_from((" to ", "...", "…", "..", " - ", "–", " ~ ", "-", " … ", "—", " bis ")))
    scale = f" {prefix}{written}"
    own = scale if draw(st.booleans()) else ""
    return f"{lower}{own}{between}{lower + more}{scale}", (
        Reading(exactly(str(lower), power), unit, ReadingSign.AT_LEAST),
        Reading(exactly(str(lower + more), power), unit, ReadingSign.AT_MOST),
    )


@st.composite
def several(draw: st.DrawFn) -> tuple[str, Sequence[Reading]]:
    """100nF 50V ±10 %, with words that say nothing: up to six values, each with its unit."""
    printed = [draw(WITH_UNIT.map(lambda each: (each[0], (each[1],))) | ranges())]
    printed += [draw(WITH_UNIT.map(lambda each: (each[0], (each[1],)))) for _ in range(draw(st.integers(1, 4)))]
    if draw(st.booleans()):
        printed.append(("±10 %", (Reading(Decimal(10), "%", ReadingSign.PLUS_MINUS),)))
    joint = draw(st.sampled_from((" ", ", ", "; ", " @ ", " at ")))
    behind = draw(st.sampled_from(("", " X7R", ", C0G", " 0603", " DC")))
    return joint.join(text for text, _ in printed) + behind, tuple(one for _, read in printed for one in read)
