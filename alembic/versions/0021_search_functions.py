"""How search finds: the words that are meant, and the parts that have them with their scores.

Each function is one step; `search_hits` decides by counts, not by the planner's estimates, what to begin with
(docs/decisions/hits-are-found-by-their-rarest-word.md). The rules of what is looked for, and what counts how much, come
with the query (`domain/rules/search`).

Longer than other files because a function is one text.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# A plan may be made before the tables have been analysed; without this it could read one of them whole, for ever.
_BY_INDEX = "SET search_path FROM CURRENT SET enable_seqscan = off SET enable_mergejoin = off SET enable_memoize = off"
# Nothing that begins with a word comes behind it in the order of bytes.
_BEGINS = "{word} > {beginning} AND {word} < {beginning} || chr(1114111)"

_NEEDLES = """
CREATE OR REPLACE FUNCTION search_needles(query jsonb)
RETURNS TABLE (term integer, word text, is_prefix boolean, edits integer, swapped text[]) LANGUAGE sql STABLE ROWS 8
SET search_path FROM CURRENT AS $$
SELECT CAST(term.number AS integer), needle.needle ->> 'word', CAST(needle.needle ->> 'prefix' AS boolean),
       CAST(needle.needle ->> 'edits' AS integer), ARRAY(SELECT jsonb_array_elements_text(needle.needle -> 'swapped'))
  FROM jsonb_array_elements(query -> 'terms') WITH ORDINALITY AS term (term, number),
       jsonb_array_elements(term.term -> 'needles') AS needle (needle)
 WHERE needle.needle ? 'word'
$$
"""

# As `edits_between` of domain/rules/search counts. An edit changes at most three of the trigrams of a word, so as many
# are the same as the threshold asks for; neighbours that have changed places are looked up as they would be right.
_MISSPELT = f"""
CREATE OR REPLACE FUNCTION search_misspelt(written text, edits integer, swapped text[])
RETURNS TABLE (word text, wrong integer) LANGUAGE plpgsql STABLE ROWS 10 {_BY_INDEX} AS $$
DECLARE
    size CONSTANT integer := length(written);
BEGIN
    PERFORM set_config('pg_trgm.similarity_threshold', CAST(
        (size + 1 - 3 * edits) / (size + 1 + 3.0 * edits) - 0.001 AS text), true);
    RETURN QUERY
    SELECT alike.word, min(alike.wrong) FROM (
        SELECT known.word, levenshtein_less_equal(written, known.word, edits) AS wrong FROM search_words AS known
         WHERE known.word % written AND known.word !~ '[0-9]' AND known.word <> written
           AND length(known.word) BETWEEN size - edits AND size + edits
         UNION ALL
        SELECT known.word, 1 FROM search_words AS known WHERE known.word = ANY(swapped)
    ) AS alike
    WHERE alike.wrong <= edits GROUP BY alike.word ORDER BY 2, 1 LIMIT 50;
END $$
"""

# What begins with a word is found among the postings as it stands there; only the words of attachments, and those of
# types, are looked for one by one, and so many that the shortest 300 are enough.
_EXPANSION = f"""
CREATE OR REPLACE FUNCTION search_expansion(query jsonb)
RETURNS TABLE (term integer, needle text, word text, quality integer, is_beginning boolean)
LANGUAGE plpgsql STABLE ROWS 100 {_BY_INDEX} AS $$
#variable_conflict use_column
DECLARE
    qualities CONSTANT jsonb := query -> 'qualities';
    few CONSTANT integer := CAST(qualities -> 'prefix' ->> 0 AS integer);
    more CONSTANT integer := CAST(qualities -> 'prefix' ->> 1 AS integer) - few;
BEGIN
    RETURN QUERY
    WITH needles AS MATERIALIZED (SELECT * FROM search_needles(query))
    SELECT needles.term, needles.word, needles.word, CAST(qualities ->> 'exact' AS integer), false FROM needles
     UNION ALL
    SELECT needles.term, needles.word, alike.word, CAST(qualities -> 'misspelt' ->> (alike.wrong - 1) AS integer), false
      FROM needles, LATERAL search_misspelt(needles.word, needles.edits, needles.swapped) AS alike
     WHERE needles.edits > 0
     UNION ALL
    SELECT needles.term, needles.word, begun.word, few + more * length(needles.word) / length(begun.word), true
      FROM needles, LATERAL (
           SELECT DISTINCT length(known.word), known.word FROM search_words AS known
            WHERE {_BEGINS.format(word="known.word", beginning="needles.word")}
            ORDER BY 1, 2 LIMIT 300) AS begun
     WHERE needles.is_prefix;
