"""Parts as they are read: by key, in pages, and what belongs to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Text,
    bindparam,
    func,
    select,
    true,
)

from domain.entities.ids import PartKey
from persistence.database import Database
from persistence.readers.listing import Listing
from persistence.readers.lookups import aligned, grouped
from persistence.readers.paging import Page, PageRequest
from persistence.readers.part_conditions import PART_CONDITIONS
from persistence.readers.part_type import PartTypeView
from persistence.readers.part_view import PART_COLUMNS, PARTS_WITH_TYPES, PartView, part_columns, part_of
from persistence.readers.search import IS_AMONG_FOUND
from persistence.readers.tables import (
    operations,
    part_parameters,
    part_totals,
    part_types,
    parts,
    quantity_changes,
)
from persistence.statements import Statement

_MAX_DUPLICATES = 20


class ReadingView(NamedTuple):
    """A number that a value names, in its base unit; `sign` is the name of a ReadingSign."""

    number: Decimal
    unit: str | None
    sign: str


class ParameterView(NamedTuple):
    """A named value of a part; number and unit where it has one reading."""

    name: str
    value: str
    number: Decimal | None
    unit: str | None
    readings: tuple[ReadingView, ...]


_PARAMETER_COLUMNS = tuple(
    part_parameters.c[name]
    for name in ("name", "value", "number", "unit", "reading_numbers", "reading_units", "reading_signs")
)


def _parameter(name: str, value: str, number: Decimal | None, unit: str | None, *readings: Any) -> ParameterView:
    return ParameterView(name, value, number, unit, tuple(map(ReadingView, *readings)))


def _part(*values: Any) -> PartView:
    return part_of(values, {})


def _parts() -> Callable[..., PartView]:
    known: dict[int, PartTypeView] = {}
    return lambda *values: part_of(values, known)


_SOURCE = PARTS_WITH_TYPES.outerjoin(part_totals, part_totals.c.part_id == parts.c.id)
PARTS = Listing(_part, PART_COLUMNS, _SOURCE, PART_CONDITIONS, sharing=_parts)
_CONDITIONS_OF_MANY = {**PART_CONDITIONS, "search": IS_AMONG_FOUND}
_OF_TYPE = Listing(_part, PART_COLUMNS, _SOURCE, _CONDITIONS_OF_MANY, sharing=_parts, parents=(parts.c.type_id,))

_PARTS = select(*PART_COLUMNS).select_from(PARTS_WITH_TYPES)
_BY_IDS = Statement(_PARTS.where(parts.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger())))))
_BY_KEYS = Statement(_PARTS.where(parts.c.key == func.any(bindparam("keys", type_=ARRAY(Text())))))
_PARAMETERS = Statement(
    select(part_parameters.c.part_id, *_PARAMETER_COLUMNS)
    .where(part_parameters.c.part_id == func.any(bindparam("part_ids", type_=ARRAY(BigInteger()))))
    .order_by(part_parameters.c.part_id, part_parameters.c.position)
)


def _duplicates() -> Statement:
    """Other parts with the same folded manufacturer and MPN; parts that were merged into another are settled."""
    part, twin, its_type = parts.alias("part"), parts.alias("twin"), part_types.alias("its_type")
    twins = (
        select(*part_columns(twin, its_type))
        .select_from(twin.outerjoin(its_type, its_type.c.id == twin.c.type_id))
        .where(
            twin.c.manufacturer_code_key == part.c.manufacturer_code_key,
            twin.c.manufacturer_key.is_not_distinct_from(part.c.manufacturer_key),
            twin.c.id != part.c.id,
            twin.c.merged_into_id.is_(None),
        )
        .order_by(twin.c.key)
        .limit(_MAX_DUPLICATES)
        .lateral("duplicate")
    )
    return Statement(
        select(part.c.id.label("part_id"), *twins.c)
        .select_from(part.join(twins, true()))
        .where(part.c.id == func.any(bindparam("part_ids", type_=ARRAY(BigInteger()))))
        .order_by(part.c.id, twins.c.key)
    )


def _quantities_at() -> Statement:
    """The sum of all changes up to a time, for pairs of part and time.

    The line that is last by time may not be the last of the order of application: the lines of parts that were merged
    follow each other in that order, while each part's times went forward by themselves.
    """
    part_ids = bindparam("part_ids", type_=ARRAY(BigInteger()))
    times = bindparam("times", type_=ARRAY(DateTime(timezone=True)))
    asked = (
        func.unnest(part_ids, times).table_valued("part_id", "time", with_ordinality="number").render_derived("asked")
    )
    total = (
        select(func.coalesce(func.sum(quantity_changes.c.delta), 0))
        .join(operations, operations.c.id == quantity_changes.c.operation_id)
        .where(quantity_changes.c.part_id == asked.c.part_id, operations.c.at <= asked.c.time)
        .scalar_subquery()
    )
    return Statement(select(total).select_from(asked).order_by(asked.c.number))


_DUPLICATES = _duplicates()
_QUANTITIES_AT = _quantities_at()


@dataclass(frozen=True, slots=True)
class PartReader:
    """Reads parts; each method runs one statement."""

    database: Database

    async def by_ids(self, ids: Sequence[int]) -> list[PartView | None]:
        """Parts by id."""
        records = await self.database.fetch(_BY_IDS, ids=ids)
        known: dict[int, PartTypeView] = {}
        return aligned(ids, {record["id"]: part_of(record, known) for record in records})

    async def by_keys(self, keys: Sequence[PartKey]) -> list[PartView | None]:
        """Parts by their key in upper case."""
        records = await self.database.fetch(_BY_KEYS, keys=keys)
        known: dict[int, PartTypeView] = {}
        return aligned(keys, {record["key"]: part_of(record, known) for record in records})

    async def page(self, request: PageRequest) -> Page[PartView]:
        """A page of all parts."""
        return await PARTS.page(self.database, request)

    async def pages_of_types(self, type_ids: Sequence[int], request: PageRequest) -> list[Page[PartView]]:
        """The same page of the parts of each type."""
        return await _OF_TYPE.pages(self.database, [(type_id,) for type_id in type_ids], request)

    async def parameters(self, part_ids: Sequence[int]) -> list[tuple[ParameterView, ...]]:
        """The parameters of each part, in the order given by whoever wrote them."""
        return grouped(part_ids, await self.database.fetch(_PARAMETERS, part_ids=part_ids), _parameter)

    async def possible_duplicates(self, part_ids: Sequence[int]) -> list[tuple[PartView, ...]]:
        """Up to 20 parts with the same manufacturer and MPN ignoring case, by key; none for a part without MPN."""
        return grouped(part_ids, await self.database.fetch(_DUPLICATES, part_ids=part_ids), _parts())

    async def quantities_at(self, asked: Sequence[tuple[int, datetime]]) -> list[int]:
        """The total of each part at a time: the sum of its changes up to then, 0 before the first."""
        part_ids, times = zip(*asked, strict=True)
        records = await self.database.fetch(_QUANTITIES_AT, part_ids=list(part_ids), times=list(times))
        return [record[0] for record in records]
