"""The pixel size of a HEIC or AVIF, and whether its picture is all there.

Sources: ISO/IEC 14496-12 (boxes; the meta box, 8.11) and ISO/IEC 23008-12 (HEIF: ispe 6.5.3, irot 6.5.10), as they are
implemented by libheif and libavif. What counts is the primary item; where the bytes of the items lie is said by `iloc`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.entities.file_facts import ImageStructure, PixelSize
from domain.rules.file_formats.structure import BrokenFile, Content, CutOffFile, counted_blocks, taken

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_MOST_BRANDS = 32
_FULL_BOX_BYTES = 4
_IN_FILE = 0
"""The construction method of an item whose bytes lie in the file itself; others lie in the meta box, or in items."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """Numbers one after the other from a place in the file."""

    content: Content
    place: list[int]

    def number(self, length: int) -> int:
        at = self.place[0]
        self.place[0] += length
        return int.from_bytes(taken(self.content, at, length))


_Boxes = Mapping[bytes, list[tuple[int, int]]]
"""Where the content of boxes begins and ends, by their type, in their order."""


def is_avif(first_bytes: Content) -> bool:
    """Whether the file says that it is an AVIF."""
    return bool(_brands(first_bytes) & _AVIF_BRANDS)


def is_heic(first_bytes: Content) -> bool:
    """Whether the file says that it is a HEIC."""
    brands = _brands(first_bytes)
    return bool(brands & _HEIC_BRANDS) and not brands & _AVIF_BRANDS


def structure_of(content: Content) -> ImageStructure:
    """The size of the primary item as it is shown, so that it is upright. Raises CutOffFile, BrokenFile."""
    meta = next(_boxes(content, 0, len(content), b"meta"), None)
    if meta is None:
        # A file of moving pictures alone has none either; its reader knows.
        raise CutOffFile
    inside = _by_type(content, meta[0] + _FULL_BOX_BYTES, meta[1])
    if not {b"pitm", b"iloc", b"iprp"} <= inside.keys():
        raise BrokenFile("has no picture in it")
    _see_all_items(content, inside[b"iloc"][0][0])
    return ImageStructure(_shown_size(content, inside))


def _brands(first_bytes: Content) -> frozenset[bytes]:
    if first_bytes[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(first_bytes[:4]), 16 + 4 * _MOST_BRANDS)
    return frozenset(first_bytes[at : at + 4] for at in (8, *range(16, end, 4)))


def _boxes(content: Content, start: int, end: int, sought: bytes) -> Iterator[tuple[int, int]]:
    """Where the content of the boxes of a type begins and ends. Raises CutOffFile where one ends behind `end`."""
    for kind, first, last in _all_boxes(content, start, end):
        if kind == sought:
            yield first, last


def _by_type(content: Content, start: int, end: int) -> _Boxes:
    found: dict[bytes, list[tuple[int, int]]] = {}
    for kind, first, last in _all_boxes(content, start, end):
        found.setdefault(kind, []).append((first, last))
    return found


def _all_boxes(content: Content, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    blocks = counted_blocks()
    while start + 8 <= end:
        next(blocks)
        size, kind, head = int.from_bytes(taken(content, start, 4)), taken(content, start + 4, 4), 8
        if size == 1:
            size, head = int.from_bytes(taken(content, start + 8, 8)), 16
        last = start + size if size else end
        if last > end:
            raise CutOffFile
        if last < start + head:
            raise BrokenFile("has a box that is too short")
        yield kind, start + head, last
        start = last


def _see_all_items(content: Content, start: int) -> None:
    """Look whether all bytes are there that the items in the file are said to have."""
    reader = _Reader(content, [start])
    version, _ = reader.number(1), reader.number(3)
    sizes, more = reader.number(1), reader.number(1)
    offset_bytes, length_bytes, base_bytes = sizes >> 4, sizes & 15, more >> 4
    index_bytes = more & 15 if version else 0
    blocks = counted_blocks()
    for _ in range(reader.number(4 if version > 1 else 2)):
        next(blocks)
        reader.number(4 if version > 1 else 2)
        method = reader.number(2) & 15 if version else _IN_FILE
        reader.number(2)
        base = reader.number(base_bytes)
        for _ in range(reader.number(2)):
            next(blocks)
            reader.number(index_bytes)
            offset, length = reader.number(offset_bytes), reader.number(length_bytes)
            if method == _IN_FILE:
                taken(content, base + offset + length, 0)


def _shown_size(content: Content, meta: _Boxes) -> PixelSize:
    item_reader = _Reader(content, [meta[b"pitm"][0][0]])
    version, _ = item_reader.number(1), item_reader.number(3)
    primary = item_reader.number(4 if version else 2)
    properties = _by_type(content, *meta[b"iprp"][0])
    if not {b"ipco", b"ipma"} <= properties.keys():
        raise BrokenFile("has no properties")
    kinds = list(_all_boxes(content, *properties[b"ipco"][0]))
    size, is_on_its_side = PixelSize(0, 0), False
    for index in _properties_of(content, properties[b"ipma"], primary):
        kind, first, _ = kinds[index - 1] if 0 < index <= len(kinds) else (b"", 0, 0)
        if kind == b"ispe":
            both = taken(content, first + _FULL_BOX_BYTES, 8)
            size = PixelSize(int.from_bytes(both[:4]), int.from_bytes(both[4:]))
        elif kind == b"irot":
            # Each turn is a quarter of the circle.
            is_on_its_side ^= bool(taken(content, first, 1)[0] & 1)
    return PixelSize(size.height, size.width) if is_on_its_side else size


def _properties_of(content: Content, associations: list[tuple[int, int]], item: int) -> Iterator[int]:
    """The numbers, from 1, of the properties of an item."""
    blocks = counted_blocks()
    for start, _ in associations:
        reader = _Reader(content, [start])
        version, flags = reader.number(1), reader.number(3)
        for _ in range(reader.number(4)):
            next(blocks)
            found = reader.number(4 if version else 2)
            for _ in range(reader.number(1)):
                next(blocks)
                index = reader.number(2) & 0x7FFF if flags & 1 else reader.number(1) & 0x7F
                if found == item:
                    yield index
