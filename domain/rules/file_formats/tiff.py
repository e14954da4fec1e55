"""The pixel size and orientation of the first page of a TIFF, and whether the strips and facts of all pages are there.

Sources: TIFF, revision 6.0, sections 2, 3 and 15; for files with offsets of eight bytes the BigTIFF proposal. Raw
photos are TIFFs, too, whose first page is a reduced likeness of the picture, or which name their version of DNG, as
those of phones do: they are no images here (`is_raw_photo`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from domain.entities.file_facts import ImageStructure, PixelSize
from domain.rules.file_formats.exif_orientation import UPRIGHT
from domain.rules.file_formats.structure import BrokenFile, Content, CutOffFile, counted_blocks, taken

_SUBFILE_TYPE, _WIDTH, _HEIGHT, _ORIENTATION, _SUB_DIRECTORIES = 254, 256, 257, 274, 330
_VERSION_OF_DNG = 50_706
_REDUCED = 1
_PIECES = ((273, 279), (324, 325))
"""Where strips and tiles begin, and how long they are."""

_BYTES_OF_TYPE: Mapping[int, int] = {
    **dict.fromkeys((1, 2, 6, 7), 1),
    **dict.fromkeys((3, 8), 2),
    **dict.fromkeys((4, 9, 11, 13), 4),
    **dict.fromkeys((5, 10, 12, 16, 17, 18), 8),
}
_WHOLE_NUMBERS = frozenset({1, 3, 4, 16})
_CANON_RAW = b"CR"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers are written, and how wide offsets, counts of entries and counts of values are."""

    order: Literal["little", "big"]
    offset_bytes: int
    count_bytes: int

    @property
    def entry_bytes(self) -> int:
        return 4 + 2 * self.offset_bytes

    def number(self, written: bytes) -> int:
        return int.from_bytes(written, self.order)


_Entries = Mapping[int, tuple[int, int, int]]
"""By tag: the type of the values, how many there are, and where the entry has them or says where they are."""


def structure_of(content: Content) -> ImageStructure:
    """Width, height and orientation from the first directory. Raises CutOffFile, BrokenFile."""
    layout, blocks = _layout(content), counted_blocks()
    first: _Entries | None = None
    for entries in _directories(content, layout, blocks):
        first = first or entries
        for kind, count, place in entries.values():
            taken(content, place + _BYTES_OF_TYPE.get(kind, 0) * count, 0)
        for starts, lengths in _PIECES:
            pieces = zip(_values(content, layout, entries, starts), _values(content, layout, entries, lengths))  # noqa: B905
            for start, length in pieces:
                next(blocks)
                taken(content, start + length, 0)
    if first is None:
        raise BrokenFile("has no picture in it")
    width, height, orientation = (
        next(_values(content, layout, first, tag), 0) for tag in (_WIDTH, _HEIGHT, _ORIENTATION)
    )
    return ImageStructure(PixelSize(width, height), orientation if 1 <= orientation <= 8 else UPRIGHT)


def is_raw_photo(first_bytes: Content) -> bool:
    """Whether a TIFF is the raw data of a camera, as far as the first bytes tell."""
    if first_bytes[8:10] == _CANON_RAW:
        return True
    try:
        layout = _layout(first_bytes)
        entries = next(_directories(first_bytes, layout, counted_blocks()))
        kind = next(_values(first_bytes, layout, entries, _SUBFILE_TYPE), 0)
    except (CutOffFile, BrokenFile, StopIteration):
        return False
    return _VERSION_OF_DNG in entries or (bool(kind & _REDUCED) and _SUB_DIRECTORIES in entries)


def _layout(content: Content) -> _Layout:
    order: Literal["little", "big"] = "little" if content[:2] == b"II" else "big"
    is_big = int.from_bytes(content[2:4], order) == 43
    return _Layout(order, *((8, 8) if is_big else (4, 2)))


def _directories(content: Content, layout: _Layout, blocks: Iterator[int]) -> Iterator[_Entries]:
    """The directories of the pages. They are a chain, which may be a loop: each entry counts as a block."""
    link = 8 if layout.offset_bytes == 8 else 4
    while position := layout.number(taken(content, link, layout.offset_bytes)):
        next(blocks)
        count = layout.number(taken(content, position, layout.count_bytes))
        start = position + layout.count_bytes
        written = taken(content, start, count * layout.entry_bytes)
        entries: dict[int, tuple[int, int, int]] = {}
        for _, at in zip(blocks, range(0, len(written), layout.entry_bytes), strict=False):
            tag, values = _entry(layout, written, start, at)
            entries.setdefault(tag, values)
        yield entries
        link = start + len(written)


def _entry(layout: _Layout, written: bytes, start: int, at: int) -> tuple[int, tuple[int, int, int]]:
    """Tag, and type, count and place of the values."""
    number, values_at = layout.number, at + 4 + layout.offset_bytes
    kind, count = number(written[at + 2 : at + 4]), number(written[at + 4 : values_at])
    fits = _BYTES_OF_TYPE.get(kind, 0) * count <= layout.offset_bytes
    place = start + values_at if fits else number(written[values_at : values_at + layout.offset_bytes])
    return number(written[at : at + 2]), (kind, count, place)


def _values(content: Content, layout: _Layout, entries: _Entries, tag: int) -> Iterator[int]:
    """The values of a tag, none where it is not there or of another type."""
    kind, count, place = entries.get(tag, (0, 0, 0))
    width = _BYTES_OF_TYPE[kind] if kind in _WHOLE_NUMBERS else 0
    if not width:
        return
    # One at a time: a small file may name a long row of them many times over.
    taken(content, place + width * count, 0)
    for at in range(place, place + width * count, width):
        yield layout.number(content[at : at + width])
