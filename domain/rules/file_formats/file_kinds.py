"""What a file is, by its bytes and never by the client's word, and which files are refused.

An upload that is spooled to disk is looked at without reading it into memory: whoever has the file maps it
(domain.ports.outside.FileExaminer). While it is received, `max_bytes_of(first_bytes)` says at how many bytes to stop.
Only the structure is looked at, nothing is decoded: a picture of 50,000 × 50,000 pixels costs no more than a small one.

What a reader of its kind opens is that kind, also where its structure is not as it should be: bytes before it or behind
it, an end that is missing. Where this look alone would refuse a file, or not know it, it is in doubt; a reader is asked
in a child process, and `settled` says what follows.

A file that is two things at once (GIF and script, PDF and ZIP) is what its first bytes say and is served as that alone.
SVG and HTML are files like any other: downloaded, never shown; an SVG is drawn for its previews.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from domain.entities.file_facts import FileFacts, FileKind, ImageStructure, PixelSize
from domain.errors import FileRefusalReason, FileRefusedError
from domain.rules.file_formats import bmp, gif, heif, jpeg, png, svg, tiff, webp
from domain.rules.file_formats.exif_orientation import shown_size
from domain.rules.file_formats.structure import BrokenFile, Content, CutOffFile

MEBIBYTE = 1024 * 1024
MAX_IMAGE_BYTES = 10 * MEBIBYTE
MAX_FILE_BYTES = 100 * MEBIBYTE
MAX_PIXELS = 50_000_000
FIRST_BYTES = 1_024
"""With so many first bytes (or the whole file, when it is shorter) `max_bytes_of` knows the kind."""

FILE_MEDIA_TYPE = "application/octet-stream"
PDF_MEDIA_TYPE = "application/pdf"
SVG_MEDIA_TYPE = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class _ImageFormat:
    name: str
    media_type: str
    is_one: Callable[[Content], object]
    read: Callable[[Content], ImageStructure]


def _starts(pattern: bytes) -> Callable[[Content], object]:
    return re.compile(pattern, re.DOTALL).match


def _is_tiff(content: Content) -> bool:
    return bool(_TIFF_START.match(content)) and not tiff.is_raw_photo(content)


_TIFF_START = re.compile(rb"II[*+]\x00|MM\x00[*+]")
# The letters alone may begin a text.
_BMP_START = rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00"
_IMAGE_FORMATS = (
    _ImageFormat("JPEG", "image/jpeg", _starts(rb"\xff\xd8\xff"), jpeg.structure_of),
    _ImageFormat("PNG", "image/png", _starts(rb"\x89PNG\r\n\x1a\n"), png.structure_of),
    _ImageFormat("GIF", "image/gif", _starts(rb"GIF8[79]a"), gif.structure_of),
    _ImageFormat("WebP", "image/webp", _starts(rb"RIFF.{4}WEBP"), webp.structure_of),
    _ImageFormat("HEIC", "image/heic", heif.is_heic, heif.structure_of),
    _ImageFormat("AVIF", "image/avif", heif.is_avif, heif.structure_of),
    _ImageFormat("TIFF", "image/tiff", _is_tiff, tiff.structure_of),
    _ImageFormat("BMP", "image/bmp", _starts(_BMP_START), bmp.structure_of),
)
IMAGE_MEDIA_TYPES = frozenset(each.media_type for each in _IMAGE_FORMATS)
SHOWN_BY_BROWSERS = frozenset(
    ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp", PDF_MEDIA_TYPE)
)
"""What every browser draws; of other images there are previews, and the image itself is downloaded."""

# Some programs write a byte order mark or blank lines before the header.
_PDF_START = re.compile(rb"(?:\xef\xbb\xbf)?[\t\n\r ]{0,512}%PDF-\d")
_PDF_END = re.compile(rb"startxref\s+\d+\s+%%EOF")
_PDF_END_BYTES = 1_024
"""The end mark lies within the last 1,024 bytes (PDF 32000-1:2008, annex H.3, note 18), padding not counted."""

_MAX_PADDING_BYTES = 64 * 1024
_LAST_PDF_START = 1_024
"""PDFium, which browsers use, finds a header that begins there, and none behind it."""

# Archives and programs may hold a whole PDF near their beginning; they are what their first bytes say.
_CONTAINER = re.compile(
    rb"PK[\x01-\x08]|Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|\xd0\xcf\x11\xe0|MZ|\x7fELF|!<arch>|.{257}ustar",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A file of which a reader is to say whether it is this; `otherwise` is what holds where it does not open it."""

    media_type: str
    format_name: str
    otherwise: FileFacts | FileRefusedError


@dataclass(frozen=True, slots=True)
class Opened:
    """What a reader says of a file that it opens whole: the pixels of an image as they are shown; None of a PDF."""

    pixel_size: PixelSize | None


