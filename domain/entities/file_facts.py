"""What the bytes of a file say about it."""

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """How a file is treated: an image is drawn, a PDF is drawn and read, any other file is only ever downloaded."""

    IMAGE = "IMAGE"
    PDF = "PDF"
    FILE = "FILE"


@dataclass(frozen=True, slots=True)
class PixelSize:
    """Width and height in pixels as the file stores them, before its orientation is applied; each at least 1."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The kind of a file, the media type it is served with, and the pixel size of an image (else None)."""

    kind: FileKind
    media_type: str
    pixel_size: PixelSize | None = None
