"""What somebody looks for, taken apart: every word with the ways in which a document may have it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from domain.entities.box import MAX_CAPACITY
from domain.entities.box import MAX_NUMBER as MAX_BOX_NUMBER
from domain.entities.search import Needle, PlaceNeedle, SearchQuery, SearchTerm
from domain.rules.search.folding import MAX_WORD_LENGTH, spelled_out
from domain.rules.search.likeness import edits_of, swapped
from domain.rules.search.stop_words import STOP_WORDS
from domain.rules.search.tokens import Token, has_digit, is_ideographic, says_times, squashed, tokens_of
from domain.rules.search.values import case_counts, parted, values_in, words_of_query
from domain.rules.search.weights import EXACT, MISSPELT, PREFIX, TIERS, WEIGHTS

MAX_QUERY_LENGTH = 500
"""Characters of a query; what stands behind them is not looked at."""

MAX_TERMS = 16
"""Words of a query; what stands behind them is not looked for."""

_PLACE = re.compile(r"([1-9]\d{0,3})[-‐‑‒–−]([1-9]\d{0,3})", re.ASCII)
_CHUNK = re.compile(r"\S+")

QueryJson: TypeAlias = dict[str, object]


@dataclass(slots=True)
class _Word:
    """A word of the query, the chunk between blanks that it stands in, and the needles it has besides itself."""

    token: Token
    chunk: int
    needles: list[Needle | PlaceNeedle] = field(default_factory=list)
    is_in_value: bool = False
    is_folded: bool = True
    """Whether the word may be taken for itself in other letters, to begin a longer one: not 10m."""


def query_of(text: str) -> SearchQuery:
    """The query of a text that somebody typed, whatever it holds; without terms where no letter or digit is in it."""
    typed = text[:MAX_QUERY_LENGTH]
    words = list(_words(typed))
    _join_neighbours(words)
    _join_chunks(words)
    _add_values(typed, words)
    _add_places(typed, words)
    terms = [
        SearchTerm(
            tuple(dict.fromkeys((*_own_needles(word), *word.needles))), word.token.start, len(word.token.written)
        )
        for word in _without_stop_words(words)[:MAX_TERMS]
    ]
    return SearchQuery(tuple(terms), squashed(typed)[:MAX_WORD_LENGTH] or None)


def query_json(query: SearchQuery) -> QueryJson:
    """The query as the SQL function `search_hits` takes it, with all that a score is made of.

    A needle is {"word", "prefix", "edits", "swapped"} or {"box", "location"}; `swapped` are words that are found like
    the needle's own with one wrong letter. `weights` stand in the order of SearchField, from 1.
    """
    return {
        "whole": query.whole,
        "terms": [{"needles": [_needle_json(needle) for needle in term.needles]} for term in query.terms],
        "weights": list(WEIGHTS),
        "qualities": {"exact": EXACT, "prefix": list(PREFIX), "misspelt": list(MISSPELT), **TIERS},
    }


def completing(text: str) -> tuple[str, int]:
    """The folded word that is being typed at the end of a text and where it begins; "" where none is."""
    tail = max(0, len(text) - MAX_QUERY_LENGTH)
    last = next(reversed(tokens_of(text[tail:])), None)
    if last is None or last.end + tail != len(text):
        return "", len(text)
    return last.word, last.start + tail


def _needle_json(needle: Needle | PlaceNeedle) -> QueryJson:
    if isinstance(needle, PlaceNeedle):
        return {"box": needle.box_number, "location": needle.location_number}
    turned = list(swapped(needle.word)) if needle.edits else []
    return {"word": needle.word, "prefix": needle.prefix, "edits": needle.edits, "swapped": turned}


def _words(text: str) -> Iterator[_Word]:
    for number, chunk in enumerate(_CHUNK.finditer(text)):
        for token in tokens_of(chunk.group()):
            yield _Word(Token(token.word, chunk.start() + token.start, token.written), number)


def _own_needles(word: _Word) -> Iterator[Needle]:
    for own in dict.fromkeys((word.token.word, spelled_out(word.token.written) or word.token.word)):
        may_go_on = word.is_folded and (len(own) > 1 or is_ideographic(own))
        # The volt of 12 volt is no misspelt bolt.
        yield Needle(own, prefix=may_go_on, edits=0 if word.is_in_value else edits_of(own))


def _join_neighbours(words: Sequence[_Word]) -> None:
    """Lm 358 is lm358 too, op amp is opamp."""
    for first, second in pairwise(words):
        if _may_be_one(first, second):
            _share([first, second])
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        if len(second.token.word) == 1 and _may_be_one(first, second) and _may_be_one(second, third):
            _share([first, second, third])


def _may_be_one(first: _Word, second: _Word) -> bool:
    """Whether nothing stands between them that says they are two: "with a lamp" is no word."""
    return first.chunk == second.chunk or not (STOP_WORDS - {"to"}) & {first.token.word, second.token.word}


def _join_chunks(words: Sequence[_Word]) -> None:
    """stm32-f103-c8 is one word too."""
    for number in {word.chunk for word in words}:
        inside = [word for word in words if word.chunk == number]
        if len(inside) > 2:
            _share(inside)


def _share(words: Sequence[_Word]) -> None:
    joined = "".join(word.token.word for word in words)
    if len(joined) > MAX_WORD_LENGTH or all(word.token.word.isdecimal() for word in words):
        return
    for word in words:
        word.needles.append(Needle(joined, prefix=True))


def _add_values(text: str, words: Sequence[_Word]) -> None:
    for span in values_in(text, with_numbers=True):
        inside = [word for word in words if span.start < word.token.end <= span.end]
        numbers = [word for word in inside if has_digit(word.token.word)]
        # Each end of a range is looked for by its own word; 4.7 kΩ is one value of two.
        ends = zip(numbers, parted(span), strict=True) if len(numbers) == len(span.readings) else ()
        own_span = {word.token.start: own for word, own in ends}
        for word in inside:
            own = own_span.get(word.token.start, span)
            word.is_in_value = True
            word.is_folded = word.is_folded and not case_counts(text[span.start : span.end])
            word.needles += [Needle(value) for value in words_of_query(own)]


def _add_places(text: str, words: Sequence[_Word]) -> None:
    for chunk in _CHUNK.finditer(text):
        found = _PLACE.fullmatch(chunk.group())
        if found is None or int(found[1]) > MAX_BOX_NUMBER or int(found[2]) > MAX_CAPACITY:
            continue
        for word in words:
            if chunk.start() <= word.token.start < chunk.end():
                word.needles.append(PlaceNeedle(int(found[1]), int(found[2])))


def _without_stop_words(words: Sequence[_Word]) -> Sequence[_Word]:
    """The words that say something; all of them where none does. "To 220" is a package."""
    around = zip([None, *words[:-1]], words, [*words[1:], None], strict=True) if words else ()
    return [word for before, word, after in around if _says_something(before, word, after)] or words


def _says_something(before: _Word | None, word: _Word, after: _Word | None) -> bool:
    own, following = word.token.word, after.token.word if after else ""
    if before and says_times(before.token.word, own, following):
        return False
    return own not in STOP_WORDS or word.is_in_value or (own == "to" and following.isdecimal())
