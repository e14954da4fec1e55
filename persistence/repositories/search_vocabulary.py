"""The vocabulary of search, and postings, without what no document has any more.

Strays are looked for without a lock, and removed under the vocabulary's, which all who write documents share.
"""

from collections.abc import Sequence

from sqlalchemy import text

from domain.entities.actor import Actor
from domain.entities.ids import PartId
from domain.ports.search import SearchVocabulary, StrayPosting
from persistence.statements import Connection, Statement

VOCABULARY_LOCK = 7021020
"""The advisory lock of the vocabulary: shared by all who write documents (migration 0020), had alone by who removes."""

_IS_STRAY_WORD = """
    (EXISTS (SELECT FROM search_words AS twin WHERE twin.word = page.word AND twin.id < page.id)
     OR NOT EXISTS (SELECT FROM search_postings AS posting WHERE posting.word = page.word)
        AND NOT EXISTS (SELECT FROM search_attachments AS document
                         WHERE document.name_words @> ARRAY[page.word COLLATE "default"])
        AND NOT EXISTS (SELECT FROM search_attachments AS document
                         WHERE document.text_words @> ARRAY[page.word COLLATE "default"])
        AND NOT EXISTS (SELECT FROM search_types AS document
                         WHERE page.word COLLATE "default" = ANY(document.words)))
"""
_STRAY_WORDS = Statement(
    text(f"""
    WITH page AS MATERIALIZED (
        SELECT id, word FROM search_words WHERE id > CAST(:after AS bigint) ORDER BY id LIMIT CAST(:most AS bigint)
    )
    SELECT (SELECT max(id) FROM page) AS last,
           (SELECT coalesce(array_agg(id ORDER BY id), '{{}}') FROM page WHERE {_IS_STRAY_WORD}) AS stray
    """)
)
_REMOVE_WORDS = Statement(
    text(f"""
    DELETE FROM search_words AS page WHERE id = ANY(CAST(:ids AS bigint[])) AND {_IS_STRAY_WORD} RETURNING true
    """)
)
_IS_STRAY_POSTING = """
    NOT EXISTS (SELECT FROM search_documents AS document
                 WHERE document.part_id = page.part_id AND page.word COLLATE "default" = ANY(document.words))
"""
_STRAY_POSTINGS = Statement(
    text(f"""
    WITH page AS MATERIALIZED (
        SELECT word, part_id FROM search_postings
         WHERE (word, part_id) > (CAST(:word AS text) COLLATE "C", CAST(:part_id AS bigint))
         ORDER BY word, part_id LIMIT CAST(:most AS bigint)
    ), furthest AS (
        SELECT word, part_id FROM page ORDER BY word DESC, part_id DESC LIMIT 1
    )
    SELECT word, part_id, false AS is_stray FROM furthest
    UNION ALL SELECT word, part_id, true FROM page WHERE {_IS_STRAY_POSTING}
    """)
)
_REMOVE_POSTINGS = Statement(
    text(f"""
    DELETE FROM search_postings AS page
     USING unnest(CAST(:words AS text[]), CAST(:part_ids AS bigint[])) AS given (word, part_id)
     WHERE page.word = given.word COLLATE "C" AND page.part_id = given.part_id AND {_IS_STRAY_POSTING}
    RETURNING true
    """)
)
# Few attachments lie on few pages, whatever their texts are: the planner would read all of them for each word.
_BY_INDEX = Statement(text("SELECT set_config('enable_seqscan', 'off', true)"))
_LOCK_VOCABULARY = Statement(text(f"SELECT pg_try_advisory_xact_lock({VOCABULARY_LOCK})"))


class SearchVocabularyRepository(SearchVocabulary):
    """Rows of `search_words` and `search_postings`."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self._connection = connection

    async def stray_words(self, after: int, limit: int) -> tuple[Sequence[int], int | None]:
        await _BY_INDEX.value(self._connection)
        row = await _STRAY_WORDS.row(self._connection, after=after, most=limit)
        return (row["stray"], row["last"]) if row is not None else ((), None)

    async def stray_postings(
        self, after: StrayPosting | None, limit: int
    ) -> tuple[Sequence[StrayPosting], StrayPosting | None]:
        where = {"word": after.word, "part_id": after.part_id} if after is not None else {"word": "", "part_id": 0}
        rows = await _STRAY_POSTINGS.rows(self._connection, **where, most=limit)
        found = [(StrayPosting(row["word"], PartId(row["part_id"])), row["is_stray"]) for row in rows]
        last = next((posting for posting, is_stray in found if not is_stray), None)
        return [posting for posting, is_stray in found if is_stray], last

    async def lock_vocabulary(self) -> bool:
        return bool(await _LOCK_VOCABULARY.value(self._connection))

    async def remove_words(self, ids: Sequence[int]) -> int:
        await _BY_INDEX.value(self._connection)
        return len(await _REMOVE_WORDS.rows(self._connection, ids=list(ids)))

    async def remove_postings(self, postings: Sequence[StrayPosting]) -> int:
        words, part_ids = [each.word for each in postings], [each.part_id for each in postings]
        return len(await _REMOVE_POSTINGS.rows(self._connection, words=words, part_ids=part_ids))
