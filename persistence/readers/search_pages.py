"""Parts that a query finds, in pages: the best first, or in any order that parts are listed in."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import FromClause, Select, exists, select, true

from domain.entities.search import SearchQuery
from domain.rules.search import query_json
from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.paging import Order, Page, PageRequest
from persistence.readers.part import PARTS
from persistence.readers.part_type import PartTypeView
from persistence.readers.part_view import PART_COLUMNS, PartView, part_of
from persistence.readers.search import hits_of, query_named
from persistence.readers.tables import part_totals, part_types, parts


class SearchRequest(NamedTuple):
    """What is looked for, and which page of it; the query is one of the conditions of the page (`sought`)."""

    query: SearchQuery
    page: PageRequest


@dataclass(frozen=True, slots=True, eq=False)
class HitView:
    """A part that was found, and how well it fits; with the query that found it."""

    part: PartView
    score: int
    query: SearchQuery = field(default_factory=SearchQuery)


_QUERY = "sought"
HITS = hits_of(query_named(_QUERY))
FOUND_PARTS = (
    HITS.outerjoin(parts, parts.c.id == HITS.c.part_id)
    .outerjoin(part_types, part_types.c.id == parts.c.type_id)
    .outerjoin(part_totals, part_totals.c.part_id == HITS.c.part_id)
)
"""Where hits are filtered; what no condition names is left out of the plan."""

_retired = parts.alias("retired")
HIT_CONDITIONS = {
    **PARTS.conditions,
    # Few are retired, and an index has them all: so no part is looked up to hide them.
    "in_use": ~exists(select(_retired.c.id).where(_retired.c.id == HITS.c.part_id, _retired.c.retired_at.is_not(None))),
    # By this name the query comes with the values of the conditions; what it finds are the rows of the list.
    _QUERY: true(),
}

BEST_FIRST = Order("search.score", (-HITS.c.score, HITS.c.part_id), (int, int))


def sought(query: SearchQuery) -> tuple[str, str]:
    """The condition that a list of hits holds what the query finds."""
    return _QUERY, json.dumps(query_json(query), ensure_ascii=False)


def _whole_parts(rows: FromClause) -> Select[Any]:
    source = rows.join(parts, parts.c.id == rows.c.part_id).outerjoin(part_types, part_types.c.id == parts.c.type_id)
    return select(*PART_COLUMNS, rows.c.score).select_from(source)


def _hits() -> Callable[..., HitView]:
    known: dict[int, PartTypeView] = {}
    return lambda *values: HitView(part_of(values[:-1], known), values[-1])


_LISTING = Listing(
    HitView, (HITS.c.part_id, HITS.c.score), FOUND_PARTS, HIT_CONDITIONS, sharing=_hits, looked_up=_whole_parts
)


@dataclass(frozen=True, slots=True)
class SearchPageReader:
    """Reads pages of hits; each method runs one statement."""

    database: Database

    async def page(self, asked: SearchRequest) -> Page[HitView]:
        """A page of what the query finds under the conditions of the page, with borders and total as of one moment."""
        page = await _LISTING.page(self.database, asked.page)
        return replace(page, views=[replace(hit, query=asked.query) for hit in page.views])
