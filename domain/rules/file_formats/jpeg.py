"""The pixel size and orientation of a JPEG, and whether it is all there.

Source: ITU-T T.81, annex B (segments and markers). What follows the end of the image (a second picture, a short film)
is the business of those who know it.
"""

import re

from domain.entities.file_facts import ImageStructure, PixelSize
from domain.rules.file_formats.exif_orientation import UPRIGHT, orientation_in
from domain.rules.file_formats.structure import BrokenFile, Content, CutOffFile, counted_blocks, taken

_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9
_APPLICATION_1 = 0xE1
_EXIF = b"Exif\0\0"
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Coded data has no marker but restarts; an FF of its own is followed by a 00, and FFs before a marker are padding.
_PADDING = re.compile(rb"\xff+")
_MARKER_AFTER_CODED_DATA = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def structure_of(content: Content) -> ImageStructure:
    """The size from the frame header, the orientation from the first Exif data. Raises CutOffFile, BrokenFile."""
    found: PixelSize | None = None
    orientation: int | None = None
    position = 2
    for _ in counted_blocks():
        marker, position = _marker(content, position)
        if marker == _END_OF_IMAGE:
            break
        if marker in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(taken(content, position, 2))
        segment = taken(content, position, max(length, 2))
        if marker in _START_OF_FRAME:
            if found is not None:
                raise BrokenFile("has two frame headers")
            found = _frame_size(segment)
        elif marker == _APPLICATION_1 and orientation is None and segment[2:8] == _EXIF:
            orientation = orientation_in(segment[8:])
        position += len(segment)
        if marker == _START_OF_SCAN:
            position = _end_of_coded_data(content, position)
    if found is None:
        raise BrokenFile("has no frame header")
    return ImageStructure(found, orientation or UPRIGHT)


def _marker(content: Content, position: int) -> tuple[int, int]:
    """The marker that stands there, after any padding, and the position after it."""
    if taken(content, position, 1) != b"\xff":
        raise BrokenFile("has bytes between its segments")
    # Found by the expression, not byte by byte: a file may be nothing but padding.
    padded = _PADDING.match(content, position)
    assert padded is not None
    return taken(content, padded.end(), 1)[0], padded.end() + 1


def _frame_size(segment: bytes) -> PixelSize:
    """Length 2, precision 1, height 2, width 2 (T.81, B.2.2)."""
    if len(segment) < 8:
        raise BrokenFile("has a frame header without a size")
    return PixelSize(width=int.from_bytes(segment[5:7]), height=int.from_bytes(segment[3:5]))


def _end_of_coded_data(content: Content, position: int) -> int:
    found = _MARKER_AFTER_CODED_DATA.search(content, position)
    if found is None:
        raise CutOffFile
    return found.start()
