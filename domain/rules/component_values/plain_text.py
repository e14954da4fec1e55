"""A text with one character for all that mean the same: full-width digits, ㏀, the minus signs, blanks of every kind.

Not Unicode's NFKC as it is, which would make 102 of 10² and 21⁄2 of 2½.
"""

import unicodedata
from functools import lru_cache

VULGAR = "\u2044"
"""Stands in the fractions that are one character, ¼; a slash that was typed is /."""

_SAME = {
    **dict.fromkeys("\u00b5\u03bc", "u"),
    **dict.fromkeys("\u2044\u2215", "/"),
    **dict.fromkeys("\u2010\u2011\u2012\u2212", "-"),
    **dict.fromkeys("\u2014\u2015", "–"),
    **dict.fromkeys("\u02bc\u2019", "'"),
    **dict.fromkeys("\u2033\u201d", '"'),
    **dict.fromkeys("\u00ba\u02da", "°"),
    **dict.fromkeys("\u223c\u301c", "~"),
    **dict.fromkeys("\u2266\u2a7d", "≤"),
    **dict.fromkeys("\u2267\u2a7e", "≥"),
    **dict.fromkeys("\u22c5\u2219", "·"),
}
# What a character is made of, where it only looks different. Raised and lowered digits are no digits.
_LOOKS = {"<wide>", "<narrow>", "<square>", "<compat>", "<noBreak>"}


def plain(text: str) -> str:
    """The text as the scanner takes it: blanks single and none at the ends, nothing that does not show."""
    if not text.isascii():
        text = "".join(map(_plain_character, text))
    return " ".join(text.split()).replace("+/-", "±").replace("+-", "±")


@lru_cache(maxsize=1024)
def _plain_character(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if character.isspace() or unicodedata.category(character) == "Cf":
        return " " if character.isspace() else ""
    kind, *parts = unicodedata.decomposition(character).split() or [""]
    if kind == "<fraction>":
        # The blank keeps 2½ from becoming 21⁄2.
        return " " + "".join(chr(int(part, 16)) for part in parts)
    if kind in _LOOKS:
        return "".join(_plain_character(chr(int(part, 16))) for part in parts)
    # Ω as the sign of ohm and K as that of kelvin are letters by their canonical form.
    composed = unicodedata.normalize("NFC", character)
    return _SAME.get(composed, composed)
