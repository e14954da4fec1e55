"""Looks at what search finds things by."""

import asyncpg

from persistence.checks.finding import Check
from persistence.checks.search import CHECKS, TextWordsCheck

Words = dict[str, int]


async def words_of_part(connection: asyncpg.Connection, key: str) -> Words | None:
    """The document of a part: its words with their fields. It has the same postings, or this raises AssertionError."""
    found = await connection.fetch(
        "SELECT part_id, words, fields FROM search_documents JOIN parts ON parts.id = part_id WHERE key = $1", key
    )
    if not found:
        return None
    words = dict(zip(found[0]["words"], found[0]["fields"], strict=True))
    assert len(words) == len(found[0]["words"])
    posted = await connection.fetch("SELECT word, field FROM search_postings WHERE part_id = $1", found[0]["part_id"])
    assert {row["word"]: row["field"] for row in posted} == words
    return words


async def words_of_type(connection: asyncpg.Connection, name: str) -> list[str] | None:
    """The words of a type's document."""
    found: list[str] | None = await connection.fetchval(
        "SELECT words FROM search_types JOIN part_types ON part_types.id = type_id WHERE name = $1", name
    )
    return found


async def knows(connection: asyncpg.Connection, word: str) -> bool:
    """Whether the vocabulary has a word."""
    known: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM search_words WHERE word = $1)", word)
    return known


async def names_of(connection: asyncpg.Connection, title: str) -> tuple[str, list[str]] | None:
    """The key of the part that an attachment is found for, and the words of its names."""
    row = await connection.fetchrow(
        "SELECT key, name_words FROM search_attachments AS found JOIN attachments ON attachments.id = attachment_id "
        "JOIN parts ON parts.id = found.part_id WHERE title = $1",
        title,
    )
    return (row["key"], row["name_words"]) if row is not None else None


async def written_at(connection: asyncpg.Connection) -> list[str]:
    """When each document was written, whatever it is of."""
    rows = await connection.fetch(
        "SELECT 'part', part_id, indexed_at FROM search_documents "
        "UNION ALL SELECT 'type', type_id, indexed_at FROM search_types "
        "UNION ALL SELECT 'attachment', attachment_id, indexed_at FROM search_attachments ORDER BY 1, 2"
    )
    return [str(row) for row in rows]


async def off(connection: asyncpg.Connection, *more: Check) -> set[str]:
    """The invariants of search that do not hold."""
    async with connection.transaction():
        return {each.invariant for check in (*CHECKS, *more) for each in await check.run(connection)}


TEXTS = TextWordsCheck()
