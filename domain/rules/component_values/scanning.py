"""Tokens of a plain text: numbers with their prefix and unit, and the signs and words between them."""

import re
from collections.abc import Sequence

from domain.entities.reading import ReadingSign
from domain.rules.component_values.limits import MAX_READINGS
from domain.rules.component_values.not_understood import NotUnderstood
from domain.rules.component_values.numbers import (
    CODE,
    FRACTION,
    LEADING_CODE,
    NUMBER,
    Fraction,
    Magnitude,
    code_in,
    fraction_in,
    number_in,
)
from domain.rules.component_values.tokens import Ahead, Mark, Token, Value
from domain.rules.component_values.units import APART, PREFIXES, SCALES_OF_CODES, TOUCHING, UNITS, UNITS_OF_CODES, Scale
from domain.rules.component_values.words import AHEAD, MARKS, PASSED, WHERE_IT_HOLDS, WORDS

_TOKEN = re.compile(
    rf"(?P<blank> )|(?P<dots>\.{{2,3}})|(?P<passed>{PASSED}|{WHERE_IT_HOLDS})"
    rf"|(?P<fraction>{FRACTION})|(?P<code>{CODE})|(?P<leading>{LEADING_CODE})|(?P<number>{NUMBER})"
    r"|(?P<word>[A-Za-z]+\.?)|(?P<ahead>[<>]=?|[≤≥≈])|(?P<dash>[-–](?P<touching>\.?\d)?)|(?P<plus>\+(?=\.?\d))"
    r"|(?P<mark>[±~/,;@()\[\]])",
    re.ASCII,
)
_LETTERS = r"A-Za-zΩ°%√\"·А-яЁё一-鿿"
"""Of units."""
_UNIT = re.compile(rf"[{_LETTERS}]+(?:/(?!{PASSED})[A-Za-z°√]+)?")
_HYPHENED = re.compile(r"-(bits?|inch|mils?)(?![A-Za-z])")
# What may not follow at once, where a token ends.
_GOES_ON = re.compile(rf"[{_LETTERS}0-9']|\.(?!\.)")

_TOLERANCES = {"C", "J", "K", "N", "S"}
"""Letters that are a tolerance rather than a unit behind a prefix and a blank: 10k J."""
_LIMITS = re.compile(r"(?<![A-Za-z])(?:max|typ)(?![A-Za-z])", re.ASCII | re.IGNORECASE)
_MAY_BE_MINUTES = re.compile(r"°C|@|\bat\b|(?:^|[,;/(\[]) ?(?:max|typ)", re.ASCII | re.IGNORECASE)
"""A time with a limit beside it: 30 min at max 105 °C, 30 min, max 5 V."""
_SEVERAL_NUMBERS = re.compile(r"\d(?:[^\d.,']|[.,'](?!\d))\D*\d", re.ASCII)
_LETTER_OF_WORDS = dict.fromkeys(("mega", "Mega", "MEGA"), "M")
_KELVIN_FROM = 1000
"""A K that touches so large a number is no kilo: 3000K is a colour temperature."""


def tokens_of(text: str) -> Sequence[Token]:
    """All tokens. Raises NotUnderstood where anything is left over."""
    return _Scanner(text).tokens()


