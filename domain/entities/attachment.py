"""An attachment: a file or a link that belongs to one part, box or project."""

from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

from domain.entities.file_facts import FileFacts
from domain.entities.file_reading import READER_VERSION
from domain.entities.ids import AttachmentId


class AttachmentKind(StrEnum):
    """What an attachment is, told by its bytes and never by the client's word."""

    IMAGE = "IMAGE"
    PDF = "PDF"
    FILE = "FILE"
    LINK = "LINK"


class OwnerKind(StrEnum):
    """The kinds of things that files belong to."""

    PART = "PART"
    BOX = "BOX"
    PROJECT = "PROJECT"


class PreviewState(StrEnum):
    """How far the previews of an image or PDF are; other kinds have none."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


class TextState(StrEnum):
    """How far the text of a PDF is; other kinds have none."""

    PENDING = "PENDING"
    DONE = "DONE"
    EMPTY = "EMPTY"
    FAILED = "FAILED"


class CoverChoice(StrEnum):
    """Which attachment is to stand for its owner: a chosen one, none, or the oldest image there is."""

    CHOSEN = "CHOSEN"
    NONE = "NONE"
    OLDEST = "OLDEST"


@dataclass(frozen=True, slots=True)
class OwnerReference:
    """An owner as people name it: the key of a part, the number of a box, the id of a project."""

    kind: OwnerKind
    reference: str | int

    @property
    def field(self) -> str:
        """What a reference to an owner of this kind is called where it is given."""
        return {OwnerKind.PART: "part_key", OwnerKind.BOX: "box_number", OwnerKind.PROJECT: "project_id"}[self.kind]


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner as it is stored."""

    kind: OwnerKind
    id: int


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was received whole and lies on the disk of the server until its request ends.

    `content` can be read from any position; `name` is the client's word for it, `sha256` that of all bytes.
    """

    content: BinaryIO
    name: str
    size_bytes: int
    sha256: bytes

    def __str__(self) -> str:
        """What tells this file from others in the digest of an idempotent request."""
        return f"{self.name} {self.sha256.hex()}"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: its name, what is known of its bytes, and which version of the readers said so."""

    name: str
    size_bytes: int
    sha256: bytes
    facts: FileFacts
    reader: int = READER_VERSION


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment as it is stored; `file` and `object_id` are those of a file, `url` that of a link."""

    id: AttachmentId
    owner: Owner
    kind: AttachmentKind
    title: str
    version: int
    url: str | None = None
    file: StoredFile | None = None
    object_id: UUID | None = None
