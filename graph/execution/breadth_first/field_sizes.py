"""How many values the fields of a run put into its answers, and how many bytes of JSON that others have written."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson

from graph.execution.breadth_first.plan import Completion, FieldPlan, Items, Leaf, Objects, Required, SelectionPlan


class FieldSizes:
    """Counts each object once, and by field how often one of its objects may stand in an answer."""

    def __init__(self) -> None:
        self._values: defaultdict[int, int] = defaultdict(int)
        self._written: defaultdict[int, int] = defaultdict(int)
        self._times: dict[int, int] = {}

    def note_rows(self, plan: SelectionPlan, rows: int) -> None:
        """Note so many objects that a selection answers, each with a value for each field."""
        self._values[id(plan)] += rows * len(plan.fields)

    def note_items(self, field: FieldPlan, items: int) -> None:
        """Note so many items in all lists of the field."""
        self._values[id(field)] += items

    def note_written(self, field: FieldPlan, values: list[Any]) -> None:
        """Note pieces of finished JSON."""
        self._written[id(field)] += len(orjson.dumps(values))

    def note_times(self, field: FieldPlan, named: int, distinct: int) -> None:
        """Note that so many places name so many objects."""
        self._times[id(field)] = max(self._times.get(id(field), 1), named - distinct + 1)

    def bound(self, plan: SelectionPlan, times: int = 1) -> tuple[int, int]:
        """The most values, and bytes of finished JSON, of all answers whose objects stand in them so many times."""
        values, written = times * self._values.get(id(plan), 0), 0
        for field in plan.fields:
            values += times * self._values.get(id(field), 0)
            written += times * self._written.get(id(field), 0)
            for selection in _selections(field.completion):
                below = self.bound(selection, times * self._times.get(id(field), 1))
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
