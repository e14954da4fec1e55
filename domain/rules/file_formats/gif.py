"""The pixel size of a GIF, and whether it is all there.

Source: Graphics Interchange Format, version 89a (blocks, sub-blocks and trailer). A frame may reach over the screen;
decoders then grow the picture, so the size is the smallest that holds the screen and every frame.
"""

from collections.abc import Iterator

from domain.entities.file_facts import ImageStructure, PixelSize
from domain.rules.file_formats.structure import BrokenFile, Content, counted_blocks, little, taken

_EXTENSION, _IMAGE, _TRAILER = b"\x21", b"\x2c", b"\x3b"
_SCREEN_END = 13


def structure_of(content: Content) -> ImageStructure:
    """Width and height of the screen and its frames. Raises CutOffFile, BrokenFile."""
    screen = taken(content, 0, _SCREEN_END)
    width, height = little(screen[6:8]), little(screen[8:10])
    position = _SCREEN_END + _colour_table_bytes(screen[10])
    blocks = counted_blocks()
    frames = 0
    while (block := taken(content, position, 1)) != _TRAILER:
        next(blocks)
        if block == _EXTENSION:
            position = _after_sub_blocks(content, position + 2, blocks)
        elif block == _IMAGE:
            frame = taken(content, position, 10)
            width = max(width, little(frame[1:3]) + little(frame[5:7]))
            height = max(height, little(frame[3:5]) + little(frame[7:9]))
            # The byte before the sub-blocks is the code size of the compression.
            position = _after_sub_blocks(content, position + 10 + _colour_table_bytes(frame[9]) + 1, blocks)
            frames += 1
        else:
            raise BrokenFile("has an unknown block")
    if not frames:
        raise BrokenFile("has no picture in it")
    return ImageStructure(PixelSize(width, height))


def _after_sub_blocks(content: Content, position: int, blocks: Iterator[int]) -> int:
    """The position after a row of sub-blocks, each led by its length, ended by an empty one."""
    while length := taken(content, position, 1)[0]:
        next(blocks)
        position += 1 + length
    return position + 1


def _colour_table_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0
