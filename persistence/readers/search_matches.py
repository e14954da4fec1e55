"""What of a hit matches: the texts of its fields in which the query is found, with the ranges that match.

What a part says is compared by the rules of `domain/rules/search`, as its document was made by them. What is inside a
PDF is known by the words of its text: a line around each is read, not the text.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import text

from domain.entities.search import SearchField, SearchQuery
from domain.rules.search import marks
from persistence.database import Database
from persistence.readers.part_view import PartView
from persistence.readers.search_pages import HitView, sought
from persistence.statements import Statement

MOST_MATCHES = 20
"""Of one hit."""

_LINE = 200
_ROUND_A_WORD = 160


class RangeView(NamedTuple):
    """A piece of a text, in code points."""

    start: int
    length: int


class MatchView(NamedTuple):
    """A text of a hit in which the query is found; `field` is as the schema calls it."""

    field: str
    text: str
    ranges: Sequence[RangeView]
    attachment_id: int | None = None
    page: int | None = None


class _Text(NamedTuple):
    """A text to look at: under which name it is shown, as what the rules read it, whose it is."""

    name: str
    field: SearchField
    text: str
    attachment_id: int | None = None
    page: int | None = None
    shown_behind: str = ""


_Texts: TypeAlias = Mapping[int, Sequence[_Text]]

_OF_PART: Sequence[tuple[str, SearchField, str]] = (
    ("KEY", SearchField.KEY, "key"),
    ("MANUFACTURER_CODE", SearchField.MANUFACTURER_CODE, "manufacturer_code"),
    ("DESCRIPTION", SearchField.DESCRIPTION, "description"),
    ("PACKAGE", SearchField.PACKAGE, "package"),
    ("SERIES", SearchField.SERIES, "series"),
    ("MANUFACTURER", SearchField.MANUFACTURER, "manufacturer"),
    ("DIMENSIONS", SearchField.TECHNICAL, "dimensions"),
    ("VOLTAGE_RATING", SearchField.TECHNICAL, "voltage_rating"),
    ("INPUT_VOLTAGE", SearchField.TECHNICAL, "input_voltage"),
    ("OUTPUT_VOLTAGE", SearchField.TECHNICAL, "output_voltage"),
    ("MOUNTING_TYPE", SearchField.TECHNICAL, "mounting_type"),
    ("PIN_PITCH", SearchField.TECHNICAL, "pin_pitch"),
    ("PIN_COUNT", SearchField.TECHNICAL, "pin_count"),
    ("PRODUCT_PAGE", SearchField.TECHNICAL, "product_page"),
)
_BESIDE = Statement(
    text("""
    SELECT part_id, 'PARAMETER' AS name, value AS text, name || ': ' AS behind, CAST(NULL AS bigint) AS attachment_id,
           position AS place, 0 AS number
      FROM part_parameters WHERE part_id = ANY(CAST(:part_ids AS bigint[]))
     UNION ALL
    SELECT stock.part_id, 'LOCATION', boxes.number || '-' || stock.location_number, '', NULL,
           boxes.number, stock.location_number
      FROM stock JOIN boxes ON boxes.id = stock.box_id WHERE stock.part_id = ANY(CAST(:part_ids AS bigint[]))
     UNION ALL
    SELECT part_id, 'ATTACHMENT_TITLE', title, '', id, id, 0
      FROM attachments WHERE part_id = ANY(CAST(:part_ids AS bigint[]))
     UNION ALL
    SELECT part_id, 'FILE_NAME', file_name, '', id, id, 1
      FROM attachments WHERE part_id = ANY(CAST(:part_ids AS bigint[])) AND file_name IS NOT NULL
     ORDER BY part_id, name, place, number
    """)
)
# The best word of each term is where the line is taken from.
_DOCUMENTS = Statement(
    text(f"""
    WITH meant AS MATERIALIZED (
        SELECT * FROM search_expansion(CAST(CAST(:sought AS text) AS jsonb)) WHERE word !~ '^='),
    held AS MATERIALIZED (
        SELECT its.* FROM search_attachments AS its
         WHERE its.part_id = ANY(CAST(:part_ids AS bigint[])) AND cardinality(its.text_words) > 0),
    met AS (
        SELECT DISTINCT ON (held.attachment_id, meant.term)
               held.part_id, held.attachment_id, said.place, said.page
          FROM held, unnest(held.text_words, held.text_offsets, held.text_pages) AS said (word, place, page)
          JOIN meant ON meant.word = said.word
         ORDER BY held.attachment_id, meant.term, meant.quality DESC, said.place)
    SELECT met.part_id, met.attachment_id, met.page, met.place - greatest(met.place - {_ROUND_A_WORD}, 0) AS place,
           substring(whole.text FROM CAST(greatest(met.place - {_ROUND_A_WORD}, 0) AS integer) + 1
                     FOR {2 * _ROUND_A_WORD}) AS text
      FROM (SELECT DISTINCT * FROM met) AS met
      JOIN attachment_texts AS whole ON whole.attachment_id = met.attachment_id
     ORDER BY met.part_id, met.attachment_id, met.place
    """)
)
_AS_WHAT = {
    "PARAMETER": SearchField.PARAMETER,
    "LOCATION": SearchField.LOCATION,
    "ATTACHMENT_TITLE": SearchField.ATTACHMENT,
    "FILE_NAME": SearchField.ATTACHMENT,
}


@dataclass(frozen=True, slots=True)
class SearchMatchReader:
    """Reads what of hits matches: two statements for all hits of one query."""

    database: Database

    async def of_hits(self, hits: Sequence[HitView]) -> list[Sequence[MatchView]]:
        """The matches of each hit, at most MOST_MATCHES, the best fields first."""
        by_query: dict[SearchQuery, list[HitView]] = defaultdict(list)
        for hit in hits:
            by_query[hit.query].append(hit)
        found: dict[HitView, Sequence[MatchView]] = {}
        for query, own in by_query.items():
            part_ids = [hit.part.id for hit in own]
            beside, lines = await asyncio.gather(self._beside(part_ids), self._lines(part_ids, query))
            for hit in own:
                every = _texts_of(hit.part, beside.get(hit.part.id, ()), lines.get(hit.part.id, ()))
                found[hit] = list(islice(_matches(every, query), MOST_MATCHES))
                # Another request has its turn between one hit and the next.
                await asyncio.sleep(0)
        return [found[hit] for hit in hits]

    async def _beside(self, part_ids: Sequence[int]) -> _Texts:
        texts: dict[int, list[_Text]] = defaultdict(list)
        for part_id, name, said, behind, attachment_id, *_ in await self.database.fetch(_BESIDE, part_ids=part_ids):
            texts[part_id].append(_Text(name, _AS_WHAT[name], said, attachment_id, shown_behind=behind))
        return texts

    async def _lines(self, part_ids: Sequence[int], query: SearchQuery) -> _Texts:
        _, asked = sought(query)
        lines: dict[int, dict[_Text, None]] = defaultdict(dict)
        for part_id, attachment_id, page, place, piece in await self.database.fetch(
            _DOCUMENTS, sought=asked, part_ids=part_ids
        ):
            line = _Text("DOCUMENT", SearchField.DOCUMENT, _line(piece, place), attachment_id, page)
            lines[part_id][line] = None
        return {part_id: list(own) for part_id, own in lines.items()}


def _texts_of(part: PartView, beside: Sequence[_Text], lines: Sequence[_Text]) -> list[_Text]:
    said: Iterator[tuple[str, SearchField, Any]] = ((name, field, getattr(part, own)) for name, field, own in _OF_PART)
    texts = [_Text(name, field, str(value)) for name, field, value in said if value is not None]
    texts += [_Text("TAG", SearchField.TAG, tag) for tag in part.tags]
    if part.type is not None:
        texts.append(_Text("TYPE", SearchField.TYPE, part.type.name))
    return sorted((*texts, *beside, *lines), key=lambda each: each.field)


def _matches(texts: Sequence[_Text], query: SearchQuery) -> Iterator[MatchView]:
    for each in texts:
        behind = each.shown_behind
        ranges = [RangeView(*found) for found in marks(behind, each.field, query)] if behind else []
        ranges += [RangeView(len(behind) + start, length) for start, length in marks(each.text, each.field, query)]
        if ranges:
            yield MatchView(each.name, behind + each.text, ranges, each.attachment_id, each.page)


def _line(piece: str, place: int) -> str:
    """The line of a piece of a text that holds the place, no longer than a line is shown, without blanks around it."""
    start = max(piece.rfind(end, 0, place) for end in "\n\r\f") + 1
    stop = min((at for end in "\n\r\f" if (at := piece.find(end, place)) >= 0), default=len(piece))
    if stop - start > _LINE:
        start = max(start, min(place - _LINE // 2, stop - _LINE))
        stop = min(stop, start + _LINE)
    return piece[start:stop].strip()
