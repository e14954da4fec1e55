"""The functions of search as statements name them; migration 0021 holds their text.

A query is JSON, made by `query_json` of `domain/rules/search` and given as text.
"""

from sqlalchemy import CTE, BigInteger, ColumnElement, Integer, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB

from persistence.readers.tables import parts


def query_named(name: str) -> ColumnElement[object]:
    """The query that is given under this name when the statement runs."""
    return cast(bindparam(name, type_=Text()), JSONB)


def hits_of(query: ColumnElement[object]) -> CTE:
    """The parts that a query finds, with their scores; looked for once in a statement, however often it is named."""
    found = func.search_hits(query).table_valued(column("part_id", BigInteger()), column("score", Integer()))
    return select(found.c.part_id, found.c.score).cte("hits")


def is_found_by(query: ColumnElement[object]) -> ColumnElement[bool]:
    """Whether a query finds the part: a condition for every list of parts."""
    found = func.search_hits(query).table_valued(column("part_id", BigInteger()), column("score", Integer()))
    return parts.c.id.in_(select(found.c.part_id))


IS_FOUND = is_found_by(query_named("search"))
"""The same for the query that is given under the name `search`."""
