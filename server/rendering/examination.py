"""Says whether a reader of its kind opens a file that was in doubt. Runs in a child: before the file is kept, and again
for files that are there already."""

import mmap
import warnings
from pathlib import Path

from PIL import Image, ImageSequence
from pypdfium2 import PdfDocument, PdfiumError, raw

from domain.entities.file_facts import FileFacts, FileKind
from domain.errors import FileRefusedError
from domain.rules.file_formats.file_kinds import (
    FILE_MEDIA_TYPE,
    PDF_MEDIA_TYPE,
    Doubt,
    Opened,
    looked_at,
    settled,
)
from server.rendering import whole_jpeg
from server.rendering.image_formats import opened, orientation_of, size_as_shown
from server.rendering.mended_images import with_an_end
from server.rendering.plain_png import plain_png


def opened_whole(path: Path, media_type: str) -> Opened | None:
    """What a reader says of a file of this media type; None where it does not open it, or not all of it is there."""
    if media_type == PDF_MEDIA_TYPE:
        return Opened(None) if _is_pdf(path) else None
    try:
        return _image(path.read_bytes(), media_type)
    except MemoryError:
        raise
    # Decoders of broken images raise whatever they come across.
    except Exception:  # noqa: BLE001
        return None


def kind_of(path: Path) -> FileFacts:
    """What a file is that was stored as a FILE when fewer kinds were known; a FILE still, where it would be refused."""
    try:
        look = _looked_at(path)
        return look if isinstance(look, FileFacts) else settled(look, opened_whole(path, look.media_type))
    except FileRefusedError:
        return FileFacts(FileKind.FILE, FILE_MEDIA_TYPE)


def _looked_at(path: Path) -> FileFacts | Doubt:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return looked_at(content)


def _is_pdf(path: Path) -> bool:
    """One that needs a password is one."""
    try:
        with PdfDocument(path) as document:
            return len(document) > 0
    except PdfiumError as error:
        return bool(error.err_code == raw.FPDF_ERR_PASSWORD)


def _image(content: bytes, media_type: str) -> Opened | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with opened(with_an_end(content, media_type), media_type) as image:
            size = size_as_shown(image.size, orientation_of(image, media_type))
            return Opened(size) if _is_whole(content, media_type, image) else None


def _is_whole(content: bytes, media_type: str, image: Image.Image) -> bool:
    """Raises what the library raises where a frame cannot be decoded."""
    match media_type:
        case "image/png":
            return plain_png(content).is_whole
        case "image/jpeg":
            return whole_jpeg.is_whole(content)
    for frame in ImageSequence.Iterator(image):
        frame.load()
    return True
