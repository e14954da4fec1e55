"""Failures become errors with their paths, and null at the nearest place that may be null.

Runs only when something failed. It walks the answer beside the plan that made it and builds a new one, because an
object that is named twice stands in the answer as one dictionary.
"""

from typing import Any, assert_never

from graphql import GraphQLError, GraphQLObjectType, located_error
from orjson import Fragment

from graph.execution.breadth_first.failure import Failure
from graph.execution.breadth_first.operation_run import Run
from graph.execution.breadth_first.plan import Completion, FieldPlan, Items, Leaf, Objects, Required, SelectionPlan

PathKeys = tuple[str | int, ...]


class _Nulled(Exception):
    """A required value is null; its parent is null too."""


class NullPropagation:
    """Collects the errors of one answer, in the order of the selection; of several below one null only the first."""

    def __init__(self, run: Run) -> None:
        self.errors: list[GraphQLError] = []
        self._run = run

    def root(self, plan: SelectionPlan, answer: dict[str, Any]) -> dict[str, Any] | None:
        """The answer with its nulls; null when a required field at the root is."""
        try:
            return self._object(plan, answer, ())
        except _Nulled:
            return None

    def _object(self, plan: SelectionPlan, answer: dict[str, Any], path: PathKeys) -> dict[str, Any]:
        return {
            field.key: self._value(field, field.completion, answer[field.key], (*path, field.key))
            for field in plan.fields
        }

    def _value(self, field: FieldPlan, completion: Completion, value: Any, path: PathKeys) -> Any:
        if isinstance(completion, Required):
            inner = self._value(field, completion.inner, value, path)
            if inner is None:
                raise _Nulled
            return inner
        if type(value) is Failure:
            self.errors.append(located_error(value.error, field.nodes, list(path)))
            return None
        if value is None:
            return None
        try:
            return self._inside(field, completion, value, path)
        except _Nulled:
            return None

    def _inside(self, field: FieldPlan, completion: Leaf | Items | Objects, value: Any, path: PathKeys) -> Any:
        match completion:
            case Leaf():
                return value
            case Items(item):
                return [self._value(field, item, one, (*path, index)) for index, one in enumerate(value)]
            case Objects() if type(value) is Fragment:
                # The database wrote it, and where it writes nothing fails.
                return value
            case Objects(GraphQLObjectType() as object_type):
                return self._object(completion.selection(object_type), value, path)
            case Objects():
                return self._object(self._run.selections[id(value)], value, path)
            case _ as unknown:
                assert_never(unknown)
