"""The pixel size and orientation of a PNG, and whether it is all there.

Source: PNG (third edition, W3C), clauses 5.3 (chunks), 11.2.1 (IHDR) and 11.3 (eXIf). What follows IEND is nobody's
business.
"""

from domain.entities.file_facts import ImageStructure, PixelSize
from domain.rules.file_formats.exif_orientation import UPRIGHT, orientation_in
from domain.rules.file_formats.structure import BrokenFile, Content, counted_blocks, taken

_SIGNATURE_BYTES = 8
_AROUND_DATA_BYTES = 12
"""Length, type and checksum of a chunk."""


def structure_of(content: Content) -> ImageStructure:
    """The size from IHDR, the first chunk, the orientation from the first eXIf. Raises CutOffFile, BrokenFile."""
    header = taken(content, _SIGNATURE_BYTES, 8 + 13)
    if header[:8] != b"\x00\x00\x00\rIHDR":
        raise BrokenFile("does not begin with its header")
    has_picture, orientation = False, None
    position = _SIGNATURE_BYTES
    for number in counted_blocks():
        length, kind = _chunk(content, position)
        if kind == b"IEND":
            break
        if kind == b"IHDR" and number:
            raise BrokenFile("has two headers")
        if kind == b"eXIf" and orientation is None:
            orientation = orientation_in(content[position + 8 : position + 8 + length])
        has_picture = has_picture or kind == b"IDAT"
        position += _AROUND_DATA_BYTES + length
    if not has_picture:
        raise BrokenFile("has no picture in it")
    return ImageStructure(
        PixelSize(int.from_bytes(header[8:12]), int.from_bytes(header[12:16])), orientation or UPRIGHT
    )


def _chunk(content: Content, position: int) -> tuple[int, bytes]:
    """Length of the data and type of the chunk there, which is all there."""
    start = taken(content, position, 8)
    length = int.from_bytes(start[:4])
    taken(content, position + _AROUND_DATA_BYTES + length, 0)
    return length, start[4:]
