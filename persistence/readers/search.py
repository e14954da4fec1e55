"""The functions of search as statements name them; migration 0021 holds their text.

A query is JSON, made by `query_json` of `domain/rules/search` and given as text.
"""

from sqlalchemy import CTE, BigInteger, ColumnElement, Integer, Text, bindparam, cast, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB

from persistence.readers.tables import parts


def query_named(name: str) -> ColumnElement[object]:
    """The query that is given under this name when the statement runs."""
    return cast(bindparam(name, type_=Text()), JSONB)


def hits_of(query: ColumnElement[object], name: str = "hits") -> CTE:
    """The parts that a query finds, with their scores; looked for once in a statement, however often it is named."""
    found = func.search_hits(query).table_valued(column("part_id", BigInteger()), column("score", Integer()))
    return select(found.c.part_id, found.c.score).cte(name)


_FOUND = hits_of(query_named("search"), "found_by_search")

IS_FOUND = parts.c.id.in_(select(_FOUND.c.part_id))
"""Whether the query that is given under the name `search` finds the part: a condition for every list of parts."""

IS_AMONG_FOUND = IS_FOUND.is_(true())
"""The same for the lists of many parents: each is walked, and its parts are looked up among what is found. Otherwise
the planner would begin with all that is found once for each parent."""
