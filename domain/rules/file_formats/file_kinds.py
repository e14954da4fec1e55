"""What a file is, by its bytes and never by the client's word, and which files are refused.

An upload that is spooled to disk is examined without reading it into memory: whoever has the file maps it
(domain.ports.outside.FileExaminer). While it is received,
`max_bytes_of(first_bytes)` says at how many bytes to stop. Only the structure is looked at, nothing is decoded:
a picture of 50,000 × 50,000 pixels costs no more than a small one.

A file that is two things at once (GIF and script, PDF and ZIP) is what its first bytes say and is served as that alone.
SVG and HTML are files like any other: downloaded, never shown.
"""

import re
from collections.abc import Callable

from domain.entities.file_facts import FileFacts, FileKind, ImageStructure
from domain.errors import FileRefusalReason, FileRefusedError
from domain.rules.file_formats import gif, jpeg, png, webp
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

_IMAGE_FORMATS = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg", "JPEG", jpeg.structure_of),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png", "PNG", png.structure_of),
    (re.compile(rb"GIF8[79]a"), "image/gif", "GIF", gif.structure_of),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp", "WebP", webp.structure_of),
)
# Some programs write a byte order mark or blank lines before the header; anything else before it makes another file.
_PDF_START = re.compile(rb"(?:\xef\xbb\xbf)?[\t\n\r ]{0,512}%PDF-[12]\.\d")
_PDF_END = re.compile(rb"startxref\s+\d+\s+%%EOF")
_PDF_END_BYTES = 1_024
"""The end mark lies within the last 1,024 bytes (PDF 32000-1:2008, annex H.3, note 18), padding not counted."""

_MAX_PADDING_BYTES = 64 * 1024


def max_bytes_of(first_bytes: bytes) -> int:
    """How many bytes a file that starts like this may have; more than that is refused."""
    is_image = any(start.match(first_bytes) for start, *_ in _IMAGE_FORMATS)
    return MAX_IMAGE_BYTES if is_image else MAX_FILE_BYTES


def examined(content: Content) -> FileFacts:
    """The kind, media type and pixel size of a whole file.

    Raises FileRefusedError: it is empty, too large, cut off, broken, or an image of too many pixels.
    """
    size_bytes = len(content)
    if size_bytes == 0:
        raise FileRefusedError(FileRefusalReason.EMPTY, "The file is empty.")
    for start, media_type, format_name, read in _IMAGE_FORMATS:
        if start.match(content):
            _refuse_over(size_bytes, MAX_IMAGE_BYTES, f"A {format_name} image")
            found = _sound_structure(content, format_name, read)
            size = shown_size(found.stored_size, found.orientation)
            return FileFacts(FileKind.IMAGE, media_type, size, found.orientation)
    _refuse_over(size_bytes, MAX_FILE_BYTES, "A file")
    if _PDF_START.match(content):
        _refuse_cut_off_pdf(content)
        return FileFacts(FileKind.PDF, PDF_MEDIA_TYPE)
    return FileFacts(FileKind.FILE, FILE_MEDIA_TYPE)


def _sound_structure(content: Content, format_name: str, read: Callable[[Content], ImageStructure]) -> ImageStructure:
    """The structure of an image that is all there and not too large to be drawn."""
    try:
        structure = read(content)
    except CutOffFile as error:
        raise _cut_off(f"The {format_name} image") from error
    except BrokenFile as error:
        message = f"The {format_name} image {error}."
        raise FileRefusedError(FileRefusalReason.BROKEN, message) from error
    size = structure.stored_size
    if not size.width or not size.height:
        raise FileRefusedError(FileRefusalReason.BROKEN, f"The {format_name} image names no size.")
    pixels = size.width * size.height
    if pixels > MAX_PIXELS:
        message = f"An image may have {MAX_PIXELS:,} pixels, not {size.width:,} × {size.height:,} = {pixels:,}."
        raise FileRefusedError(FileRefusalReason.TOO_MANY_PIXELS, message)
    return structure


def _refuse_cut_off_pdf(content: Content) -> None:
    padded = content[-_MAX_PADDING_BYTES:].rstrip(b"\x00\t\n\r ")
    if not _PDF_END.search(padded, max(0, len(padded) - _PDF_END_BYTES)):
        raise _cut_off("The PDF")


def _cut_off(what: str) -> FileRefusedError:
    return FileRefusedError(FileRefusalReason.CUT_OFF, f"{what} is cut off: its end is missing.")


def _refuse_over(size_bytes: int, max_bytes: int, what: str) -> None:
    if size_bytes > max_bytes:
        message = f"{what} may have {max_bytes:,} bytes, not {size_bytes:,}."
        raise FileRefusedError(FileRefusalReason.TOO_LARGE, message)
