"""What the executor is handed with each operation."""

from typing import Any, Protocol

from graph.execution.answer_size import AnswerSize
from graph.execution.breadth_first.answer_writer import AnswerWriter
from graph.execution.observation import AnswerObserver


class ExecutionContext(Protocol):
    """The part of an operation's context that the executor uses; resolvers are given the whole."""

    @property
    def loaders(self) -> Any:
        """The object whose class holds the loaders that relations name; another one after `renew_loaders`."""

    @property
    def answer_writer(self) -> AnswerWriter:
        """Whoever writes answers in the place of loads."""

    @property
    def answer_observer(self) -> AnswerObserver:
        """Whoever counts the answers that were not written."""

    @property
    def answer_size(self) -> AnswerSize:
        """Where the executor counts what it puts together."""

    def renew_loaders(self) -> None:
        """Forget everything that was loaded."""
