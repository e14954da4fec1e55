"""What an operation is handed that loads nothing from a workshop: no loaders, and nobody who writes answers."""

from collections.abc import Sequence
from typing import Any

from graph.execution.answer_size import AnswerSize
from graph.execution.breadth_first.answer_writer import ArgumentsOf, CannotBeWritten, Writing
from graph.execution.breadth_first.plan import FieldPlan
from graph.execution.observation import Unobserved, Unwritten
from graph.execution.relation import Relation


class NothingWritten:
    """An answer writer that begins nowhere."""

    after_runs = -1

    def begins_with(self, relation: Relation) -> bool:
        """It does not."""
        return False

    def writing(self, field: FieldPlan, relation: Relation, arguments_of: ArgumentsOf) -> Writing:
        """Refuses, though nobody asks it."""
        raise CannotBeWritten(Unwritten.TURNED_OFF)

    async def read(self, writing: Writing, keys: Sequence[Any]) -> list[Any]:
        """Fails: it gave nothing to read by."""
        raise LookupError("nothing is written")


class BareContext:
    """The context of operations on the small schemas of tests."""

    answer_writer = NothingWritten()
    answer_observer = Unobserved()
    loaders: Any = None

    def __init__(self) -> None:
        self.answer_size = AnswerSize(10**9)

    def renew_loaders(self) -> None:
        """Has none."""
