"""One transaction with everything a use case may do in it."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import BinaryIO, Protocol, TypeVar

from domain.entities.actor import Actor
from domain.entities.operation import OperationKind
from domain.ports import pick_list_repositories, project_repositories, repositories
from domain.ports.file_readings import FileReadings
from domain.ports.jobs import Jobs
from domain.ports.search import SearchDocuments, SearchVocabulary
from domain.ports.value_readings import ValueReadings

T = TypeVar("T")


class RepeatWork(Exception):
    """What was locked is no longer what was read before the lock; the work is to run again from its start."""


class UnitOfWork(ABC):
    """One transaction; it ends by flush → upload → commit → delete objects, or is rolled back by whatever is raised.

    What it offers reads and writes inside this transaction and is of no use after it. Each repository is the one of its
    port.
    """

    actor: Actor
    """Who acts; operations and edits record the name."""

    idempotency: repositories.Idempotency
    """Requests that were applied before; a use case that takes a key claims it first."""

    part_types: repositories.PartTypes
    """Part types."""

    boxes: repositories.Boxes
    """Boxes and their locations."""

    parts: repositories.Parts
    """Parts without their stock."""

    stock: repositories.Stock
    """What lies where, and the locks of a stock change."""

    pick_lists: pick_list_repositories.PickLists
    """Pick lists and their lines."""

    operations: repositories.Operations
    """The ledger."""

    attachments: repositories.Attachments
    """Rows of files and links; their objects are announced below."""

    projects: project_repositories.Projects
    """Projects and their ranks."""

    requirements: project_repositories.Requirements
    """What one unit of a project takes."""

    file_readings: FileReadings
    """What is still to be made from files."""

    value_readings: ValueReadings
    """What the values of parameters read as."""

    search_documents: SearchDocuments
    """What search finds things by, made anew; with what it is of it is written by that."""

    search_vocabulary: SearchVocabulary
    """The words that search knows, tidied up."""

    jobs: Jobs
    """Work that is done later; what is enqueued here exists from the commit on."""

    edits: repositories.Edits
    """Who changed what; written at the flush."""

    api_tokens: repositories.ApiTokens
    """API tokens, by what is kept of them."""

    installation: repositories.Installation
    """What is loaded once into a database."""

    @abstractmethod
    def announce_operation(self, kind: OperationKind) -> None:
        """Say which operation on stock this unit of work is for, so that its outcome is counted, whatever it is.

        A unit of work that announces an operation, records none and commits was answered by an earlier request.
        """

    @abstractmethod
    def put_object(self, key: str, content: BinaryIO, size_bytes: int, sha256: bytes, media_type: str) -> None:
        """Announce an object to be uploaded after the flush and before the commit; a failed upload leaves no row.

        `content` is read from its beginning then, and stays open until the end; `sha256` is the digest of its first
        `size_bytes` bytes. Only a unit that `uploads` may announce.
        """

    @abstractmethod
    def copy_object(self, source_key: str, key: str, size_bytes: int, sha256: bytes) -> None:
        """Announce an object to be copied in the store after the flush and before the commit.

        Size and digest are those of the source, whose row is shared, so its object is there. A failed copy leaves no
        row. Only a unit that `uploads` may announce.
        """

    @abstractmethod
    def delete_objects(self, prefix: str) -> None:
        """Announce that all objects below a prefix are to be deleted after the commit, best effort.

        What is left over is logged and counted, and the sweep removes it; nobody is told.
        """


class UnitsOfWork(Protocol):
    """Begins units of work."""

    async def begin(self, actor: Actor, work: Callable[[UnitOfWork], Awaitable[T]], *, uploads: bool = False) -> T:
        """Run the work in one transaction and commit it.

        The work runs again, up to three times in all, when the database (deadlock, serialisation failure) or
        RepeatWork asks for it and nothing was uploaded yet; so it has no effect outside its unit of work. Only work
        that `uploads` may announce objects to be put or copied; such units share half of the connections, so that
        slow uploads cannot stop the other writes. Raises FileStoreError when the store refuses or does not answer.
        """
