"""The pixel size of a WebP, and whether it is all there.

Sources: RFC 9649 (the RIFF container and VP8L), RFC 6386, section 9.1 (the frame header of VP8). The canvas of an
extended file and the picture inside may disagree; the larger one counts. What its Exif data say of its orientation is
not followed: no browser does.
"""

from domain.entities.file_facts import ImageStructure, PixelSize
from domain.rules.file_formats.structure import BrokenFile, Content, counted_blocks, little, taken

_FIRST_CHUNK = 12


def structure_of(content: Content) -> ImageStructure:
    """The size of the canvas and the picture. Raises CutOffFile, BrokenFile."""
    end = 8 + little(taken(content, 4, 4))
    taken(content, end, 0)
    width = height = 0
    has_picture = False
    position = _FIRST_CHUNK
    for _ in counted_blocks():
        if position + 8 > end:
            break
        start = taken(content, position, 8)
        length = little(start[4:])
        taken(content, position + 8 + length, 0)
        size = _size_in(start[:4], content[position + 8 : position + 8 + min(length, 10)])
        if size is not None:
            width, height = max(width, size.width), max(height, size.height)
        has_picture = has_picture or start[:4] in {b"VP8 ", b"VP8L", b"ANMF"}
        position += 8 + length + length % 2
    if not has_picture:
        raise BrokenFile("has no picture in it")
    return ImageStructure(PixelSize(width, height))


def _size_in(kind: bytes, head: bytes) -> PixelSize | None:
    """The size that a chunk of this kind names in its first ten bytes; None when it names none."""
    match kind:
        case b"VP8X":
            _refuse_short(head, 10)
            return PixelSize(little(head[4:7]) + 1, little(head[7:10]) + 1)
        case b"VP8L":
            _refuse_short(head, 5)
            both = little(head[1:5])
            return PixelSize((both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1)
        case b"VP8 ":
            _refuse_short(head, 10)
            return PixelSize(little(head[6:8]) & 0x3FFF, little(head[8:10]) & 0x3FFF)
        case _:
            return None


def _refuse_short(head: bytes, length: int) -> None:
    if len(head) < length:
        raise BrokenFile("has a chunk without a size")
