"""How many values the fields of a run put into its answers, and how many bytes of JSON that others have written.

Counting is done for every operation, so it costs next to nothing: where nothing stands in an answer twice, or all of it
is little anyway, nothing but sums is looked at. Finished JSON is measured only where several fields gave some, or what
holds it is named again: pieces that one field gave are found once each.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from graph.execution.breadth_first.plan import Completion, FieldPlan, Items, Leaf, Objects, Required, SelectionPlan

_FEW_VALUES = 5_000
_FEW_BYTES = 1_000_000


class FieldSizes:
    """Counts each object once, and by field how often one of its objects may stand in an answer besides."""

    __slots__ = ("_all_values", "_besides", "_items", "_rows", "_times", "_written")

    def __init__(self) -> None:
        self._rows: defaultdict[int, int] = defaultdict(int)
        self._items: defaultdict[int, int] = defaultdict(int)
        self._written: list[tuple[int, list[Any]]] = []
        self._besides: dict[int, int] = {}
        self._all_values = 0
        self._times = 1

    def note_rows(self, plan: SelectionPlan, rows: int) -> None:
        """Note so many objects that a selection answers, each with a value for each field."""
        self._rows[id(plan)] += rows
        self._all_values += rows * len(plan.fields)

    def note_items(self, field: FieldPlan, items: int) -> None:
        """Note so many items in all lists of the field."""
        self._items[id(field)] += items
        self._all_values += items

    def note_written(self, field: FieldPlan, values: list[Any]) -> None:
        """Note pieces of finished JSON."""
        self._written.append((id(field), values))

    def note_times(self, field: FieldPlan, named: int, distinct: int) -> None:
        """Note that so many places name so many objects."""
        if named > distinct:
            self._besides[id(field)] = self._besides.get(id(field), 0) + named - distinct
            self._times *= named - distinct + 1

    def bound(self, plan: SelectionPlan) -> tuple[int, int]:
        """The most values of all answers to the plan, and bytes of finished JSON where any may stand in them twice.

        Where none can, it is in memory already, and is copied in a moment.
        """
        if self._times == 1 and len(self._written) <= 1:
            return self._all_values, 0
        sizes: defaultdict[int, int] = defaultdict(int)
        for field, pieces in self._written:
            sizes[field] += len(orjson.dumps(pieces))
        values, written = self._times * self._all_values, self._times * sum(sizes.values())
        if self._times == 1 or (values <= _FEW_VALUES and written <= _FEW_BYTES):
            return values, written
        return self._below(plan, sizes, 1, 0)

    def _below(self, plan: SelectionPlan, sizes: Mapping[int, int], times: int, besides: int) -> tuple[int, int]:
        """The same for one selection: what it is part of stands there so many times, and its objects are named so often
        besides, all by the same one at worst."""
        values = times * (self._rows.get(id(plan), 0) + besides) * len(plan.fields)
        written, times = 0, times * (besides + 1)
        for field in plan.fields:
            values += times * self._items.get(id(field), 0)
            written += times * sizes.get(id(field), 0)
            for selection in _selections(field.completion):
                below = self._below(selection, sizes, times, self._besides.get(id(field), 0))
                values, written = values + below[0], written + below[1]
        return values, written


def _selections(completion: Completion) -> Iterator[SelectionPlan]:
    match completion:
        case Objects():
            yield from completion.selections.values()
        case Items(inner) | Required(inner):
            yield from _selections(inner)
        case Leaf():
            return
