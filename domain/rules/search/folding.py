"""The form in which words are compared: as names are (`texts.fold`), and without accents besides.

µ in a Latin word is u, Ω alone or behind a number is ohm, in all their code points.
"""

import re
import unicodedata

from domain.rules.texts import fold
from domain.rules.unicode_properties import Ranges, character_class

MAX_WORD_LENGTH = 64
"""A longer word is cut."""

_LONGEST_WRITTEN = 4 * MAX_WORD_LENGTH
"""What stands behind so many characters, marks included, is not looked at."""

# Marks that a word may lack and still be the same word: accents of the European scripts, points of Hebrew and Arabic.
_ACCENTS: Ranges = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
_WITHOUT_ACCENT = re.compile(f"[{character_class(_ACCENTS)}]+")
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "×": "x"}
)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_OHM = re.compile(r"((?:\d+(?:\.\d+)?)?(?:[fpnumkgt]|meg)?)ω")
_OTHER_GREEK = re.compile(r"[α-λν-ψ]")
_DECIMAL_COMMA = re.compile(r"[,．，]")


def folded(word: str) -> str:
    """The word as documents and queries have it, at most MAX_WORD_LENGTH characters; folded again it is the same."""
    if word.isascii():
        return word.lower().replace(",", ".")[:MAX_WORD_LENGTH]
    bare = _WITHOUT_ACCENT.sub("", unicodedata.normalize("NFKD", fold(word[:_LONGEST_WRITTEN])))
    bare = _DECIMAL_COMMA.sub(".", bare.translate(_PLAIN_LETTERS))
    return _with_plain_units(unicodedata.normalize("NFC", bare))[:MAX_WORD_LENGTH]


def spelled_out(word: str) -> str | None:
    """The word with its umlauts written as two letters (mueller for Müller), None without any."""
    if word.isascii():
        return None
    lower = unicodedata.normalize("NFC", word[:_LONGEST_WRITTEN]).casefold()
    written = lower.translate(_SPELLED_OUT)
    return folded(written) if written != lower else None


def _with_plain_units(word: str) -> str:
    if "μ" in word and not _OTHER_GREEK.search(word):
        word = word.replace("μ", "u")
    found = _OHM.fullmatch(word)
    return f"{found[1]}ohm" if found else word
