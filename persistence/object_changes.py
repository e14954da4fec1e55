"""What a unit of work does to objects: put and copy before its commit, delete after it."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import BinaryIO

import structlog

from domain.errors import FileStoreError
from persistence.background import side_by_side
from persistence.faults import STORE_FAULTS
from persistence.object_store import ObjectStore
from persistence.observation import WorkObserver

# Both are far below the time after which the database would end a transaction that waits for its objects.
_UPLOAD_TIMEOUT_SECONDS = 120
_DELETE_TIMEOUT_SECONDS = 5
_UPLOADS_AT_ONCE = 8

_log = structlog.get_logger(__name__)


class ObjectChanges:
    """What one unit of work announced."""

    def __init__(self) -> None:
        self._puts: list[tuple[str, BinaryIO, int, bytes, str]] = []
        self._copies: list[tuple[str, str, int, bytes]] = []
        self.deletes: list[str] = []

    @property
    def has_uploads(self) -> bool:
        """Whether anything is to be in the store before the commit."""
        return bool(self._puts or self._copies)

    def put(self, key: str, content: BinaryIO, size_bytes: int, sha256: bytes, media_type: str) -> None:
        """Announce an object."""
        self._puts.append((key, content, size_bytes, sha256, media_type))

    def copy(self, source_key: str, key: str, size_bytes: int, sha256: bytes) -> None:
        """Announce a copy."""
        self._copies.append((source_key, key, size_bytes, sha256))

    async def upload(self, store: ObjectStore) -> None:
        """Put and copy everything. Raises FileStoreError when the store refuses, does not answer or is too slow."""
        what = "stored" if self._puts else "copied"
        try:
            async with asyncio.timeout(_UPLOAD_TIMEOUT_SECONDS):
                await side_by_side((partial(store.put_file, *put) for put in self._puts), _UPLOADS_AT_ONCE)
                for copy in self._copies:
                    await store.copy(*copy)
        except STORE_FAULTS as error:
            _log.warning("objects were not stored", reason=str(error) or type(error).__name__)
            raise FileStoreError(
                f"The file could not be {what}: the object store refused it or did not answer. Nothing was changed; "
                "try again in a moment."
            ) from error


class ObjectDeletions:
    """Deletions under way: best effort, after the answer, at most five seconds for all objects of a unit of work."""

    def __init__(self, store: ObjectStore, observer: WorkObserver) -> None:
        self._store = store
        self._observer = observer
        self._running: set[asyncio.Task[None]] = set()

    def start(self, prefixes: Sequence[str]) -> None:
        """Delete in the background what is below these prefixes, which no row names any more."""
        if prefixes:
            task = asyncio.create_task(self._delete(prefixes))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def wait(self) -> None:
        """Wait until all that were started have ended."""
        if self._running:
            await asyncio.wait(self._running)

    async def _delete(self, prefixes: Sequence[str]) -> None:
        end = asyncio.get_running_loop().time() + _DELETE_TIMEOUT_SECONDS
        for prefix in prefixes:
            try:
                async with asyncio.timeout_at(end):
                    await self._store.delete_below(prefix)
            except STORE_FAULTS as error:
                self._observer.deletion_failed()
                _log.warning("objects were not deleted", prefix=prefix, error=type(error).__name__)
