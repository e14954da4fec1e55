"""What the resolvers of one operation share."""

from dataclasses import dataclass, field
from typing import TypeAlias

import strawberry

from domain.entities.actor import Actor
from domain.services import Services
from graph.dataloaders import Loaders
from graph.execution.answer_size import AnswerSize
from graph.execution.breadth_first.answer_writer import AnswerWriter
from graph.execution.observation import AnswerObserver
from graph.file_addresses import FileAddresses
from persistence.readers import Readers


@dataclass(slots=True)
class OperationContext:
    """Made for each operation by the front door, inside the running event loop."""

    actor: Actor
    request_id: str
    services: Services
    readers: Readers
    file_addresses: FileAddresses
    answer_writer: AnswerWriter
    answer_observer: AnswerObserver
    answer_size: AnswerSize
    refusals: list[str] = field(default_factory=list, init=False)
    """The codes that the mutations of this operation answered instead of their success, in order."""
    _loaders: Loaders | None = field(default=None, init=False, repr=False)

    @property
    def loaders(self) -> Loaders:
        """The loaders of this operation, or of the mutation that runs at the moment."""
        if self._loaders is None:
            self._loaders = Loaders(self.readers, self.answer_size)
        return self._loaders

    def renew_loaders(self) -> None:
        """Forget everything that was read; called before and after each mutation of a document."""
        self._loaders = None


Info: TypeAlias = strawberry.Info[OperationContext, None]
