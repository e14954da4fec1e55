"""What a child may answer that drew or read a file: only what can be kept.

The file may have made the child say something else. Then it has not answered, and no row or object is made of it.
"""

from typing import Annotated

from pydantic import AfterValidator, TypeAdapter

from domain.entities.file_reading import DocumentText, Rendering, Unreadable
from domain.rules.previews import sizes_of
from server.rendering.document_limits import MAX_CHARACTERS, MAX_PAGES

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
    _see(len(read.text) <= MAX_CHARACTERS and _NUL not in read.text)
    _see(0 <= read.pages_read <= min(read.page_count, MAX_PAGES) and 1 <= read.page_count <= _MAX_PAGE_COUNT)
    return read


def _is_told(refused: Unreadable) -> Unreadable:
    _see(len(refused.reason) <= _MAX_REASON and refused.reason.isprintable())
    return refused


def _see(holds: bool) -> None:
    if not holds:
        raise ValueError("no file gives this")


_Refused = Annotated[Unreadable, AfterValidator(_is_told)]
DRAWN: TypeAdapter[Rendering | Unreadable] = TypeAdapter(Annotated[Rendering, AfterValidator(_is_drawn)] | _Refused)
READ: TypeAdapter[DocumentText | Unreadable] = TypeAdapter(Annotated[DocumentText, AfterValidator(_is_read)] | _Refused)
