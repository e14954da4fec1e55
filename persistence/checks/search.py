"""Checks of search: documents are those of what they are of, postings and vocabulary those of the documents.

What is still to be made anew is left out: job INDEX_PARTS makes it.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence

import asyncpg
from asyncpg import Record
from sqlalchemy import text

from domain.entities.part import Parameter
from domain.rules.search import RULES_VERSION, attachment_words, name_words, text_words
from persistence.checks.finding import MAX_FINDINGS, Check, Finding, QueryCheck, findings
from persistence.database import Database
from persistence.repositories.part_row import part_of
from persistence.repositories.search_rows import document_words, text_columns
from persistence.statements import Statement

_PAGE_ROWS = 1_000
_PARTS = Statement(
    text(f"""
    SELECT part.*, NULL AS merged_into_key, document.words, document.fields
      FROM parts AS part JOIN search_documents AS document ON document.part_id = part.id
     WHERE part.id > CAST(:after AS bigint)
       AND document.rules_version = {RULES_VERSION} AND document.indexed_at >= part.updated_at
     ORDER BY part.id LIMIT {_PAGE_ROWS}
    """)
)
_PARAMETERS = Statement(
    text("""
    SELECT part_id, name, value FROM part_parameters WHERE part_id = ANY(CAST(:ids AS bigint[]))
     ORDER BY part_id, position
    """)
)
_TYPES = f"""
SELECT type.name, document.words FROM part_types AS type JOIN search_types AS document ON document.type_id = type.id
 WHERE document.rules_version = {RULES_VERSION} AND document.indexed_at >= type.updated_at
"""
_ATTACHMENTS = f"""
SELECT attachment.id, attachment.title, attachment.file_name, attachment.part_id AS owner_id, document.part_id,
       document.name_words
  FROM attachments AS attachment JOIN search_attachments AS document ON document.attachment_id = attachment.id
  JOIN parts AS part ON part.id = attachment.part_id
 WHERE document.rules_version = {RULES_VERSION} AND document.indexed_at >= attachment.updated_at
"""
_TEXTS = f"""
SELECT document.attachment_id, found.text, document.text_words AS words, document.text_offsets AS offsets,
       document.text_pages AS pages
  FROM search_attachments AS document
  LEFT JOIN attachment_texts AS found ON found.attachment_id = document.attachment_id
 WHERE document.rules_version = {RULES_VERSION}
"""
_SAID = "search_documents AS document CROSS JOIN unnest(document.words, document.fields) AS said (word, field)"
_SPOKEN = """
    SELECT DISTINCT said.word COLLATE "C" AS word
      FROM (SELECT word COLLATE "default" AS word FROM search_postings WHERE word !~ '[0-9]'
            UNION ALL SELECT unnest(words) FROM search_types
            UNION ALL SELECT unnest(name_words || text_words) FROM search_attachments) AS said
"""


class PartDocumentsCheck:
    """The document of a part holds its own words, each with its best field."""

    invariant = "the document of a part is that of its facts"

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        details: list[str] = []
        async for rows in _pages(connection):
            parameters = await _PARAMETERS.rows(connection, ids=[row["id"] for row in rows])
            details += _off_parts(rows, parameters)
            if len(details) > MAX_FINDINGS:
                break
        return findings(self.invariant, details)


async def _pages(connection: "asyncpg.Connection[Record]") -> AsyncIterator[Sequence[Record]]:
    after = 0
    while rows := await _PARTS.rows(connection, after=after):
        yield rows
        after = rows[-1]["id"]


def _off_parts(rows: Sequence[Record], parameters: Iterable[Record]) -> Iterator[str]:
    of_parts: dict[int, list[Record]] = {}
    for each in parameters:
        of_parts.setdefault(each["part_id"], []).append(each)
    for row in rows:
        # A document follows from what is written, whatever it was read as.
        part = part_of(row, [Parameter(each["name"], each["value"]) for each in of_parts.get(row["id"], ())])
        expected = {word: int(field) for word, field in document_words(part.details, part.key).items()}
        kept = dict(zip(row["words"], row["fields"], strict=True))
        if kept != expected or len(kept) != len(row["words"]):
            odd = sorted(word for word in {*kept, *expected} if kept.get(word) != expected.get(word))
            yield f"part {part.key}: {', '.join(odd[:5]) or 'a word stands twice'}"


class TypeDocumentsCheck:
    """The document of a type holds the words of its name."""

    invariant = "the document of a part type is that of its name"

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        rows = await connection.fetch(_TYPES)
        odd = [row["name"] for row in rows if sorted(row["words"]) != sorted(name_words(row["name"]))]
        return findings(self.invariant, [f"part type {name}" for name in odd])


class AttachmentDocumentsCheck:
    """The document of an attachment holds the words of its title and file name, and names the part that has it."""

    invariant = "the document of an attachment is that of its names and its part"

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        details: list[str] = []
        async for row in connection.cursor(_ATTACHMENTS, prefetch=_PAGE_ROWS):
            words = sorted(attachment_words(row["title"], row["file_name"]))
            if sorted(row["name_words"]) != words or row["part_id"] != row["owner_id"]:
                details.append(f"attachment {row['id']}")
                if len(details) > MAX_FINDINGS:
                    break
        return findings(self.invariant, details)


class TextWordsCheck:
    """The words of a PDF are those of its text, and stand where it is said that they do; it takes a second a text."""

    invariant = "the words of a PDF are those of its text"

    async def run(self, connection: "asyncpg.Connection[Record]") -> list[Finding]:
        details: list[str] = []
        async for row in connection.cursor(_TEXTS, prefetch=1):
            expected = text_columns(text_words(row["text"] or ""))
            if {name: row[name] for name in expected} != expected:
                details.append(f"attachment {row['attachment_id']}")
                if len(details) > MAX_FINDINGS:
                    break
        return findings(self.invariant, details)


async def run_text_checks(database: Database) -> list[Finding]:
    """What is off in the words of texts."""
    connection = await asyncpg.connect(database.url, server_settings={"statement_timeout": "0"})
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await TextWordsCheck().run(connection)
    finally:
        await connection.close()


CHECKS: tuple[Check, ...] = (
    PartDocumentsCheck(),
    TypeDocumentsCheck(),
    AttachmentDocumentsCheck(),
    QueryCheck(
        "each word of a part's document has its posting",
        f"""
        SELECT format('part %s: %s', document.part_id, said.word)
          FROM {_SAID} LEFT JOIN search_postings AS posting
               ON posting.word = said.word COLLATE "C" AND posting.part_id = document.part_id
         WHERE posting.field IS DISTINCT FROM said.field
        """,
    ),
    QueryCheck(
        "each posting is that of a document",
        """
        SELECT format('part %s: %s', posting.part_id, posting.word)
          FROM search_postings AS posting LEFT JOIN search_documents AS document ON document.part_id = posting.part_id
         WHERE document.part_id IS NULL OR NOT (posting.word COLLATE "default" = ANY(document.words))
        """,
    ),
    QueryCheck(
        "the vocabulary has each word of a document",
        f"""
        SELECT spoken.word FROM ({_SPOKEN}) AS spoken
         WHERE NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = spoken.word)
        """,
    ),
)
