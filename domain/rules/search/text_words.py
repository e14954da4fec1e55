"""The words of a text of pages, as of a PDF: thousands of them, so each once, and no values.

Otherwise every data sheet would have 100n.
"""

import re
from bisect import bisect_right

from domain.entities.file_reading import PAGE_BREAK
from domain.entities.search import TextWord
from domain.rules.search.folding import folded
from domain.rules.search.stop_words import STOP_WORDS
from domain.rules.search.tokens import is_ideographic, words_within, written_words

MAX_TEXT_WORDS = 20_000
"""Distinct words of one text; those that stand first are kept."""

MAX_TEXT_WORD_LENGTH = 40
_LEAST_LENGTH = 2
_LONGEST_NUMBER = 12
_LONGEST_CODE = 24
_LONGEST_OF_IDEOGRAPHS = 8

_BROKEN = re.compile(r"([^\W\d_]{3,20})[-\u00ad\u2010]\s{0,2}\n\s{0,4}([^\W\d_]{2,20})")
"""A word that goes on in the next line."""


def text_words(text: str) -> list[TextWord]:
    """The distinct words of a text whose pages PAGE_BREAK divides, ascending, each with where it stands first.

    Takes time in proportion to the length of the text.
    """
    pages = [found.start() for found in re.finditer(PAGE_BREAK, text)]
    offsets: dict[str, int] = {}
    seen: set[str] = set()
    for written, offset in written_words(text):
        if written in seen:
            continue
        seen.add(written)
        for word in _words(written):
            offsets.setdefault(word, offset)
        if len(offsets) >= MAX_TEXT_WORDS:
            break
    for found in _BROKEN.finditer(text) if len(offsets) < MAX_TEXT_WORDS else ():
        word = folded(found[1] + found[2])
        if len(word) <= MAX_TEXT_WORD_LENGTH and len(offsets) < MAX_TEXT_WORDS:
            offsets.setdefault(word, found.start())
    kept = sorted(list(offsets.items())[:MAX_TEXT_WORDS])
    return [TextWord(word, offset, bisect_right(pages, offset) + 1) for word, offset in kept]


def _words(written: str) -> list[str]:
    if len(written) > MAX_TEXT_WORD_LENGTH and written.isascii():
        return []
    words: list[str] = []
    for word in words_within(written):
        if is_ideographic(word):
            words += (word[at : at + _LONGEST_OF_IDEOGRAPHS] for at in range(len(word) - 1))
        elif _is_worth_keeping(word):
            words.append(word)
    return words


def _is_worth_keeping(word: str) -> bool:
    """Not a letter, no word that says nothing, and nothing that was printed for machines."""
    if not _LEAST_LENGTH <= len(word) <= MAX_TEXT_WORD_LENGTH or word in STOP_WORDS:
        return False
    if word.isalpha():
        return True
    return len(word) <= (_LONGEST_NUMBER if word.isdecimal() else _LONGEST_CODE)
