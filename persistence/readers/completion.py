"""Words that go on as somebody has begun to type: those that parts, or their types, have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import text

from domain.entities.search import SearchField
from domain.rules.search import TYPE_REFERENCE
from persistence.database import Database
from persistence.statements import Statement


class CompletedWordView(NamedTuple):
    """A word of the vocabulary, and how many parts have it, themselves or by the name of their type."""

    word: str
    part_count: int


# Ranges of postings are read in the order of their index, and so counted word by word. A part's word of its type is a
# reference; the names of types have words of their own.
_COMPLETIONS = Statement(
    text(f"""
    SELECT met.word, max(met.count) AS part_count
      FROM (SELECT posting.word, count(*) AS count FROM search_postings AS posting
             WHERE posting.word >= CAST(:beginning AS text)
               AND posting.word < CAST(:beginning AS text) || chr(1114111)
               AND posting.field NOT IN ({SearchField.VALUE:d}, {SearchField.TYPE:d}, {SearchField.JOINED:d})
             GROUP BY posting.word
             UNION ALL
            SELECT said.word COLLATE "C", count(*)
              FROM search_types AS its, unnest(its.words) AS said (word), LATERAL (
                   SELECT FROM search_postings AS posting
                    WHERE posting.word = '{TYPE_REFERENCE}' || its.type_id OFFSET 0
                   ) AS of_type
             WHERE starts_with(said.word, CAST(:beginning AS text))
             GROUP BY said.word) AS met
     GROUP BY met.word ORDER BY 2 DESC, length(met.word), met.word LIMIT CAST(:most AS integer)
    """)
)


@dataclass(frozen=True, slots=True)
class CompletionReader:
    """Reads the vocabulary of parts; each method runs one statement."""

    database: Database

    async def words(self, beginning: str, most: int) -> Sequence[CompletedWordView]:
        """The words that begin so, those of most parts first, the shorter ones first where as many have them."""
        if not beginning:
            return ()
        records = await self.database.fetch(_COMPLETIONS, beginning=beginning, most=most)
        return [CompletedWordView(*record) for record in records]
