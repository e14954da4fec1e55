"""A file that is being received: it goes to the disk while it is hashed, and vanishes when it is closed."""

import asyncio
import hashlib
import tempfile
from pathlib import Path

from domain.entities.attachment import UploadedFile
from domain.rules.file_formats.file_kinds import FIRST_BYTES, max_bytes_of

_BUFFER_BYTES = 256 * 1024


class SpooledFile:
    """A temporary file without a name, so nothing of it is left whatever ends the process."""

    def __init__(self, name: str, directory: Path | None) -> None:
        """Raises OSError where there is no room."""
        self._name = name
        self._file = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 - it outlives this function; see close()
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self._size_bytes = 0
        self._most_bytes: int | None = None

    @property
    def is_too_large(self) -> bool:
        """Whether it has more bytes than a file that begins like this may have."""
        return self._most_bytes is not None and self._size_bytes > self._most_bytes

    async def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append; the disk and the hash are worked on off the event loop, a quarter of a megabyte at a time.

        Raises OSError where there is no room.
        """
        self._buffer += data
        self._size_bytes += len(data)
        if self._most_bytes is None and self._size_bytes >= FIRST_BYTES:
            self._most_bytes = max_bytes_of(bytes(self._buffer[:FIRST_BYTES]))
        if len(self._buffer) >= _BUFFER_BYTES:
            await self._flush()

    async def finish(self) -> UploadedFile:
        """The file, whole."""
        await self._flush()
        await asyncio.to_thread(self._file.flush)
        return UploadedFile(self._file, self._name, self._size_bytes, self._digest.digest())

    def close(self) -> None:
        """Give the space back."""
        self._file.close()

    async def _flush(self) -> None:
        full, self._buffer = bytes(self._buffer), bytearray()
        await asyncio.to_thread(self._keep, full)

    def _keep(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