END $$
"""

_WORDS = "unnest(words_terms, words, words_qualities) AS meant (term, word, quality)"
_BEGINNINGS = "unnest(beginnings_terms, beginnings) AS begun (term, word)"
_BESIDE = "unnest(beside_terms, beside_parts, beside_points) AS beside (term, part_id, points)"
# A key is no word that anybody could misspell: one that is like a word is another part's.
_COUNTS_IN = "(meant.quality > alike OR {field} > 1)"
_POSTINGS_OF_WORD = """
    SELECT posting.part_id, posting.word, posting.field FROM search_postings AS posting
     WHERE posting.word = meant.word
"""
_POSTINGS_OF_BEGINNING = f"""
    SELECT posting.part_id, posting.word, posting.field FROM search_postings AS posting
     WHERE {_BEGINS.format(word="posting.word", beginning="begun.word")}
"""
_OF_TERM = f"""
    SELECT found.part_id FROM {_WORDS}, LATERAL ({_POSTINGS_OF_WORD} OFFSET 0) AS found
     WHERE meant.term = %s AND {_COUNTS_IN.format(field="found.field")}
     UNION ALL
    SELECT found.part_id FROM {_BEGINNINGS}, LATERAL ({_POSTINGS_OF_BEGINNING} OFFSET 0) AS found WHERE begun.term = %s
     UNION ALL
    SELECT beside.part_id FROM {_BESIDE} WHERE beside.term = %s
"""
_CLOSENESS = "weights[{field}] * (few + more * length(begun.word) / length({word}))"


def _of_term(number: str) -> str:
    return _OF_TERM.replace("%s", number)


def _summed(source: str, beside: str) -> str:
    """The score of each part of whose points the statement `source` tells, term by term."""
    return f"""
        WITH best AS (
            SELECT made.part_id, made.term, max(made.points) AS points FROM (
                {source}
                 UNION ALL
                SELECT beside.part_id, beside.term, beside.points FROM {_BESIDE} {beside}
                 UNION ALL
                SELECT tier.part_id, 0, tier.points FROM unnest(tier_parts, tier_points) AS tier (part_id, points)
            ) AS made GROUP BY made.part_id, made.term)
        SELECT best.part_id, CAST(sum(best.points) AS integer) FROM best GROUP BY best.part_id
        HAVING count(*) FILTER (WHERE best.term > 0) = term_count OR min(best.term) = 0
    """


# Few parts: what each says is read from its document, however broad the other terms are.
_BY_DOCUMENTS = _summed(
    f"""
    SELECT said.part_id, meant.term, weights[said.field] * meant.quality AS points
      FROM said JOIN {_WORDS} ON meant.word = said.word AND {_COUNTS_IN.format(field="said.field")}
     UNION ALL
    SELECT said.part_id, begun.term, {_CLOSENESS.format(field="said.field", word="said.word")}
      FROM said JOIN {_BEGINNINGS} ON left(said.word, 1) = left(begun.word, 1)
       AND starts_with(said.word, begun.word) AND said.word <> begun.word
    """,
    "WHERE beside.part_id IN (SELECT unnest(candidates))",
).replace(
    "WITH best",
    """WITH said AS MATERIALIZED (
            SELECT document.part_id, said.word, said.field
              FROM unnest(candidates) AS candidate (part_id), LATERAL (
                   SELECT * FROM search_documents AS its WHERE its.part_id = candidate.part_id OFFSET 0) AS document,
                   unnest(document.words, document.fields) AS said (word, field)),
        best""",
)
# Many: all postings of all terms are read, in the order of their index.
_BY_POSTINGS = _summed(
    f"""
    SELECT found.part_id, meant.term, weights[found.field] * meant.quality AS points
      FROM {_WORDS}, LATERAL ({_POSTINGS_OF_WORD} OFFSET 0) AS found WHERE {_COUNTS_IN.format(field="found.field")}
     UNION ALL
    SELECT found.part_id, begun.term, {_CLOSENESS.format(field="found.field", word="found.word")}
      FROM {_BEGINNINGS}, LATERAL ({_POSTINGS_OF_BEGINNING} OFFSET 0) AS found
    """,
    "",
)

_HITS = f"""
CREATE OR REPLACE FUNCTION search_hits(query jsonb) RETURNS TABLE (part_id bigint, score integer)
LANGUAGE plpgsql STABLE ROWS 500 COST 10000 {_BY_INDEX} AS $$
#variable_conflict use_column
DECLARE
    most_documents CONSTANT integer := 1500;
    most_counted CONSTANT integer := 6000;
    weights CONSTANT integer[] := ARRAY(
        SELECT CAST(value AS integer) FROM jsonb_array_elements_text(query -> 'weights'));
    qualities CONSTANT jsonb := query -> 'qualities';
    few CONSTANT integer := CAST(qualities -> 'prefix' ->> 0 AS integer);
    more CONSTANT integer := CAST(qualities -> 'prefix' ->> 1 AS integer) - few;
    alike CONSTANT integer := CAST(qualities -> 'misspelt' ->> 0 AS integer);
    whole CONSTANT text := query ->> 'whole';
    term_count CONSTANT integer := jsonb_array_length(query -> 'terms');
    words_terms integer[]; words text[]; words_qualities integer[];
    beginnings_terms integer[]; beginnings text[];
    named_terms integer[]; named text[]; named_qualities integer[];
    beside_terms integer[]; beside_parts bigint[]; beside_points integer[];
    tier_parts bigint[]; tier_points integer[];
    by_rarity integer[]; counts integer[]; postings integer;
    candidates bigint[];
