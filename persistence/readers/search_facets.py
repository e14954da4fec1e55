"""What the hits of a search have in common: how many are of each type, have each tag, lie in each box, have each value.

All hits under the filter are counted, whatever page is read, and the 20 that most hits have are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from asyncpg import Record
from sqlalchemy import select, text

from persistence.database import Database
from persistence.readers.box import BoxView
from persistence.readers.paging import Conditions
from persistence.readers.part_type import PartTypeView
from persistence.readers.search_pages import FOUND_PARTS, HIT_CONDITIONS, HITS
from persistence.statements import Statement

MOST_FACETS = 20
"""So many types, tags, boxes, names, and values of each name are told, those of most hits."""


@dataclass(frozen=True, slots=True)
class TypeFacetView:
    """So many hits are of this type."""

    count: int
    type: PartTypeView


@dataclass(frozen=True, slots=True)
class TagFacetView:
    """So many hits have this tag, in one of its spellings."""

    count: int
    tag: str


@dataclass(frozen=True, slots=True)
class BoxFacetView:
    """So many hits lie in this box."""

    count: int
    box: BoxView


@dataclass(frozen=True, slots=True)
class ValueFacetView:
    """So many hits have this value, in one of its notations."""

    count: int
    value: str


@dataclass(frozen=True, slots=True)
class ParameterFacetView:
    """So many hits have a parameter of this name, in one of its spellings; with the values that most of them have."""

    count: int
    name: str
    values: Sequence[ValueFacetView]


def _named(view: type[Any], table: str) -> str:
    return ", ".join(f"{table}.{field}" for field in view._fields)


_TYPES = f"""
SELECT counted.count, {_named(PartTypeView, "its_type")}
  FROM (SELECT part.type_id, count(*) AS count FROM found JOIN parts AS part ON part.id = found.part_id
         WHERE part.type_id IS NOT NULL GROUP BY part.type_id ORDER BY 2 DESC, 1 LIMIT {MOST_FACETS}) AS counted
  JOIN part_types AS its_type ON its_type.id = counted.type_id
 ORDER BY counted.count DESC, its_type.id
"""
_TAGS = f"""
SELECT count(*), min(said.tag)
  FROM found JOIN parts AS part ON part.id = found.part_id, unnest(part.tags, part.tag_keys) AS said (tag, tag_key)
 GROUP BY said.tag_key ORDER BY 1 DESC, said.tag_key LIMIT {MOST_FACETS}
"""
_BOXES = f"""
SELECT counted.count, {_named(BoxView, "box")}
  FROM (SELECT place.box_id, count(DISTINCT place.part_id) AS count
          FROM found JOIN stock AS place ON place.part_id = found.part_id
         GROUP BY place.box_id ORDER BY 2 DESC, 1 LIMIT {MOST_FACETS}) AS counted
  JOIN boxes AS box ON box.id = counted.box_id
 ORDER BY counted.count DESC, box.number
"""
# Numbers are the same where their units are, and where one names none and all others of its name have one unit.
_PARAMETERS = f"""
SELECT placed.name_place, placed.name_count, placed.name, placed.count, placed.value
  FROM (SELECT same.*, dense_rank() OVER (ORDER BY same.name_count DESC, same.name_key) AS name_place,
               row_number() OVER (PARTITION BY same.name_key ORDER BY same.count DESC, same.value) AS value_place
          FROM (SELECT met.name_key, met.name, met.name_count,
                       CAST(sum(met.count) AS bigint) AS count, min(met.value) AS value
                  FROM (SELECT counted.*, min(counted.name_as_written) OVER of_name AS name,
                               CAST(sum(counted.count) OVER of_name AS bigint) AS name_count,
                               CASE WHEN min(counted.unit) OVER of_name = max(counted.unit) OVER of_name
                                    THEN min(counted.unit) OVER of_name END AS only_unit
                          FROM (SELECT own.name_key, own.unit, min(own.name) AS name_as_written,
                                       coalesce(CAST(trim_scale(own.number) AS text), lower(own.value)) AS said,
                                       min(own.value) AS value, count(*) AS count
                                  FROM found JOIN part_parameters AS own ON own.part_id = found.part_id
                                 GROUP BY own.name_key, own.unit, 4) AS counted
                        WINDOW of_name AS (PARTITION BY counted.name_key)) AS met
                 GROUP BY met.name_key, met.name, met.name_count, met.said, coalesce(met.unit, met.only_unit)
               ) AS same) AS placed
 WHERE placed.name_place <= {MOST_FACETS} AND placed.value_place <= {MOST_FACETS}
 ORDER BY placed.name_place, placed.value_place
"""


@lru_cache(maxsize=500)
def _statement(facet: str, conditions: tuple[str, ...]) -> Statement:
    found = select(HITS.c.part_id).select_from(FOUND_PARTS).where(*(HIT_CONDITIONS[name] for name in conditions))
    return Statement(text(facet).columns().add_cte(found.cte("found")))


@dataclass(frozen=True, slots=True)
class SearchFacetReader:
    """Counts what the hits under some conditions have in common; each method runs one statement for each of them."""

    database: Database

    async def types(self, asked: Conditions) -> list[TypeFacetView]:
        """The types that most hits are of."""
        return [TypeFacetView(count, PartTypeView(*values)) for count, *values in await self._counted(_TYPES, asked)]

    async def tags(self, asked: Conditions) -> list[TagFacetView]:
        """The tags that most hits have."""
        return [TagFacetView(*record) for record in await self._counted(_TAGS, asked)]

    async def boxes(self, asked: Conditions) -> list[BoxFacetView]:
        """The boxes in which most hits lie."""
        return [BoxFacetView(count, BoxView(*values)) for count, *values in await self._counted(_BOXES, asked)]

    async def parameters(self, asked: Conditions) -> list[ParameterFacetView]:
        """The parameters that most hits have, with their values."""
        records = await self._counted(_PARAMETERS, asked)
        return [
            ParameterFacetView(count, name, [ValueFacetView(*record[3:]) for record in own])
            for (_, count, name), own in groupby(records, key=lambda record: tuple(record[:3]))
        ]

    async def _counted(self, facet: str, asked: Conditions) -> list[Record]:
        return await self.database.fetch(_statement(facet, tuple(name for name, _ in asked)), **dict(asked))
