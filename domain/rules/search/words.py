"""The words by which a text of a field is found, each with the piece of the text that it stands for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.entities.reading import Reading
from domain.entities.search import SearchField
from domain.rules.search.folding import MAX_WORD_LENGTH, spelled_out
from domain.rules.search.stop_words import STOP_WORDS
from domain.rules.search.tokens import Token, has_digit, is_ideographic, tokens_of
from domain.rules.search.values import case_counts, readings_of_value, values_in

_ONE_THING = {SearchField.KEY, SearchField.MANUFACTURER_CODE}
"""Fields that hold a code, which is looked for as a whole first."""
_NAMES = {SearchField.PACKAGE, SearchField.SERIES, SearchField.TAG}
"""Fields that hold one short name."""
_WITH_VALUES = {
    SearchField.VALUE,
    SearchField.DESCRIPTION,
    SearchField.TAG,
    SearchField.PARAMETER,
    SearchField.TECHNICAL,
    SearchField.TYPE,
}
_OF_ONE_VALUE = {SearchField.VALUE, SearchField.PARAMETER, SearchField.TECHNICAL}
"""Fields whose text is read as a value as a whole, if it can be."""

_BORDER = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_NEW_WORD = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z][a-zA-Z]{2})")
_BETWEEN = re.compile(r"[-‐‑‒–./_+]?|[  ]?[x×*][  ]?|[  ]")
_BLANK = re.compile(r"[  ]")
_LEAST_PART = 3
_MOST_PARTS = 6
_SHORT, _LONG = 3, 8


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word of a text of a field, from where to where; `token` is the word it is, None where it is made of several."""

    word: str
    field: SearchField
    start: int
    end: int
    token: Token | None = None


def words_of(text: str, field: SearchField) -> Iterator[FoundWord]:
    """The words of a text of the field in no order, some more than once; its values are told by `spans_of`."""
    if field is SearchField.DOCUMENT:
        yield from (_found(token, field) for token in tokens_of(text) if token.word not in STOP_WORDS)
        return
    tokens = tokens_of(text)
    unfoldable = _unfoldable(text, field)
    for token in tokens:
        if (field is SearchField.DESCRIPTION and token.word in STOP_WORDS) or token.start in unfoldable:
            continue
        yield from _words_of_token(token, _part_of(field), _joined_of(field))
    if field in _ONE_THING | _NAMES:
        yield from _whole(tokens, field)
    yield from _joined(text, tokens, _joined_of(field), unfoldable)


def spans_of(text: str, field: SearchField) -> list[tuple[int, int, Sequence[Reading]]]:
    """The values of a text of the field, each from where to where it stands."""
    if field not in _WITH_VALUES:
        return []
    if field in _OF_ONE_VALUE:
        readings = readings_of_value(text)
        if readings:
            return [(0, len(text), readings)]
    return [(span.start, span.end, span.readings) for span in values_in(text)]


def _part_of(field: SearchField) -> SearchField:
    return SearchField.MANUFACTURER_CODE_PART if field is SearchField.MANUFACTURER_CODE else field


def _joined_of(field: SearchField) -> SearchField:
    if field is SearchField.MANUFACTURER_CODE:
        return SearchField.MANUFACTURER_CODE_PART
    return max(field, SearchField.JOINED)


def _found(token: Token, field: SearchField) -> FoundWord:
    return FoundWord(token.word, field, token.start, token.end, token)


def _unfoldable(text: str, field: SearchField) -> set[int]:
    """Where words begin whose case counts, as that of 10m and of the unit in 10 MHz."""
    places = set()
    for start, end, _ in spans_of(text, field):
        for token in tokens_of(text[start:end]):
            before = text[max(start, start + token.start - 2) : start + token.end]
            if case_counts(before if token.written[:1] in "mM" else token.written):
                places.add(start + token.start)
    return places


def _words_of_token(token: Token, field: SearchField, joined: SearchField) -> Iterator[FoundWord]:
    yield _found(token, field)
    other = spelled_out(token.written)
    if other and other != token.word:
        yield FoundWord(other, field, token.start, token.end)
    if is_ideographic(token.word):
        yield from (_behind(token, at, field) for at in range(1, min(len(token.word), MAX_WORD_LENGTH)))
    elif len(token.word) > _LEAST_PART:
        borders = {found.start() for found in _BORDER.finditer(token.word)}
        if token.written.isascii():
            borders |= {found.start() for found in _NEW_WORD.finditer(token.written)}
        kept = [at for at in sorted(borders) if len(token.word) - at >= _LEAST_PART and at < len(token.word)]
        yield from (_behind(token, at, joined) for at in kept[:_MOST_PARTS])


def _behind(token: Token, at: int, field: SearchField) -> FoundWord:
    """The part of a word that begins there."""
    start = token.offset_of(at)
    part = Token(token.word[at:], start, token.written[start - token.start :])
    return _found(part, field)


def _whole(tokens: Sequence[Token], field: SearchField) -> Iterator[FoundWord]:
    whole = "".join(token.word.replace(".", "") for token in tokens)[:MAX_WORD_LENGTH]
    if whole and (field in _ONE_THING or len(tokens) > 1):
        yield FoundWord(whole, field, tokens[0].start, tokens[-1].end)


def _joined(text: str, tokens: Sequence[Token], field: SearchField, apart: set[int]) -> Iterator[FoundWord]:
    """Neighbours as one word: two of which one is short or holds digits, or that a dash joins; and M3 x 10.

    Those that begin at `apart` are joined with nothing, since their case counts.
    """
    for first, second in pairwise(tokens):
        if apart and not apart.isdisjoint((first.start, second.start)):
            continue
        if _are_joined(first, second, text[first.end : second.start]):
            yield FoundWord(first.word + second.word, field, first.start, second.end)
    for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
        between = text[first.end : second.start] + text[second.end : third.start]
        if apart and not apart.isdisjoint((first.start, second.start, third.start)):
            continue
        touch = _BLANK.search(between) is None or second.word == "x"
        if touch and len(between) <= 2 and len(first.word + second.word + third.word) <= MAX_WORD_LENGTH:
            yield FoundWord(first.word + second.word + third.word, field, first.start, third.end)


def _are_joined(first: Token, second: Token, between: str) -> bool:
    if not _BETWEEN.fullmatch(between) or len(first.word) + len(second.word) > MAX_WORD_LENGTH // 2:
        return False
    if not _BLANK.search(between):
        return True
    if first.word in STOP_WORDS - {"to"} or second.word in STOP_WORDS or max(len(first.word), len(second.word)) > _LONG:
        return False
    numbers = [has_digit(token.word) for token in (first, second)]
    return not all(token.word.isdecimal() for token in (first, second)) and (
        any(numbers) or min(len(first.word), len(second.word)) <= _SHORT
    )