BEGIN
    -- Parts whose key or MPN the whole query is, or the beginning of one.
    IF whole IS NOT NULL THEN
        SELECT array_agg(tier.part_id), array_agg(tier.points) INTO tier_parts, tier_points FROM (
            SELECT posting.part_id, max(CAST(qualities ->> CASE
                   WHEN posting.word <> whole THEN 'beginning' WHEN posting.field = 1 THEN 'key' ELSE 'code' END
                   AS integer)) AS points
              FROM search_postings AS posting
             WHERE posting.word >= whole AND posting.word < whole || chr(1114111) AND posting.field <= 2
             GROUP BY posting.part_id) AS tier;
    END IF;
    IF term_count = 0 THEN
        RETURN QUERY SELECT * FROM unnest(tier_parts, tier_points);
        RETURN;
    END IF;

    -- What is meant: words as typed and misspelt ones, and beginnings.
    SELECT array_agg(found.term) FILTER (WHERE NOT found.is_beginning),
           array_agg(found.word) FILTER (WHERE NOT found.is_beginning),
           array_agg(found.quality) FILTER (WHERE NOT found.is_beginning),
           array_agg(found.term), array_agg(found.word), array_agg(found.quality)
      INTO words_terms, words, words_qualities, named_terms, named, named_qualities
      FROM search_expansion(query) AS found;
    SELECT array_agg(asked.term), array_agg(asked.word) INTO beginnings_terms, beginnings
      FROM search_needles(query) AS asked WHERE asked.is_prefix;

    -- What stands in no document of a part: names and texts of its attachments, where it lies, what its type is called.
    SELECT array_agg(beside.term), array_agg(beside.part_id), array_agg(beside.points)
      INTO beside_terms, beside_parts, beside_points FROM (
        SELECT made.term, made.part_id, max(made.points) AS points FROM (
            SELECT class.term, found.part_id, weights[found.field] * class.quality AS points
              FROM (SELECT meant.term, meant.quality, array_agg(meant.word) AS words
                      FROM unnest(named_terms, named, named_qualities) AS meant (term, word, quality)
                     WHERE meant.word !~ '^=' GROUP BY meant.term, meant.quality) AS class,
                   LATERAL (SELECT its.part_id, 14 FROM search_attachments AS its WHERE its.name_words && class.words
                             UNION ALL
                            SELECT its.part_id, 15 FROM search_attachments AS its WHERE its.text_words && class.words
                   ) AS found (part_id, field)
             UNION ALL
            SELECT CAST(term.number AS integer), place.part_id, weights[16] * CAST(qualities ->> 'exact' AS integer)
              FROM jsonb_array_elements(query -> 'terms') WITH ORDINALITY AS term (term, number),
                   jsonb_array_elements(term.term -> 'needles') AS needle (needle),
                   LATERAL (SELECT stock.part_id FROM boxes
                              JOIN locations ON locations.box_id = boxes.id
                              JOIN stock ON stock.location_id = locations.id
                             WHERE boxes.number = CAST(needle.needle ->> 'box' AS integer)
                               AND locations.number = CAST(needle.needle ->> 'location' AS integer) OFFSET 0
                   ) AS place
             WHERE needle.needle ? 'box'
        ) AS made GROUP BY made.term, made.part_id) AS beside;
    SELECT words_terms || coalesce(array_agg(kind.term), '{{}}'), words || coalesce(array_agg(kind.word), '{{}}'),
           words_qualities || coalesce(array_agg(kind.quality), '{{}}')
      INTO words_terms, words, words_qualities FROM (
        SELECT meant.term, ':type:' || its.type_id AS word, max(meant.quality) AS quality
          FROM search_types AS its, unnest(its.words) AS said (word)
          JOIN unnest(named_terms, named, named_qualities) AS meant (term, word, quality) ON meant.word = said.word
         GROUP BY meant.term, its.type_id) AS kind;

    -- The term that fewest parts have comes first; where nobody has one, there is nothing to find.
    SELECT array_agg(counted.term ORDER BY counted.count, counted.term),
           array_agg(counted.count ORDER BY counted.count, counted.term)
      INTO by_rarity, counts FROM (
        SELECT number AS term, (
               SELECT CAST(count(*) AS integer) FROM (
                   SELECT FROM {_WORDS}, LATERAL ({_POSTINGS_OF_WORD} LIMIT most_counted) AS found
                    WHERE meant.term = number AND {_COUNTS_IN.format(field="found.field")}
                    UNION ALL
                   SELECT FROM {_BEGINNINGS}, LATERAL ({_POSTINGS_OF_BEGINNING} LIMIT most_counted) AS found
                    WHERE begun.term = number
                    UNION ALL
                   SELECT FROM {_BESIDE} WHERE beside.term = number
                   LIMIT most_counted) AS met) AS count
          FROM generate_series(1, term_count) AS number) AS counted;
    IF counts[1] = 0 AND tier_parts IS NULL THEN
        RETURN;
    END IF;
    -- A document takes as long as sixty postings. How many there are of a broad word nobody has counted.
    SELECT sum(CASE WHEN count < most_counted THEN count ELSE 40000 END) INTO postings FROM unnest(counts) AS count;
    IF postings > 60 * counts[1] AND coalesce(cardinality(tier_parts), 0) <= most_documents THEN
        IF counts[1] <= most_documents THEN
            candidates := ARRAY(
                SELECT own.part_id FROM ({_of_term("by_rarity[1]")}) AS own UNION SELECT unnest(tier_parts));
        ELSIF counts[1] < most_counted AND term_count > 2 THEN
            candidates := ARRAY(
                SELECT own.part_id FROM ({_of_term("by_rarity[1]")}) AS own
                INTERSECT SELECT own.part_id FROM ({_of_term("by_rarity[2]")}) AS own) || tier_parts;
            IF cardinality(candidates) > most_documents THEN
                candidates := NULL;
            END IF;
        END IF;
    END IF;
    IF candidates IS NULL THEN
        RETURN QUERY {_BY_POSTINGS};
    ELSE
        RETURN QUERY {_BY_DOCUMENTS};
    END IF;
END $$
"""

_FUNCTIONS = {
    "search_needles(jsonb)": _NEEDLES,
    "search_misspelt(text, integer, text[])": _MISSPELT,
    "search_expansion(jsonb)": _EXPANSION,
    "search_hits(jsonb)": _HITS,
}


def upgrade() -> None:
    op.create_index(
        "ix_parts_retired_id", "parts", ["id"], postgresql_where=sa.text("retired_at IS NOT NULL"), if_not_exists=True
    )
    for text in _FUNCTIONS.values():
        op.execute(text)


def downgrade() -> None:
    for name in reversed(_FUNCTIONS):
        op.execute(f"DROP FUNCTION IF EXISTS {name}")
    op.drop_index("ix_parts_retired_id", "parts", if_exists=True)
