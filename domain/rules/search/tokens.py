"""The words of a text as they stand there, one after the other, with where they begin and end."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.rules.search.folding import folded
from domain.rules.unicode_properties import DEFAULT_IGNORABLE, character_class

# Vowels of Indian scripts and the like are marks and belong to their word; so do accents that stand apart.
_SCRIPTS_WITH_MARKS = (
    range(0x0300, 0x1E00),
    range(0x20D0, 0x2100),
    range(0x302A, 0x3100),
    range(0xA600, 0xAC00),
    range(0xFB1E, 0xFB1F),
    range(0xFE20, 0xFE30),
    range(0x11000, 0x12000),
)
_MARKS = "".join(
    chr(number)
    for script in _SCRIPTS_WITH_MARKS
    for number in script
    if unicodedata.category(chr(number)).startswith("M")
)
_SIGNS_OF_LETTERS = "㍱-㏟×"
"""㎜ and ㏀, which are made of letters, and × as it is typed: x."""
_IN_WORDS = f"{_MARKS}{_SIGNS_OF_LETTERS}{character_class(DEFAULT_IGNORABLE)}"

_RUN = rf"(?:[^\W_]|[{_SIGNS_OF_LETTERS}])[^\W_]*(?:[{_IN_WORDS}]+[^\W_]*)*"
# 2.54 and 4,7k are one word each, M2.5 too; what stands in lists without blanks (0603,0805 and 1,2,3) is not.
_DECIMAL = (
    r"(?<![^\W_])(?<!\d[.,])(?:[^\W_]{0,20}[^\W\d_])?(?:0|[1-9]\d{0,8})[.,．，]\d{1,12}(?![.,．，]?\d)"
    rf"[^\W_]*(?:[{_IN_WORDS}]+[^\W_]*)*"
)
_WORD = re.compile(f"{_DECIMAL}|{_RUN}")
_WORD_WITHIN = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|\.(?=\d))*")
_IDEOGRAPHS = r"぀-ヿ㐀-鿿豈-﫿\U00020000-\U0003134f"
_IDEOGRAPHIC = re.compile(f"[{_IDEOGRAPHS}]+")
_EITHER = re.compile(f"[{_IDEOGRAPHS}]+|[^{_IDEOGRAPHS}]+")


class Token(NamedTuple):
    """A word, folded, and as it was written from `start` on."""

    word: str
    start: int
    written: str

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.start + len(self.written)

    def offset_of(self, length: int) -> int:
        """Where in the text the first so many characters of the word end."""
        if self.written.isascii() or length >= len(self.word):
            return self.start + min(length, len(self.written)) if length < len(self.word) else self.end
        at = 1
        while at < len(self.written) and len(folded(self.written[:at])) < length:
            at += 1
        # What shows nothing, and marks, stay with the letter before them.
        while at < len(self.written) and len(folded(self.written[: at + 1])) <= length:
            at += 1
        return self.start + at


def written_words(text: str) -> Iterator[tuple[str, int]]:
    """Each word as it is written, and its offset; takes time in proportion to the length of the text."""
    for found in _WORD.finditer(text):
        if found.group().isascii() or not _IDEOGRAPHIC.search(found.group()):
            yield found.group(), found.start()
        else:
            yield from ((part.group(), found.start() + part.start()) for part in _EITHER.finditer(found.group()))


def words_within(written: str) -> Sequence[str]:
    """The folded words that a written one stands for: one, but for ½ and the like."""
    word = folded(written)
    return [word] if word.isalnum() else _WORD_WITHIN.findall(word)


def tokens_of(text: str) -> list[Token]:
    """All words of a text in their order."""
    return [Token(word, start, written) for written, start in written_words(text) for word in words_within(written)]


def is_ideographic(word: str) -> bool:
    """Whether the word is of a script that puts no blanks between words."""
    return _IDEOGRAPHIC.match(word) is not None


def is_number(word: str) -> bool:
    """Whether the word is digits alone, maybe with a decimal point."""
    return word.replace(".", "").isdecimal()


def has_digit(word: str) -> bool:
    """Whether any character of the word is a digit."""
    return any(map(str.isdigit, word))


def says_times(before: str, word: str, after: str) -> bool:
    """Whether a word is the x of 10 x 5 and M3 x 10."""
    return word == "x" and has_digit(before) and has_digit(after)


def squashed(text: str) -> str:
    """All letters and digits of the text as one word."""
    return "".join(token.word.replace(".", "") for token in tokens_of(text))
