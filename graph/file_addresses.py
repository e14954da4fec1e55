"""The addresses under which a front end fetches files, signed for whoever was allowed to read them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from domain.rules.file_addresses import signed_path

FILES = "/files"


@dataclass(frozen=True, slots=True)
class FileAddresses:
    """Signs with the secret of the installation, and by its clock: that of the database."""

    secret: bytes = field(repr=False)
    now_seconds: Callable[[], float]

    def of_file(self, object_id: UUID) -> str:
        """Where the file is shown or downloaded: a path below the origin of the API."""
        return self.of_path(f"{FILES}/{object_id}")

    def of_download(self, object_id: UUID) -> str:
        """Where the file is downloaded whatever it is."""
        return self.of_path(f"{FILES}/{object_id}", download="1")

    def of_preview(self, object_id: UUID, size: int) -> str:
        """Where a preview of the file is shown."""
        return self.of_path(f"{FILES}/{object_id}/preview/{size}")

    def of_path(self, path: str, **parameters: str) -> str:
        """Any path below /files, signed."""
        return signed_path(path, self.now_seconds(), self.secret, **parameters)
