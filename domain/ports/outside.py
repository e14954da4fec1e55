"""What use cases wish from the machine: chance, and a look at a file.

Time comes from the database, which is the one clock of several servers.
"""

from typing import Protocol

from domain.entities.attachment import UploadedFile
from domain.entities.file_facts import FileFacts


class Randomness(Protocol):
    """A source of chance that cannot be guessed."""

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1, each as likely as any other."""

    def token(self, size_bytes: int) -> str:
        """So many random bytes as URL-safe text."""


class FileExaminer(Protocol):
    """Looks at received files, whatever their size, without keeping anybody waiting meanwhile."""

    async def facts_of(self, upload: UploadedFile) -> FileFacts:
        """Kind, media type and pixel size, by the bytes (domain.rules.file_formats). Raises FileRefusedError."""
