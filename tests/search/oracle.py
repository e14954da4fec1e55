"""Which parts a query finds and how well, in a few lines over documents in memory: what the database must answer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

from domain.entities.search import Needle, PlaceNeedle, SearchField, SearchQuery, SearchTerm
from domain.rules.search import query_json, query_of
from domain.rules.search.likeness import edits_between
from domain.rules.search.weights import EXACT, MISSPELT, PREFIX, TIERS, WEIGHT_BY_FIELD

_PART = """
INSERT INTO parts (key, description, description_key, type_id) VALUES ($1, 'thing', 'thing', $2) RETURNING id
"""
_ATTACHMENT = """
INSERT INTO attachments (part_id, kind, title, url, actor) VALUES ($1, 'LINK', 'x', 'https://x', 'test') RETURNING id
"""


@dataclass(frozen=True)
class Known:
    """All that a part can be found by."""

    words: Mapping[str, SearchField]
    type_words: Sequence[str] = ()
    name_words: Sequence[str] = ()
    text_words: Sequence[str] = ()
    places: Sequence[tuple[int, int]] = field(default=())


def score_of(part: Known, query: SearchQuery) -> int | None:
    """The score of the part; None where it is not found."""
    tier = max((_tier(word, query.whole) for word, place in part.words.items() if place <= 2), default=0)
    best = [max(_points(part, term), default=0) for term in query.terms]
    return tier + sum(best) if tier or (best and all(best)) else None


def _tier(word: str, whole: str | None) -> int:
    if whole is None or not word.startswith(whole):
        return 0
    return TIERS["key" if len(word) == 4 and word.startswith("k") else "code"] if word == whole else TIERS["beginning"]


def _points(part: Known, term: SearchTerm) -> Iterator[int]:
    for needle in term.needles:
        if isinstance(needle, PlaceNeedle):
            if (needle.box_number, needle.location_number) in part.places:
                yield WEIGHT_BY_FIELD[SearchField.LOCATION] * EXACT
            continue
        for word, place in _all_words(part):
            yield WEIGHT_BY_FIELD[place] * _quality(needle, word, place)


def _all_words(part: Known) -> Iterator[tuple[str, SearchField]]:
    yield from part.words.items()
    yield from ((word, SearchField.TYPE) for word in part.type_words)
    yield from ((word, SearchField.ATTACHMENT) for word in part.name_words)
    yield from ((word, SearchField.DOCUMENT) for word in part.text_words)


def _quality(needle: Needle, word: str, place: SearchField) -> int:
    if word == needle.word:
        return EXACT
    if needle.prefix and word.startswith(needle.word):
        return PREFIX[0] + (PREFIX[1] - PREFIX[0]) * len(needle.word) // len(word)
    edits = edits_between(needle.word, word, needle.edits) if needle.edits and word.isalpha() else None
    return MISSPELT[edits - 1] if edits and place is not SearchField.KEY else 0


async def write(connection: asyncpg.Connection, parts: Sequence[Known]) -> list[int]:
    """Put the parts into the database, with documents of exactly these words; their ids."""
    await connection.execute(
        "DELETE FROM stock; DELETE FROM attachments; DELETE FROM part_totals; DELETE FROM parts; "
        "DELETE FROM part_types; DELETE FROM boxes; DELETE FROM search_words"
    )
    return [await _write(connection, number, part) for number, part in enumerate(parts)]


async def _write(connection: asyncpg.Connection, number: int, part: Known) -> int:
    type_id = None
    words = dict(part.words)
    if part.type_words:
        name = f"Type {number}"
        type_id = await connection.fetchval(
            "INSERT INTO part_types (name, name_key) VALUES ($1, lower($1)) RETURNING id", name
        )
        await connection.execute(
            "INSERT INTO search_types (type_id, words, rules_version) VALUES ($1, $2, 1)", type_id, part.type_words
        )
        words[f":type:{type_id}"] = SearchField.TYPE
    part_id: int = await connection.fetchval(_PART, f"Q{chr(65 + number // 26)}{chr(65 + number % 26)}Z", type_id)
    await connection.execute(
        "INSERT INTO search_documents (part_id, words, fields, rules_version) VALUES ($1, $2, $3, 1)",
        part_id,
        list(words),
        list(map(int, words.values())),
    )
    if part.name_words or part.text_words:
        texts = sorted(part.text_words)
        await connection.execute(
            "INSERT INTO search_attachments (attachment_id, part_id, name_words, text_words, text_offsets, text_pages, "
            "rules_version) VALUES ($1, $2, $3, $4, $5, $5, 1)",
            await connection.fetchval(_ATTACHMENT, part_id),
            part_id,
            list(part.name_words),
            texts,
            [1] * len(texts),
        )
    for box, location in part.places:
        await connection.execute(
            "WITH box AS (INSERT INTO boxes (number, description, capacity) VALUES ($2, 'x', 9) "
            "ON CONFLICT (number) DO UPDATE SET description = 'x' RETURNING id), "
            "place AS (INSERT INTO locations (box_id, number) SELECT id, $3 FROM box "
            "ON CONFLICT (box_id, number) DO UPDATE SET number = $3 RETURNING id) "
            "INSERT INTO stock (part_id, location_id, quantity) SELECT $1, id, 1 FROM place",
            part_id,
            box,
            location,
        )
    return part_id


async def hits(connection: asyncpg.Connection, text: str) -> dict[int, int]:
    """What the database finds: ids with scores."""
    asked = json.dumps(query_json(query_of(text)))
    rows = await connection.fetch("SELECT part_id, score FROM search_hits(CAST($1 AS jsonb))", asked)
    found = {row["part_id"]: row["score"] for row in rows}
    assert len(found) == len(rows)
    return found
