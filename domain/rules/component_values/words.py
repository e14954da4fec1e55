"""Signs and words that stand between and beside numbers, as regular expressions and as tables of tokens."""

from collections.abc import Mapping

from domain.entities.reading import ReadingSign
from domain.rules.component_values.tokens import Ahead, Beside, Mark, Token

PASSED = r"(?:01005|0201|0402|0603|0805|[XYZ][24-9][A-Z]|C0G|COG|NP0|NPO|C0H|U2J)(?=[ ,;/)\]]|$)"
"""Dielectric classes and packages: words that are known to be no numbers, where they stand alone."""

WHERE_IT_HOLDS = r"(?<=\()T[ACJacj](?=\))"
"""(TA), (TC), (TJ): of the air around, the case, the junction."""

MARKS = {
    "±": Mark.PLUS_MINUS,
    "~": Mark.TILDE,
    "/": Mark.SLASH,
    **dict.fromkeys(",;@", Mark.SEPARATOR),
    **dict.fromkeys("()[]", Mark.BRACKET),
}
AHEAD = {
    **dict.fromkeys((">", ">=", "≥"), ReadingSign.AT_LEAST),
    **dict.fromkeys(("<", "<=", "≤"), ReadingSign.AT_MOST),
    **dict.fromkeys(("≈", "approx", "approx.", "ca", "ca.", "about", "etwa"), ReadingSign.ABOUT),
}
WORDS: Mapping[str, Token] = {
    **{word: Ahead(sign) for word, sign in AHEAD.items()},
    **dict.fromkeys(("min", "min.", "mind."), Beside(ReadingSign.AT_LEAST)),
    **dict.fromkeys(("max", "max."), Beside(ReadingSign.AT_MOST)),
    **dict.fromkeys(("typ", "typ."), Beside(ReadingSign.ABOUT)),
    **dict.fromkeys(("to", "bis"), Mark.RANGE),
    "at": Mark.SEPARATOR,
    **dict.fromkeys(("ac", "dc", "rms"), Mark.PASSED),
}
"""Words in small letters."""
