"""The promise, kept in one place: flush → upload → commit → delete objects → hint. Nobody else commits.

  1 flush    buffered rows are written, so bad rows are refused before any upload
  2 upload   every announced object, and copies within the store; a failure rolls everything back and leaves no row
  3 commit   the row becomes visible; it is guaranteed to have its object
  4 delete   announced objects, best effort, after the answer, logged, counted; what is left over is the sweep's
  5 hint     tell listeners to look, outside the transaction (persistence.hints)

So no row ever names a missing object; a failure can only leave an object that no row names. When the outcome of a
commit is unknown (the connection broke during it), the uploaded object stays and nothing is deleted: the row may
exist. From the upload to the end of the commit the unit is shielded from cancellation.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from random import uniform
from typing import BinaryIO, TypeVar

import asyncpg
import structlog

from domain.entities.actor import Actor
from domain.entities.operation import OperationKind
from domain.ports.unit_of_work import UnitOfWork as UnitOfWorkPort
from persistence.connection_pool import Connection, is_whole
from persistence.constraints import refusal_for
from persistence.database import Database
from persistence.faults import REPEATABLE
from persistence.hints import Hints
from persistence.object_changes import ObjectChanges, ObjectDeletions
from persistence.object_store import ObjectStore
from persistence.observation import Unobserved, WorkObserver, WorkOutcome, failed_outcome
from persistence.repositories import REPOSITORIES
from persistence.repositories.edit import EditRepository
from persistence.repositories.operation import OperationRepository
from persistence.statements import watched
from persistence.transactions import begin, roll_back, unless_cancelled

T = TypeVar("T")

_ATTEMPTS = 3
# The transaction is idle while its objects travel; see the limits in object_changes.
_PATIENCE_WITH_UPLOADS = "SELECT set_config('idle_in_transaction_session_timeout', '300000', true)"
_log = structlog.get_logger(__name__)


class UnitOfWork(UnitOfWorkPort):
    """One transaction: the repositories on its connection, and the objects announced in it."""

    operations: OperationRepository
    edits: EditRepository

    def __init__(self, connection: Connection, actor: Actor, *, uploads: bool) -> None:
        self.connection = connection
        self.actor = actor
        for name, repository in REPOSITORIES.items():
            setattr(self, name, repository(connection, actor))
        self.has_uploaded = False
        self.is_committing = False
        self.is_committed = False
        self._announced: OperationKind | None = None
        self._may_upload = uploads
        self._objects = ObjectChanges()

    def put_object(self, key: str, content: BinaryIO, size_bytes: int, sha256: bytes, media_type: str) -> None:
        """Announce an object to be uploaded after the flush and before the commit."""
        self._refuse_unless_uploading()
        self._objects.put(key, content, size_bytes, sha256, media_type)

    def copy_object(self, source_key: str, key: str, size_bytes: int, sha256: bytes) -> None:
        """Announce an object to be copied in the store after the flush and before the commit."""
        self._refuse_unless_uploading()
        self._objects.copy(source_key, key, size_bytes, sha256)

    def delete_objects(self, prefix: str) -> None:
        """Announce that all objects below a prefix are to be deleted after the commit, best effort."""
        self._objects.deletes.append(prefix)

    def announce_operation(self, kind: OperationKind) -> None:
        """Say which operation on stock this is for, so that its outcome is counted, whatever it is."""
        self._announced = kind

    def operations_by_outcome(self, outcome: WorkOutcome) -> list[tuple[OperationKind, WorkOutcome]]:
        """The operations on stock of this unit of work, which ended so; one that recorded nothing was replayed."""
        recorded = self.operations.recorded
        if recorded:
            return [(kind, outcome) for kind in recorded]
        if self._announced is None:
            return []
        return [(self._announced, WorkOutcome.REPLAYED if outcome is WorkOutcome.COMMITTED else outcome)]

    async def finish(self, transaction: asyncpg.transaction.Transaction, store: ObjectStore) -> list[str]:
        """Flush, upload, commit; returns the prefixes of the objects that are now to be deleted."""
        await self.edits.flush()
        if self._objects.has_uploads:
            await self.connection.execute(_PATIENCE_WITH_UPLOADS)
            self.has_uploaded = True
            await self._objects.upload(store)
        self.is_committing = True
        await watched("COMMIT", transaction.commit(), counts=False)
        self.is_committed = True
        return self._objects.deletes

    def _refuse_unless_uploading(self) -> None:
        if not self._may_upload:
            raise RuntimeError("a unit of work that uploads is begun with uploads=True")


class UnitsOfWork:
    """Begins units of work on the write pool."""

    def __init__(self, database: Database, store: ObjectStore, observer: WorkObserver | None = None) -> None:
        self._database = database
        self._store = store
        self._observer = observer or Unobserved()
        self._uploading = asyncio.Semaphore(max(1, database.writes.size // 2))
        self._deletions = ObjectDeletions(store, self._observer)
        self._hints = Hints(database)

    async def begin(self, actor: Actor, work: Callable[[UnitOfWorkPort], Awaitable[T]], *, uploads: bool = False) -> T:
        """Run the work in one transaction and commit it; see domain.ports.unit_of_work.UnitsOfWork.

        Raises what the work raises; a constraint that the database refused as the DomainError it stands for.
        """
        return await self.begin_bulk(actor, work, uploads=uploads)

    async def begin_bulk(self, actor: Actor, work: Callable[[UnitOfWork], Awaitable[T]], *, uploads: bool = False) -> T:
        """As `begin`, for work of this floor that needs the connection itself (bulk loading)."""
        async with AsyncExitStack() as held:
            if uploads:
                await held.enter_async_context(self._uploading)
            connection = await held.enter_async_context(self._database.writes.lend())
            for attempt in range(1, _ATTEMPTS + 1):
                unit = UnitOfWork(connection, actor, uploads=uploads)
                try:
                    return await self._attempt(unit, work)
                except REPEATABLE as error:
                    if unit.has_uploaded or attempt == _ATTEMPTS:
                        self._tell_failure(unit, error)
                        raise
                    self._observer.work_repeated(type(error))
                    _log.info("unit of work is repeated", attempt=attempt, reason=type(error).__name__)
                except BaseException as error:
                    self._tell_failure(unit, error)
                    raise
                await asyncio.sleep(uniform(0, 0.02 * attempt))
        raise AssertionError("the last attempt returns or raises")

    async def close(self) -> None:
        """Wait for deletions and the hint that are under way."""
        await self._deletions.wait()
        await self._hints.close()

    async def _attempt(self, unit: UnitOfWork, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        transaction = await begin(unit.connection)
        try:
            result = await work(unit)
            await unless_cancelled(self._finish(unit, transaction))
        except BaseException as error:
            await roll_back(unit.connection, transaction)
            if isinstance(error, asyncpg.IntegrityConstraintViolationError):
                refusal = refusal_for(error)
                if refusal is not None:
                    raise refusal from error
            raise
        return result

    async def _finish(self, unit: UnitOfWork, transaction: asyncpg.transaction.Transaction) -> None:
        prefixes = await unit.finish(transaction, self._store)
        # After the commit, and within the shield against cancellation: what is committed is counted once.
        for kind, outcome in unit.operations_by_outcome(WorkOutcome.COMMITTED):
            self._observer.stock_operation(kind, outcome)
        self._deletions.start(prefixes)
        self._hints.give()

    def _tell_failure(self, unit: UnitOfWork, error: BaseException) -> None:
        if unit.is_committed:
            return
        closed = not is_whole(unit.connection)
        failure = failed_outcome(error, was_committing=unit.is_committing, is_connection_closed=closed)
        for kind, outcome in unit.operations_by_outcome(failure):
            self._observer.stock_operation(kind, outcome)
