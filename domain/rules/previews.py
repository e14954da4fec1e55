"""Which previews an attachment has, and how large they are: 64, 128, 256, 512 or 1,024 pixels on the longest side.

A preview is never larger than the picture it shows. So a picture has those previews that are smaller than itself, and
the next one, which is as large as the picture; a larger preview that is asked for is answered with that one.
"""

from uuid import UUID

from domain.entities.file_facts import FileFacts, FileKind, PixelSize
from domain.rules.file_formats.file_kinds import SVG_MEDIA_TYPE
from domain.rules.object_keys import prefix_of

SIZES = (64, 128, 256, 512, 1024)
MEDIA_TYPE = "image/webp"


def is_drawn(facts: FileFacts) -> bool:
    """Whether there are previews of a file: of an image, of a PDF, and of a drawing, which is a FILE."""
    return facts.kind is not FileKind.FILE or facts.media_type == SVG_MEDIA_TYPE


def sizes_of(picture: PixelSize) -> tuple[int, ...]:
    """The previews that a picture has, smallest first, at least one."""
    longest = max(picture.width, picture.height)
    return tuple(size for size in SIZES if size < longest) + tuple(size for size in SIZES if size >= longest)[:1]


def answering_size(asked: int, picture: PixelSize) -> int:
    """The preview that answers one of SIZES."""
    return max(size for size in sizes_of(picture) if size <= asked)


def scaled(picture: PixelSize, size: int) -> PixelSize:
    """Width and height of a preview: the picture's, or as much less as makes its longest side `size`; at least 1."""
    longest = max(picture.width, picture.height)
    if longest <= size:
        return picture
    return PixelSize(*(max(1, (side * size + longest // 2) // longest) for side in (picture.width, picture.height)))


def preview_key(object_id: UUID, size: int) -> str:
    """Where a preview lies in the store: beside the file, so that it is removed with it."""
    return f"{prefix_of(object_id)}preview-{size}.webp"
