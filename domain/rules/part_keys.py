"""Part keys: four letters on a label, drawn at random or brought from elsewhere."""

import re

from domain.entities.ids import PartKey
from domain.rules.texts import trimmed

DRAWN_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""A–Z without I and O, which read as 1 and 0 on a label."""

KEY_LENGTH = 4
DRAWN_KEYS = len(DRAWN_LETTERS) ** KEY_LENGTH
"""How many different keys can be drawn: 331,776."""

KEYS_PER_DRAW = 16
DRAWS = 2

_WRITTEN = re.compile(r"[A-Za-z]{4}", re.ASCII)


def parsed_key(text: str) -> PartKey:
    """The key in upper case. Raises ValueError when the text is not four of the letters A to Z."""
    written = trimmed(text)
    if _WRITTEN.fullmatch(written) is None:
        raise ValueError("must be four letters A to Z")
    return PartKey(written.upper())


def drawn_key(number: int) -> PartKey:
    """The key of a number from 0 to DRAWN_KEYS - 1, each number having its own."""
    letters = []
    for _ in range(KEY_LENGTH):
        number, place = divmod(number, len(DRAWN_LETTERS))
        letters.append(DRAWN_LETTERS[place])
    return PartKey("".join(reversed(letters)))
