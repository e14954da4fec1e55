"""Documents of words: of a part's own facts, of a type's name, and of the names of an attachment."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from domain.entities.part import PartDetails
from domain.entities.search import SearchField
from domain.rules.search.units_by_name import unit_by_name
from domain.rules.search.values import words_of_document
from domain.rules.search.words import FieldText

_SHARED = {
    SearchField.PACKAGE, SearchField.SERIES, SearchField.MANUFACTURER, SearchField.TAG, SearchField.PARAMETER,
    SearchField.TECHNICAL,
}  # fmt: skip
"""Fields in which many parts say the same: what a short text is found by is kept."""
_SHORT = 100

MAX_DOCUMENT_WORDS = 500
"""A part has no more words; those in the best fields are kept."""

TYPE_REFERENCE = ":type:"
"""A part's reference to its type is this and the type's id; no word of a text holds a colon, and none that somebody
types is the beginning of it."""

_TECHNICAL = ("dimensions", "voltage_rating", "input_voltage", "output_voltage", "mounting_type", "pin_pitch")
_VOLTAGES = {"voltage_rating", "input_voltage", "output_voltage"}
_ADDRESS_NOISE = {"http", "https", "www", "com", "html", "htm", "pdf", "php", "aspx", "index"}
_MOST_OF_AN_ADDRESS = 12

_Entry: TypeAlias = tuple[str, SearchField]


def document_of(details: PartDetails) -> dict[str, SearchField]:
    """The words of a part with the best field of each, best fields first, at most MAX_DOCUMENT_WORDS.

    The reference to the part's type is among them (`:type:12`). The part's key, in small letters, is not: whoever
    writes the document adds it.
    """
    best: dict[str, SearchField] = {}
    if details.type_id is not None:
        best[f"{TYPE_REFERENCE}{details.type_id}"] = SearchField.TYPE
    for word, field in _all_words(details):
        if word not in best or field < best[word]:
            best[word] = field
    return dict(sorted(best.items(), key=itemgetter(1))[:MAX_DOCUMENT_WORDS])


def name_words(name: str) -> list[str]:
    """The words of a type's name, ascending."""
    return _sorted_words(name, field=SearchField.TYPE)


def attachment_words(title: str, file_name: str | None) -> list[str]:
    """The words of an attachment's title and of its file's name, ascending."""
    return _sorted_words(title, file_name or "", field=SearchField.ATTACHMENT)


def _sorted_words(*texts: str, field: SearchField) -> list[str]:
    words = {found.word for text in texts for found in FieldText(text, field).words}
    return sorted(words)[:MAX_DOCUMENT_WORDS]


def _all_words(details: PartDetails) -> Iterator[_Entry]:
    yield from _of_text(details.manufacturer_code, SearchField.MANUFACTURER_CODE)
    yield from _of_text(details.description, SearchField.DESCRIPTION)
    yield from _of_text(details.package, SearchField.PACKAGE)
    yield from _of_text(details.series, SearchField.SERIES)
    yield from _of_text(details.manufacturer, SearchField.MANUFACTURER)
    for tag in details.tags:
        yield from _of_text(tag, SearchField.TAG)
    for parameter in details.parameters:
        yield from _of_name(parameter.name)
        yield from _of_text(parameter.value, SearchField.PARAMETER, unit_by_name(parameter.name))
    for name in _TECHNICAL:
        yield from _of_text(getattr(details, name), SearchField.TECHNICAL, "V" if name in _VOLTAGES else None)
    if details.pin_count is not None:
        yield from ((str(details.pin_count), SearchField.TECHNICAL), (f"{details.pin_count}pins", SearchField.JOINED))
    yield from _of_address(details.product_page)


def _of_text(text: str | None, field: SearchField, unit: str | None = None) -> Sequence[_Entry]:
    """The words of a text and its values; `unit` is what a number is in that is the whole text."""
    if text is None:
        return ()
    if field in _SHARED and len(text) <= _SHORT:
        return _of_shared_text(text, field, unit)
    return _entries(text, field, unit)


def _entries(text: str, field: SearchField, unit: str | None) -> Sequence[_Entry]:
    looked_at = FieldText(text, field)
    entries = [(found.word, found.field) for found in looked_at.words]
    for span in looked_at.values:
        words = words_of_document(span, unit if looked_at.whole_value else None)
        entries += [(word, SearchField.VALUE) for word in words]
    return entries


_of_shared_text = lru_cache(maxsize=2048)(_entries)


@lru_cache(maxsize=1024)
def _of_name(name: str) -> Sequence[_Entry]:
    """The words of a parameter's name."""
    return [(found.word, found.field) for found in FieldText(name, SearchField.PARAMETER).words]


def _of_address(address: str | None) -> Iterator[_Entry]:
    if address is None:
        return
    words = dict.fromkeys(token.word for token in FieldText(address, SearchField.TECHNICAL).tokens)
    kept = [word for word in words if word not in _ADDRESS_NOISE]
    yield from ((word, SearchField.TECHNICAL) for word in kept[:_MOST_OF_AN_ADDRESS])
