"""The pixel size of a PNG, and whether it is all there.

Source: PNG (third edition, W3C), clauses 5.3 (chunks) and 11.2.1 (IHDR). What follows IEND is nobody's business.
"""

from domain.entities.file_facts import PixelSize
from domain.rules.file_structure import BrokenFile, Content, counted_blocks, taken

_SIGNATURE_BYTES = 8
_AROUND_DATA_BYTES = 12
"""Length, type and checksum of a chunk."""


def pixel_size(content: Content) -> PixelSize:
    """Width and height from IHDR, the first chunk. Raises CutOffFile, BrokenFile."""
    header = taken(content, _SIGNATURE_BYTES, 8 + 13)
    if header[:8] != b"\x00\x00\x00\rIHDR":
        raise BrokenFile("does not begin with its header")
    has_picture = False
    position = _SIGNATURE_BYTES
    for number in counted_blocks():
        length, kind = _chunk(content, position)
        if kind == b"IEND":
            break
        if kind == b"IHDR" and number:
            raise BrokenFile("has two headers")
        has_picture = has_picture or kind == b"IDAT"
        position += _AROUND_DATA_BYTES + length
    if not has_picture:
        raise BrokenFile("has no picture in it")
    return PixelSize(width=int.from_bytes(header[8:12]), height=int.from_bytes(header[12:16]))


def _chunk(content: Content, position: int) -> tuple[int, bytes]:
    """Length of the data and type of the chunk there, which is all there."""
    start = taken(content, position, 8)
    length = int.from_bytes(start[:4])
    taken(content, position + _AROUND_DATA_BYTES + length, 0)
    return length, start[4:]
