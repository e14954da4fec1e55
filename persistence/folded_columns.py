"""Columns that hold the folded form of another one, for comparison and order whatever the database's locale.

A model says of which column and how; repositories take the values from there, and `partsgraph check` recomputes them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import mapped_column

from domain.rules.texts import fold

_INFO = "folded"

Fold = Callable[[Any], Any]


class FoldedColumn(NamedTuple):
    """`key` of a table is `by` of `source`; nothing is folded to nothing."""

    table: str
    source: str
    key: str
    by: Fold

    def value(self, of: Any) -> Any:
        """The folded form."""
        return self.by(of) if of is not None else None


def folded_each(texts: list[str]) -> list[str]:
    """Each of several texts folded."""
    return [fold(text) for text in texts]


def folded(source: str, *column: Any, by: Fold = fold, **options: Any) -> Any:
    """Declare a column of a model that holds the folded form of another; the rest is for `mapped_column`."""
    return mapped_column(*column, info={_INFO: (source, by)}, **options)


def folded_columns(metadata: MetaData) -> Iterator[FoldedColumn]:
    """Those of all tables."""
    for table in metadata.sorted_tables:
        yield from _of(table)


def folded_values(model: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the folded columns of a model, given those of the columns that they fold."""
    return {each.key: each.value(values[each.source]) for each in _of(model.__table__)}


def folded_types(model: Any) -> dict[str, str]:
    """The folded columns of a model with the types of their parameters in SQL."""
    return {each.key: "text[]" if each.by is folded_each else "text" for each in _of(model.__table__)}


def _of(table: Table) -> list[FoldedColumn]:
    known = _KNOWN.get(table)
    if known is None:
        found = ((column.name, column.info[_INFO]) for column in table.columns if _INFO in column.info)
        known = _KNOWN[table] = [FoldedColumn(table.name, source, key, by) for key, (source, by) in found]
    return known


_KNOWN: dict[Table, list[FoldedColumn]] = {}
