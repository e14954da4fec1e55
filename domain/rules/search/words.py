"""The words by which a text of a field is found, each with the piece of the text that it stands for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from domain.entities.search import SearchField
from domain.rules.search.folding import MAX_WORD_LENGTH, spelled_out
from domain.rules.search.stop_words import STOP_WORDS
from domain.rules.search.tokens import Token, has_digit, is_ideographic, is_number, says_times, tokens_of
from domain.rules.search.values import ValueSpan, is_only_a_value, values_in, whole_value

_ONE_THING = {SearchField.KEY, SearchField.MANUFACTURER_CODE}
"""Fields that hold a code, which is looked for as a whole first."""
_NAMES = {SearchField.PACKAGE, SearchField.SERIES, SearchField.TAG}
"""Fields that hold one short name."""
_OF_ONE_VALUE = {SearchField.VALUE, SearchField.PARAMETER, SearchField.TECHNICAL}
"""Fields whose text is read as a value as a whole, if it can be."""
_WITH_VALUES = _OF_ONE_VALUE | {SearchField.DESCRIPTION, SearchField.PACKAGE, SearchField.TAG}

_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_NEW_WORD = re.compile(r"(?<=[a-z])(?=[A-Z][a-zA-Z]{2})")
_PLAIN_WORD = re.compile(r"[A-Z]?[a-z]*")
"""Of which there is no other way to write it, and no end that begins anywhere."""
_BLANK = re.compile(r"\s")
_BETWEEN = re.compile(r"[-‐‑‒–./_+]?|\s?[x×*]\s?|\s")
_LEAST_PART = 3
_MOST_PARTS = 6
_MOST_BESIDE_DIGITS, _MOST_BESIDE_SHORT, _SHORT = 5, 6, 4
"""Letters of words apart that are joined: lm 358, op amp, heat sink."""
_LEAST_UNIT = 3
_OF_CURRENTS = {"ac", "dc"}
"""What stands behind a unit and says more than that: 250 V AC."""


class FoundWord(NamedTuple):
    """A word of a text of a field, and the words of the text that it is made of, mostly one."""

    word: str
    field: SearchField
    parts: Sequence[Token]

    def piece(self, length: int) -> tuple[int, int]:
        """Where its first so many characters begin and end in the text: stm32f in STM32-F103."""
        start, left = self.parts[0].start, length
        for part in self.parts if length < len(self.word) else ():
            if left <= len(part.word):
                return start, part.offset_of(left)
            left -= len(part.word)
        return start, self.parts[-1].end


@dataclass(frozen=True)
class FieldText:
    """A text of a field, with the words and the values in it."""

    text: str
    field: SearchField

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """Its words as they stand there."""
        return tokens_of(self.text)

    @cached_property
    def whole_value(self) -> ValueSpan | None:
        """Its value where it is read as one as a whole."""
        return whole_value(self.text) if self.field in _OF_ONE_VALUE else None

    @cached_property
    def values(self) -> Sequence[ValueSpan]:
        """The values in it, by the fields that tell values."""
        if self.whole_value:
            return [self.whole_value]
        return values_in(self.text) if self.field in _WITH_VALUES else []

    @cached_property
    def words(self) -> Sequence[FoundWord]:
        """All words by which it is found, but for its values; some more than once. A location is found as a place."""
        if self.field is SearchField.LOCATION:
            return []
        if self.field is SearchField.DOCUMENT:
            return [_found(token, self.field) for token in self.tokens if len(token.word) > 1]
        words = [word for token in self._kept for word in _words_of_token(token, self._part, self._joined)]
        if self.field in _ONE_THING | _NAMES:
            words += self._whole()
        return words + [word for word in self._neighbours() if len(word.word) <= MAX_WORD_LENGTH]

    @property
    def _part(self) -> SearchField:
        """Of parts of the text."""
        return SearchField.MANUFACTURER_CODE_PART if self.field is SearchField.MANUFACTURER_CODE else self.field

    @property
    def _joined(self) -> SearchField:
        return self._part if self.field is SearchField.MANUFACTURER_CODE else max(self.field, SearchField.JOINED)

    @cached_property
    def _kept(self) -> Sequence[Token]:
        """Words that are words: no units of values, nor what is something else in other letters, such as 10m."""
        passed = {token.start for span in self.values for token in self._within(span) if self._is_passed(token, span)}
        if self.field is SearchField.DESCRIPTION:
            passed |= {token.start for token in self.tokens if token.word in STOP_WORDS}
        if self.field not in _ONE_THING:
            passed |= {x.start for first, x, last in self._threes if says_times(first.word, x.word, last.word)}
        return [token for token in self.tokens if token.start not in passed]

    @property
    def _threes(self) -> Iterator[tuple[Token, Token, Token]]:
        return zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False)

    def _within(self, span: ValueSpan) -> Iterator[Token]:
        return (token for token in self.tokens if span.start <= token.start < span.end)

    def _is_passed(self, token: Token, span: ValueSpan) -> bool:
        is_short = len(token.word) < _LEAST_UNIT and token.word not in _OF_CURRENTS
        is_unit = token.start > span.start and is_short and not has_digit(token.word)
        return is_unit or is_only_a_value(self.text[span.start : token.end])

    def _whole(self) -> Iterator[FoundWord]:
        whole = "".join(token.word.replace(".", "") for token in self.tokens)[:MAX_WORD_LENGTH]
        if whole and (self.field in _ONE_THING or len(self.tokens) > 1):
            yield FoundWord(whole, self.field, self.tokens)

    def _neighbours(self) -> Iterator[FoundWord]:
        """Neighbours as one word: two of which one is short or holds digits, or that a dash joins; and M3 x 10."""
        of_values = {token.start for span in self.values for token in self._within(span)}
        for first, second in pairwise(self.tokens):
            between = self.text[first.end : second.start]
            if of_values.isdisjoint((first.start, second.start)) and _are_joined(first, second, between):
                yield FoundWord(first.word + second.word, self._joined, (first, second))
        for first, second, third in self._threes:
            # Most words are apart by a blank, and none of them is an x.
            if second.word != "x" and self.text.startswith(" ", second.end):
                continue
            between = self.text[first.end : second.start] + self.text[second.end : third.start]
            is_one = second.word == "x" if _BLANK.search(between) else len(between) == 2
            if is_one and len(between) <= 2 and of_values.isdisjoint((first.start, second.start, third.start)):
                yield FoundWord(first.word + second.word + third.word, self._joined, (first, second, third))


def _found(token: Token, field: SearchField) -> FoundWord:
    return FoundWord(token.word, field, (token,))


def _words_of_token(token: Token, field: SearchField, joined: SearchField) -> Iterator[FoundWord]:
    """The word, spelled out where it has umlauts, and its ends that begin where letters and digits meet."""
    yield _found(token, field)
    if _PLAIN_WORD.fullmatch(token.written):
        return
    other = spelled_out(token.written)
    if other and other != token.word:
        yield FoundWord(other, field, (token,))
    if is_ideographic(token.word):
        yield from (_behind(token, at, field) for at in range(1, len(token.word)))
    elif len(token.word) > _LEAST_PART and not token.word.isdecimal():
        borders = {found.start() for found in _BORDER.finditer(token.word)}
        if token.written.isascii():
            borders |= {found.start() for found in _NEW_WORD.finditer(token.written)}
        kept = [at for at in sorted(borders) if len(token.word) - at >= _LEAST_PART]
        yield from (_behind(token, at, joined) for at in kept[:_MOST_PARTS])


def _behind(token: Token, at: int, field: SearchField) -> FoundWord:
    """The part of a word that begins there."""
    start = token.offset_of(at)
    return _found(Token(token.word[at:], start, token.written[start - token.start :]), field)


def _are_joined(first: Token, second: Token, between: str) -> bool:
    if is_number(first.word) and is_number(second.word):
        return False
    if between and not _BETWEEN.fullmatch(between):
        return False
    if not _BLANK.search(between):
        return bool(between)
    if first.word in STOP_WORDS - {"to"} or second.word in STOP_WORDS:
        return False
    shorter, longer = sorted((len(first.word), len(second.word)))
    if has_digit(first.word) or has_digit(second.word):
        letters = [len(token.word) for token in (first, second) if not has_digit(token.word)]
        return max(letters, default=shorter) <= _MOST_BESIDE_DIGITS and longer <= MAX_WORD_LENGTH // 2
    return shorter <= _SHORT and longer <= _MOST_BESIDE_SHORT
