"""Answers that are not there yet, because their values have to be loaded or awaited."""

from collections.abc import Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, TypeAlias

from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.relation import Relation


@dataclass(frozen=True, slots=True)
class Load:
    """A column of a relation that is to be loaded.

    `keys` has an entry for each object: its key, None where there is nothing to load, or a Failure; `wanted` are the
    keys to load, in this order. Where there is a `writing`, the answer writer
    reads by it what is loaded otherwise.
    """

    relation: Relation
    keys: list[Any]
    wanted: list[Hashable]
    writing: Any = None


@dataclass(frozen=True, slots=True)
class PendingLoad:
    """One field of one level that waits for a load, and the dictionaries in which its answers are missing."""

    rows: list[dict[str, Any]]
    field: FieldPlan
    load: Load


@dataclass(frozen=True, slots=True)
class PendingAnswers:
    """One field of one level whose answers something is awaited for."""

    rows: list[dict[str, Any]]
    field: FieldPlan
    answers: Coroutine[Any, Any, list[Any]]


Pending: TypeAlias = PendingLoad | PendingAnswers
