"""A search of a few lines over documents in memory: whether a document has what a query asks for."""

from collections.abc import Collection

from domain.entities.part import PartDetails
from domain.entities.search import Needle, PlaceNeedle, SearchQuery
from domain.rules.part_details import parameter_of
from domain.rules.search import document_of, query_of
from domain.rules.search.likeness import edits_between


def details(description: str = "thing", **facts: object) -> PartDetails:
    """A part's details; parameters as pairs of texts."""
    pairs = facts.pop("parameters", {})
    assert isinstance(pairs, dict)
    parameters = tuple(parameter_of(name, value) for name, value in pairs.items())
    return PartDetails(description=description, parameters=parameters, **facts)  # type: ignore[arg-type]


def is_found(words: Collection[str], query: SearchQuery) -> bool:
    """Whether a document of these words has every term."""
    return bool(query.terms) and all(any(_has(words, needle) for needle in term.needles) for term in query.terms)


def finds(text: str, part: PartDetails) -> bool:
    """Whether the text finds the part."""
    return is_found(document_of(part), query_of(text))


def _has(words: Collection[str], needle: Needle | PlaceNeedle) -> bool:
    if isinstance(needle, PlaceNeedle):
        return False
    if needle.word in words or (needle.prefix and any(word.startswith(needle.word) for word in words)):
        return True
    return needle.edits > 0 and any(edits_between(needle.word, word, needle.edits) is not None for word in words)
