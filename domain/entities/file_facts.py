"""What the bytes of a file say about it."""

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """How a file is treated: an image is drawn, a PDF is drawn and read, any other file is only ever downloaded; of an
    SVG there are previews all the same."""

    IMAGE = "IMAGE"
    PDF = "PDF"
    FILE = "FILE"


@dataclass(frozen=True, slots=True)
class PixelSize:
    """Width and height in pixels; each at least 1."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The kind of a file, the media type it is served with, and the pixel size of an image as shown (else None)."""

    kind: FileKind
    media_type: str
    pixel_size: PixelSize | None = None


@dataclass(frozen=True, slots=True)
class ImageStructure:
    """What the structure of an image says: its pixels as they are stored, and which way up they are to be shown.

    `orientation` is Exif's: 1 is upright, 2 to 8 are to be mirrored or turned before the image is shown.
    """

    stored_size: PixelSize
    orientation: int = 1
