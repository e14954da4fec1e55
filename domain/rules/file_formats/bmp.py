"""The pixel size of a BMP, and whether its rows are all there.

Source: Microsoft's documentation of BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER to BITMAPV5HEADER. A height
below zero means rows from the top.
"""

from domain.entities.file_facts import ImageStructure, PixelSize
from domain.rules.file_formats.structure import BrokenFile, Content, little, taken

_FILE_HEADER_BYTES = 14
_CORE_HEADER_BYTES = 12
_INFO_HEADER_BYTES = 40
_PLAIN = frozenset({0, 3, 6})
"""Pixels as they are, also by bit fields; other pictures are packed and say how long they are."""


def structure_of(content: Content) -> ImageStructure:
    """Width and height from the header. Raises CutOffFile, BrokenFile."""
    pixels_at = little(taken(content, 10, 4))
    header_bytes = little(taken(content, _FILE_HEADER_BYTES, 4))
    header = taken(content, _FILE_HEADER_BYTES, min(header_bytes, _INFO_HEADER_BYTES))
    if header_bytes == _CORE_HEADER_BYTES:
        size = PixelSize(little(header[4:6]), little(header[6:8]))
        bits, is_plain, packed_bytes = little(header[10:12]), True, 0
    elif header_bytes < _INFO_HEADER_BYTES:
        raise BrokenFile("has a header of a length that is unknown")
    else:
        size = PixelSize(abs(_signed(header[4:8])), abs(_signed(header[8:12])))
        bits, is_plain, packed_bytes = little(header[14:16]), little(header[16:20]) in _PLAIN, little(header[20:24])
    row_bytes = (size.width * bits + 31) // 32 * 4
    taken(content, pixels_at + (row_bytes * size.height if is_plain else packed_bytes), 0)
    return ImageStructure(size)


def _signed(number: bytes) -> int:
    return int.from_bytes(number, "little", signed=True)
