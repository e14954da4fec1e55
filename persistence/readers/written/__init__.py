"""Answers that the database writes: the JSON of whole objects and of what belongs to them, in one statement.

Reading rows, making views of them and dictionaries of those, to write JSON in the end, is what a server spends its time
on. Where all that is asked of an object is columns and rows that belong to it, PostgreSQL joins the text of the answer
in less time than it takes to send the rows. docs/decisions/answers-written-by-the-database.md tells when, and what for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import orjson
from sqlalchemy import ARRAY, ColumnElement, FromClause, Integer, Text, bindparam, func, select
from sqlalchemy.types import TypeEngine

from persistence.database import Database
from persistence.readers.box import BOXES
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned
from persistence.readers.part import PARTS
from persistence.readers.part_view import PARTS_WITH_TYPES
from persistence.readers.tables import boxes, parts
from persistence.readers.written.json_in_sql import tables_of, written_object
from persistence.readers.written.shapes import NotWritable, Obstacle, Shape
from persistence.readers.written.writable_columns import WRITABLE_OBJECTS
from persistence.statements import Statement

_MOST_WRITINGS = 1_000
# The driver keeps no longer ones prepared (15 kB, with what a page adds).
_LONGEST_SQL = 12_000


class Writing(Protocol):
    """A statement for one shape, ready to run."""

    async def read(self, database: Database, keys: Sequence[Any]) -> list[Any]:
        """What the loader of these objects gives for the keys, with an `orjson.Fragment` in place of each view."""


@dataclass(frozen=True, slots=True, eq=False)
class ByKey:
    """Objects that are looked up one by one."""

    kind: str
    source: FromClause
    key: ColumnElement[Any]
    type: TypeEngine[Any]


@dataclass(frozen=True, slots=True, eq=False)
class InPages:
    """Objects of a long list."""

    kind: str
    listing: Listing[Any]


Root: TypeAlias = ByKey | InPages
"""Where a written answer can begin."""

PART_BY_KEY = ByKey("Part", PARTS_WITH_TYPES, parts.c.key, Text())
PART_PAGES = InPages("Part", PARTS)
BOX_BY_NUMBER = ByKey("Box", boxes, boxes.c.number, Integer())
BOX_PAGES = InPages("Box", BOXES)


@dataclass(frozen=True, slots=True)
class WrittenReader:
    """Makes writings, and reads by them."""

    database: Database

    def writing(self, root: Root, shape: Shape) -> Writing:
        """The writing of objects that are found by this root, the same for equal shapes. Raises NotWritable."""
        return _writing(root, shape)

    async def read(self, writing: Writing, keys: Sequence[Any]) -> list[Any]:
        """What there is for each key, in the order of the keys."""
        return await writing.read(self.database, keys)


@lru_cache(maxsize=_MOST_WRITINGS)
def _writing(root: Root, shape: Shape) -> Writing:
    source = root.source if isinstance(root, ByKey) else root.listing.source
    written = written_object(shape, WRITABLE_OBJECTS[root.kind], tables_of(source)).label("written")
    if len(Statement(select(written).select_from(source)).sql) > _LONGEST_SQL:
        raise NotWritable(Obstacle.TOO_LONG, root.kind)
    if isinstance(root, InPages):
        return _Pages(replace(root.listing, view=orjson.Fragment, columns=(written,), sharing=None))
    asked = func.any(bindparam("keys", type_=ARRAY(root.type)))
    found = select(root.key, written).select_from(root.source).where(root.key == asked)
    return _Objects(Statement(found))


@dataclass(frozen=True, slots=True, eq=False)
class _Objects:
    statement: Statement

    async def read(self, database: Database, keys: Sequence[Any]) -> list[Any]:
        records = await database.fetch(self.statement, keys=keys)
        return aligned(keys, {record[0]: orjson.Fragment(record[1]) for record in records})


@dataclass(frozen=True, slots=True, eq=False)
class _Pages:
    listing: Listing[Any]

    async def read(self, database: Database, keys: Sequence[Any]) -> list[Any]:
        return [await self.listing.page(database, request) for request in keys]
