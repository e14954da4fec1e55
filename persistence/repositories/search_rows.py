"""How parts, types and attachments become documents of search; the key of a part is one of its words."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from domain.entities.ids import PartKey
from domain.entities.part import PartDetails
from domain.entities.search import SearchField, TextWord
from domain.rules.search import RULES_VERSION, document_of

Item = TypeVar("Item")
Row = TypeVar("Row")

KEY_WORD = """lower({key} COLLATE "C")"""
"""The word of a key, where the database draws it."""


def document_columns(details: PartDetails, key: PartKey | None = None) -> dict[str, Any]:
    """The words of a part, ascending, and their fields; without its key where that is drawn by the database."""
    return _columns(document_words(details, key))


def document_words(details: PartDetails, key: PartKey | None = None) -> Mapping[str, SearchField]:
    """The words of a part's document."""
    words = dict(document_of(details))
    if key is not None:
        words[key.lower()] = SearchField.KEY
    return words


async def in_turns(make: Callable[[Item], Row], items: Iterable[Item]) -> list[Row]:
    """What is made of each. Others have their turn in between: a document takes half a millisecond, a page of them a
    time in which nobody would be answered."""
    rows = []
    for item in items:
        rows.append(make(item))
        await asyncio.sleep(0)
    return rows


def document_record(part_id: int, key: PartKey, details: PartDetails) -> tuple[Any, ...]:
    """A row for DOCUMENT_COLUMNS."""
    columns = document_columns(details, key)
    return part_id, columns["words"], columns["fields"], RULES_VERSION


DOCUMENT_COLUMNS = ("part_id", "words", "fields", "rules_version")

WRITTEN_AGAIN = f"""
    ON CONFLICT (part_id) DO UPDATE
       SET words = excluded.words, fields = excluded.fields, rules_version = {RULES_VERSION},
           indexed_at = excluded.indexed_at
"""
"""The end of a statement that writes documents of parts that have one already."""


def text_columns(words: Sequence[TextWord]) -> dict[str, Any]:
    """The words of a text with where they stand first, side by side."""
    return {
        "words": [each.word for each in words],
        "offsets": [each.offset for each in words],
        "pages": [each.page for each in words],
    }


def _columns(words: Mapping[str, SearchField]) -> dict[str, Any]:
    ordered = sorted(words.items())
    return {"words": [word for word, _ in ordered], "fields": [int(field) for _, field in ordered]}