class _Scanner:
    """Goes over a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tokens: list[Token] = []
        self._values = 0
        self._sign = ""
        self._after_blank = True
        self._leading_codes = 0
        self._min_is_a_limit = bool(_LIMITS.search(text) and _SEVERAL_NUMBERS.search(text))

    def tokens(self) -> Sequence[Token]:
        while self._at < len(self._text):
            found = _TOKEN.match(self._text, self._at)
            if found is None:
                raise NotUnderstood
            self._take(found.lastgroup, found)
            self._after_blank = found.lastgroup == "blank"
        return self._tokens

    def _take(self, kind: str | None, found: re.Match[str]) -> None:
        text = found.group()
        self._at = found.end()
        match kind:
            case "fraction" | "code" | "leading" | "number":
                self._add(self._value(kind, text))
            case "word":
                self._word(text.lower())
            case "dash":
                self._dash(found)
            case "plus":
                self._sign = text
            case "dots":
                self._tokens.append(Mark.RANGE)
            case "ahead":
                self._tokens.append(Ahead(AHEAD[text]))
            case "mark":
                self._tokens.append(MARKS[text])
            case "passed":
                self._tokens.append(Mark.PASSED)

    def _add(self, value: Value) -> None:
        self._values += 1
        if self._values > MAX_READINGS:
            raise NotUnderstood
        self._tokens.append(value)
        self._sign = ""
        self._ends_here()

    def _ends_here(self) -> None:
        if _GOES_ON.match(self._text, self._at):
            raise NotUnderstood

    def _word(self, word: str) -> None:
        self._ends_here()
        if word == "up":
            if not self._text[self._at :].lower().startswith(" to "):
                raise NotUnderstood
            self._at += len(" to")
            self._tokens.append(Ahead(ReadingSign.AT_MOST))
            return
        if word not in WORDS:
            raise NotUnderstood
        self._tokens.append(WORDS[word])

    def _dash(self, found: re.Match[str]) -> None:
        """A minus touches its number and nothing before it; a dash stands between two values."""
        touches = found["touching"] is not None
        self._at = found.start() + 1
        before = next((token for token in reversed(self._tokens) if token is not Mark.PASSED), None)
        follows_value = isinstance(before, Value)
        if not follows_value and (self._is_passed() or self._text[max(found.start() - 1, 0) : found.start()].isalpha()):
            # DC-6GHz
            raise NotUnderstood
        if touches and (self._after_blank or not follows_value):
            self._sign = "-"
        elif follows_value:
            self._tokens.append(Mark.HYPHEN if found.group().startswith("-") else Mark.RANGE)
        else:
            raise NotUnderstood

    def _is_passed(self) -> bool:
        return bool(self._tokens) and self._tokens[-1] is Mark.PASSED

    def _value(self, kind: str, text: str) -> Value:
        match kind:
            case "number":
                magnitude = number_in(text)
                return Value(magnitude, self._scale(magnitude), self._sign)
            case "fraction":
                fraction = fraction_in(text)
                scale = self._scale(fraction.magnitude)
                if not _may_be_fraction(fraction, scale):
                    raise NotUnderstood
                return Value(fraction.magnitude, scale, self._sign)
            case _:
                magnitude, letter = code_in(text)
                self._leading_codes += kind == "leading"
                if self._leading_codes > 1:
                    # R10, R12 and R10-R40 are names of resistors.
                    raise NotUnderstood
                return Value(magnitude, self._scale_of_code(letter), self._sign)

    def _scale(self, magnitude: Magnitude) -> Scale | None:
        """Prefix and unit behind a number, if any; the text goes on behind them. Raises NotUnderstood."""
        hyphened = _HYPHENED.match(self._text, self._at)
        if hyphened:
            self._at = hyphened.end()
            return UNITS[hyphened[1]]
        touches = not self._text.startswith(" ", self._at)
        found = _UNIT.match(self._text, self._at if touches else self._at + 1)
        if found is None:
            return None
        written = found.group()
        if written == "min" and self._min_is_a_limit:
            if _MAY_BE_MINUTES.search(self._text):
                raise NotUnderstood
            return None
        apart = self._apart(written, found.end()) if written in PREFIXES else None
        if apart is not None:
            return apart
        scale = _touching(written, magnitude) if touches else UNITS.get(written) or APART.get(written)
        if scale is not None:
            self._at = found.end()
        if scale is None and (touches or written == "K"):
            raise NotUnderstood
        return scale

    def _apart(self, prefix: str, end: int) -> Scale | None:
        """k Ω: a unit of its own behind a blank."""
        found = _UNIT.match(self._text, end + 1) if self._text.startswith(" ", end) else None
        if found is None or found.group() in _TOLERANCES or (found.group() == "A" and prefix in "kK"):
            return None
        scale = UNITS.get(_LETTER_OF_WORDS.get(prefix, prefix) + found.group())
        if scale is not None:
            self._at = found.end()
        return scale

    def _scale_of_code(self, letter: str) -> Scale:
        """What the letter of 4k7 or 2R2 stands for, with a unit behind it, if one is there. Raises NotUnderstood."""
        own = SCALES_OF_CODES.get(letter)
        start = self._at + self._text.startswith(" ", self._at)
        found = _UNIT.match(self._text, start)
        if found is None:
            return own or Scale(PREFIXES[letter])
        scale = UNITS.get(found.group()) if own else UNITS.get(letter + found.group())
        if scale is None or scale.unit not in UNITS_OF_CODES[letter]:
            return own or Scale(PREFIXES[letter])
        if own and scale != own:
            raise NotUnderstood
        self._at = found.end()
        return scale


def _may_be_fraction(fraction: Fraction, scale: Scale | None) -> bool:
    """Whether what was typed with a slash is one number: 1/4W and 3/8", but 1/50V may be a place in a list."""
    if not fraction.needs_unit:
        return True
    if scale is None or scale.unit is None:
        return False
    is_inch = scale.unit == "m" and scale.factor > 1
    if fraction.whole:
        return is_inch or not fraction.is_mixed
    return is_inch or scale.unit in {"W", "A"}


def _touching(written: str, magnitude: Magnitude) -> Scale | None:
    """What touches a number: in 100nK and 104J the last letter may be a tolerance, 10T may be tesla, tera or turns."""
    if written == "K" and magnitude.is_at_least(_KELVIN_FROM):
        return None
    scale = TOUCHING.get(written) or UNITS.get(written)
    if scale is not None and scale.unit in {"J", "K"} and written[0] != "m":
        return None
    return None if written in {"N", "T"} else scale
