"""What a child may answer that drew or read a file: only what can be kept.

The file may have made the child say something else. Then it has not answered, and no row or object is made of it.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, TypeAdapter

from domain.entities.file_facts import FileFacts, FileKind
from domain.entities.file_reading import PAGE_BREAK, DocumentText, Rendering, Unreadable
from domain.entities.search import TextWord
from domain.rules.file_formats.file_kinds import (
    FILE_MEDIA_TYPE,
    IMAGE_MEDIA_TYPES,
    MAX_PIXELS,
    PDF_MEDIA_TYPE,
    SVG_MEDIA_TYPE,
)
from domain.rules.previews import sizes_of
from server.rendering.document_limits import MAX_CHARACTERS, MAX_PAGES
from server.rendering.packed_words import unpacked_words

_MAX_SIDE = 2**24
_MAX_PREVIEW_BYTES = 8 * 2**20
_MAX_PLACEHOLDER_BYTES = 64
_MAX_PAGE_COUNT = 2**31 - 1
_MAX_REASON = 300
_NUL = "\0"


def _is_drawn(made: Rendering) -> Rendering:
    picture, previews = made.picture, made.previews
    _see(1 <= picture.width <= _MAX_SIDE and 1 <= picture.height <= _MAX_SIDE)
    _see(set(previews) == set(sizes_of(picture)) and all(map(_is_webp, previews.values())))
    _see(len(made.placeholder) <= _MAX_PLACEHOLDER_BYTES)
    return made


def _is_webp(preview: bytes) -> bool:
    return preview[:4] == b"RIFF" and preview[8:12] == b"WEBP" and len(preview) <= _MAX_PREVIEW_BYTES


def _is_read(read: DocumentText) -> DocumentText:
    breaks = read.text.count(PAGE_BREAK)
    _see(len(read.text) - breaks <= MAX_CHARACTERS and _NUL not in read.text and breaks < MAX_PAGES)
    _see(0 <= read.pages_read <= min(read.page_count, MAX_PAGES) and 1 <= read.page_count <= _MAX_PAGE_COUNT)
    return read


def _with_words(said: object) -> object:
    """The words of a text come packed."""
    if isinstance(said, dict) and "words" in said:
        return {**said, "words": unpacked_words(said["words"])}
    return said


def _is_known(said: FileFacts) -> FileFacts:
    """As domain.rules.file_formats says it of some bytes."""
    size = said.pixel_size
    match said.kind:
        case FileKind.IMAGE:
            _see(said.media_type in IMAGE_MEDIA_TYPES and size is not None)
            _see(size is not None and size.width >= 1 and size.height >= 1 and size.width * size.height <= MAX_PIXELS)
        case FileKind.PDF:
            _see(said.media_type == PDF_MEDIA_TYPE and size is None)
        case FileKind.FILE:
            _see(said.media_type in {FILE_MEDIA_TYPE, SVG_MEDIA_TYPE} and size is None)
    return said


def _is_told(refused: Unreadable) -> Unreadable:
    _see(len(refused.reason) <= _MAX_REASON and refused.reason.isprintable())
    return refused


def _see(holds: bool) -> None:
    if not holds:
        raise ValueError("no file gives this")


_Refused = Annotated[Unreadable, AfterValidator(_is_told)]
SAID: TypeAdapter[FileFacts] = TypeAdapter(Annotated[FileFacts, AfterValidator(_is_known)])
DRAWN: TypeAdapter[Rendering | Unreadable] = TypeAdapter(Annotated[Rendering, AfterValidator(_is_drawn)] | _Refused)
READ: TypeAdapter[DocumentText | Unreadable] = TypeAdapter(
    Annotated[Annotated[DocumentText, AfterValidator(_is_read)] | _Refused, BeforeValidator(_with_words)]
)
WORDS: TypeAdapter[tuple[TextWord, ...]] = TypeAdapter(Annotated[tuple[TextWord, ...], BeforeValidator(unpacked_words)])
