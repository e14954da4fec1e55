"""A PNG with what its picture needs and no more, and with a sound end; and whether its pixels are all there.

Source: PNG (third edition, W3C), clauses 5.3 (chunks), 7.2 (scanlines), 8.1 (interlacing) and 10 (compression). What a
library stumbles over beside the picture, such as texts that are far larger than they look, is left out.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SIGNATURE_BYTES = 8
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"eXIf"})
_LEAST_BYTES = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
"""Of what browsers leave out where it is shorter."""

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: the first column and row of each pass, and the steps from one to the next."""

_INFLATED_AT_A_TIME = 2**20


@dataclass(frozen=True, slots=True)
class PlainPng:
    """The chunks that count by their names, in their order, and all pixels. Of several with one name the first one
    counts."""

    chunks: Mapping[bytes, bytes]
    packed: bytes

    @property
    def content(self) -> bytes:
        """The file."""
        written = bytearray(b"\x89PNG\r\n\x1a\n")
        is_after = False
        for kind, data in [*self.chunks.items(), (b"IEND", b"")]:
            if kind in {b"eXIf", b"IEND"} and not is_after:
                written += _chunk(b"IDAT", self.packed)
                is_after = True
            written += _chunk(kind, data)
        return bytes(written)

    @property
    def is_whole(self) -> bool:
        """Whether the packed data give all rows. No more is unpacked at a time than is counted at once."""
        missing = self._raw_bytes()
        unpacking, rest = zlib.decompressobj(), self.packed
        try:
            while missing > 0 and rest and not unpacking.eof:
                missing -= len(unpacking.decompress(rest, _INFLATED_AT_A_TIME))
                rest = unpacking.unconsumed_tail
        except zlib.error:
            return False
        return missing <= 0

    def _raw_bytes(self) -> int:
        width, height, bits, colour, _, _, is_interlaced = struct.unpack(">IIBBBBB", self.chunks[b"IHDR"][:13])
        bits_of_pixel = bits * _CHANNELS[colour]
        passes = _PASSES if is_interlaced else ((0, 0, 1, 1),)
        return sum(
            ((-(-(width - left) // across) * bits_of_pixel + 7) // 8 + 1) * -(-(height - top) // down)
            for left, top, across, down in passes
            if width > left and height > top
        )


def plain_png(content: bytes) -> PlainPng:
    """What there is of a PNG, as far as the file goes."""
    chunks: dict[bytes, bytes] = {}
    packed = bytearray()
    for kind, length, data in _chunks(content):
        if kind == b"IDAT":
            packed += data
        elif kind in _KEPT and len(data) == length >= _LEAST_BYTES.get(kind, 0) and kind not in chunks:
            chunks[kind] = data
    return PlainPng(chunks, bytes(packed))


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """The type of each chunk, the length it says it has, and what there is of it."""
    position = _SIGNATURE_BYTES
    while position + 8 <= len(content):
        length, kind = int.from_bytes(content[position : position + 4]), content[position + 4 : position + 8]
        if kind == b"IEND":
            return
        yield kind, length, content[position + 8 : position + 8 + length]
        position += 12 + length


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
