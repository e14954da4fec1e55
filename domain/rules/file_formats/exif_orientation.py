"""Which way up an image is to be shown, from its Exif data.

Sources: CIPA DC-008 (Exif 2.32), clauses 4.5.2 and 4.6.4 (the TIFF header and the tag Orientation, 0x0112).
"""

from typing import Literal

from domain.entities.file_facts import PixelSize

UPRIGHT = 1
_ORIENTATION_TAG = 0x0112
_SHORT = 3
_ENTRY_BYTES = 12


def orientation_in(tiff: bytes) -> int:
    """The orientation 1 to 8 in a TIFF structure; 1, upright, where none is found."""
    if tiff[:4] not in {b"II*\0", b"MM\0*"}:
        return UPRIGHT
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"

    def number(start: int, length: int) -> int:
        return int.from_bytes(tiff[start : start + length], order)

    directory = number(4, 4)
    for entry in range(number(directory, 2)):
        start = directory + 2 + entry * _ENTRY_BYTES
        if start + _ENTRY_BYTES > len(tiff):
            break
        if (number(start, 2), number(start + 2, 2)) == (_ORIENTATION_TAG, _SHORT):
            return found if 1 <= (found := number(start + 8, 2)) <= 8 else UPRIGHT
    return UPRIGHT


def shown_size(stored: PixelSize, orientation: int) -> PixelSize:
    """Width and height as shown; the orientations from 5 on lie on their side."""
    return PixelSize(stored.height, stored.width) if orientation >= 5 else stored
