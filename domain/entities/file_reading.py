"""What is made from the bytes of a file after it was stored: its previews, and the text of a PDF.

The row of an attachment says what is still to be made (PENDING); who claims that has it for a time, then it is free
for another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.entities.file_facts import FileKind, PixelSize
from domain.entities.ids import AttachmentId
from domain.entities.search import TextWord

READER_VERSION = 2
"""Of all that reads files. What an older version made is made again; until then it stays as it is.

A higher number needs a migration with the indexes by which the rows of older versions are found.
"""

PAGE_BREAK = "\f"
"""What stands between the texts of two pages, and in no text of a page."""


class ReadingTask(StrEnum):
    """What can be made from a file, or said of it."""

    PREVIEWS = "PREVIEWS"
    TEXT = "TEXT"
    KIND = "KIND"
    """A FILE may be of a kind that readers know today, and did not know when it was stored."""


class PutOff(StrEnum):
    """Why a file is read later, though nothing is wrong with it as far as is known."""

    MISMATCH = "mismatch"
    """The store gave other bytes than it was given, or none."""
    KILLED = "killed"
    """The child that read it was killed, as happens where memory runs out."""
    OUTAGE = "outage"
    """The store was away, or refused."""


@dataclass(frozen=True, slots=True)
class ClaimedFile:
    """A file that one process may read now, and no other for two minutes; how often it was put off before."""

    attachment_id: AttachmentId
    object_id: UUID
    kind: FileKind
    media_type: str
    size_bytes: int
    sha256: bytes
    put_off: int = 0


@dataclass(frozen=True, slots=True)
class Rendering:
    """The previews of a picture by their size, and a ThumbHash from which a likeness is drawn before they load.

    `picture` is the size of an image in pixels as shown, and that of a PDF's first page in its largest preview.
    """

    picture: PixelSize
    placeholder: bytes
    previews: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document, page after page from the first with a PAGE_BREAK between them, empty where it has none;
    how many pages there are, and how many of them were read.

    `words` are what search finds it by (domain.rules.search).
    """

    text: str
    page_count: int
    pages_read: int
    words: Sequence[TextWord] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be drawn or read; the reason is a sentence for people."""

    reason: str
