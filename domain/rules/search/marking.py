"""What of a text a query was found by, told by the same words and rules by which documents are found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.entities.search import Needle, PlaceNeedle, SearchField, SearchQuery, SearchTerm
from domain.rules.search.likeness import edits_between
from domain.rules.search.values import VALUE, is_meant
from domain.rules.search.words import FieldText, FoundWord

_PLACE = re.compile(r"(\d+)-(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class TextMatches:
    """Where a text matches a query: `ranges` of start and length in code points, ascending and apart, and the numbers
    of the terms that it satisfies, from 0."""

    ranges: Sequence[tuple[int, int]] = ()
    terms: frozenset[int] = frozenset()


def matches(text: str, field: SearchField, query: SearchQuery) -> TextMatches:
    """What of a text of the field matches the query, and which of its terms."""
    looked_at = FieldText(text, field)
    found = [list(_of_term(looked_at, term)) for term in query.terms]
    terms = {number for number, ranges in enumerate(found) if ranges}
    whole = list(_of_whole(looked_at, query.whole))
    if whole:
        terms = set(range(len(query.terms)))
        found = [whole]
    return TextMatches(_apart([each for ranges in found for each in ranges]), frozenset(terms))


def marks(text: str, field: SearchField, query: SearchQuery) -> list[tuple[int, int]]:
    """The ranges (start and length in code points) of a text of the field that match, ascending and apart."""
    return list(matches(text, field, query).ranges)


def matched_terms(text: str, field: SearchField, query: SearchQuery) -> frozenset[int]:
    """The numbers, from 0, of the terms that a text of the field satisfies."""
    return matches(text, field, query).terms


def _of_term(text: FieldText, term: SearchTerm) -> list[tuple[int, int]]:
    """The pieces that match; what is misspelt only where nothing else is found."""
    found = [piece for needle in term.needles for piece in _of_needle(text, needle)]
    if not found:
        words = [needle for needle in term.needles if isinstance(needle, Needle) and needle.edits]
        found = [piece for needle in words for piece in _misspelt(text, needle)]
    return found


def _of_needle(text: FieldText, needle: Needle | PlaceNeedle) -> Iterator[tuple[int, int]]:
    if isinstance(needle, PlaceNeedle):
        place = _PLACE.fullmatch(text.text) if text.field is SearchField.LOCATION else None
        if place and (int(place[1]), int(place[2])) == (needle.box_number, needle.location_number):
            yield 0, len(text.text)
    elif needle.word.startswith(VALUE):
        yield from ((span.start, span.end) for span in text.values if is_meant(needle.word, span))
    else:
        yield from (word.piece(len(needle.word)) for word in text.words if _begins(word, needle))


def _begins(word: FoundWord, needle: Needle) -> bool:
    return word.word == needle.word or (needle.prefix and word.word.startswith(needle.word))


def _misspelt(text: FieldText, needle: Needle) -> Iterator[tuple[int, int]]:
    for word in text.words:
        if edits_between(needle.word, word.word, needle.edits) is not None:
            yield word.piece(len(word.word))


def _of_whole(text: FieldText, whole: str | None) -> Iterator[tuple[int, int]]:
    if whole and text.field in {SearchField.KEY, SearchField.MANUFACTURER_CODE}:
        for word in text.words:
            if word.field is text.field and word.word.startswith(whole):
                yield word.piece(len(whole))


def _apart(pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return [(start, end - start) for start, end in joined if end > start]
