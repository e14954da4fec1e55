"""A port: what the executor wishes from whoever writes finished answers, so that no objects have to be loaded.

The workshop's is graph.written_answers, where the database writes them. The executor knows nothing of how.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.observation import Unwritten
from graph.execution.relation import Relation

# The writer's own; all that the executor does with it is to hand it back. Equal ones are read together.
Writing: TypeAlias = Any

ArgumentsOf: TypeAlias = Callable[[FieldPlan, Relation], Any]
"""Gives what a relation makes of the arguments of a field of this run; a Failure where they are refused."""


class CannotBeWritten(Exception):
    """The answer of a field has to be put together by the executor."""

    def __init__(self, reason: Unwritten) -> None:
        super().__init__(reason)
        self.reason = reason


class AnswerWriter(Protocol):
    """Writes what is below a field as JSON."""

    @property
    def after_runs(self) -> int:
        """How often a selection runs in the ordinary way before it is worth to be written; negative: always."""

    def begins_with(self, relation: Relation) -> bool:
        """Whether what this relation loads may be written at all."""

    def writing(self, field: FieldPlan, relation: Relation, arguments_of: ArgumentsOf) -> Writing:
        """What the objects of the field are read by, hashable. Raises CannotBeWritten."""

    async def read(self, writing: Writing, keys: Sequence[Any]) -> list[Any]:
        """What the relation's loader gives for the keys, with an `orjson.Fragment` in the place of each object."""