def max_bytes_of(first_bytes: bytes) -> int:
    """How many bytes a file that starts like this may have; more than that is refused."""
    return MAX_FILE_BYTES if _image_format(first_bytes) is None else MAX_IMAGE_BYTES


def looked_at(content: Content) -> FileFacts | Doubt:
    """The kind, media type and pixel size of a whole file, or what a reader is to be asked.

    Raises FileRefusedError: it is empty, too large, or an image of too many pixels or of none.
    """
    size_bytes = len(content)
    if size_bytes == 0:
        raise FileRefusedError(FileRefusalReason.EMPTY, "The file is empty.")
    image_format = _image_format(content)
    if image_format is not None:
        _refuse_over(size_bytes, MAX_IMAGE_BYTES, f"A {image_format.name} image")
        return _image(content, image_format)
    _refuse_over(size_bytes, MAX_FILE_BYTES, "A file")
    return _pdf(content) or _file(content)


def settled(doubt: Doubt, opened: Opened | None) -> FileFacts:
    """What a file is that was in doubt, once a reader has opened it, or has not. Raises FileRefusedError."""
    if opened is None:
        if isinstance(doubt.otherwise, FileRefusedError):
            raise doubt.otherwise
        return doubt.otherwise
    if doubt.media_type == PDF_MEDIA_TYPE:
        return FileFacts(FileKind.PDF, PDF_MEDIA_TYPE)
    size = opened.pixel_size or PixelSize(0, 0)
    _refuse_pixels(size, doubt.format_name)
    return FileFacts(FileKind.IMAGE, doubt.media_type, size)


def _image_format(content: Content) -> _ImageFormat | None:
    return next((each for each in _IMAGE_FORMATS if each.is_one(content)), None)


def _image(content: Content, image_format: _ImageFormat) -> FileFacts | Doubt:
    name, media_type = image_format.name, image_format.media_type
    try:
        structure = image_format.read(content)
    except CutOffFile:
        return Doubt(media_type, name, _cut_off(f"The {name} image", content))
    except BrokenFile as error:
        refused = FileRefusedError(FileRefusalReason.BROKEN, f"The {name} image {error}.")
        return Doubt(media_type, name, refused)
    _refuse_pixels(structure.stored_size, name)
    return FileFacts(FileKind.IMAGE, media_type, shown_size(structure.stored_size, structure.orientation))


def _pdf(content: Content) -> FileFacts | Doubt | None:
    """None where there is nothing of a PDF, or something else around it."""
    if _PDF_START.match(content):
        if _has_end(content):
            return FileFacts(FileKind.PDF, PDF_MEDIA_TYPE)
        return Doubt(PDF_MEDIA_TYPE, "PDF", _cut_off("The PDF", content))
    first_bytes = content[: _LAST_PDF_START + len(b"%PDF-")]
    if b"%PDF-" not in first_bytes or _CONTAINER.match(first_bytes):
        return None
    return Doubt(PDF_MEDIA_TYPE, "PDF", _file(content))


def _has_end(content: Content) -> bool:
    padded = content[-_MAX_PADDING_BYTES:].rstrip(b"\x00\t\n\r ")
    return _PDF_END.search(padded, max(0, len(padded) - _PDF_END_BYTES)) is not None


def _file(content: Content) -> FileFacts:
    """Drawings of more bytes than an image may have are not drawn."""
    is_drawing = len(content) <= MAX_IMAGE_BYTES and svg.is_svg(content[: svg.LOOKED_AT_BYTES])
    return FileFacts(FileKind.FILE, SVG_MEDIA_TYPE if is_drawing else FILE_MEDIA_TYPE)


def _refuse_pixels(size: PixelSize, format_name: str) -> None:
    if not size.width or not size.height:
        raise FileRefusedError(FileRefusalReason.BROKEN, f"The {format_name} image names no size.")
    pixels = size.width * size.height
    if pixels > MAX_PIXELS:
        message = f"An image may have {MAX_PIXELS:,} pixels, not {size.width:,} × {size.height:,} = {pixels:,}."
        raise FileRefusedError(FileRefusalReason.TOO_MANY_PIXELS, message)


def _cut_off(what: str, content: Content) -> FileRefusedError:
    message = f"{what} is cut off: its end is missing after byte {len(content):,}."
    return FileRefusedError(FileRefusalReason.CUT_OFF, message)


def _refuse_over(size_bytes: int, max_bytes: int, what: str) -> None:
    if size_bytes > max_bytes:
        message = f"{what} may have {max_bytes:,} bytes, not {size_bytes:,}."
        raise FileRefusedError(FileRefusalReason.TOO_LARGE, message)
