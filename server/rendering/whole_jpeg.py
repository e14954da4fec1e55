"""Whether the pixels of a JPEG are all there though its end mark is not.

Source: ITU-T T.81, annexes B.2 (scans), F and G. Two questions: does what follows the last byte change a pixel, and
does a progressive picture have all the scans that its pixels need.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from server.rendering.image_formats import opened

END_OF_IMAGE = b"\xff\xd9"
_PROGRESSIVE = 0xC2
_COEFFICIENTS = 64
_ROWS_AT_A_TIME = 256
_RESTARTS = range(0xD0, 0xD8)
_WITHOUT_LENGTH = frozenset({0x01, 0xD8, *_RESTARTS})
_GUESSES = (b"\0" * 64, b"\xff\0" * 32, b"\x5a\x3c\xa6\xd1" * 16)
"""What might follow. A code of nothing but zeros may be the end of a block, and one of nothing but ones is none, which
is drawn like it: the third one is neither."""


@dataclass(frozen=True, slots=True)
class _Scan:
    components: frozenset[int]
    first: int
    last: int
    is_final: bool
    """Whether it gives the last bit of what it gives."""


def is_whole(content: bytes) -> bool:
    """Whether a decoder finds all it needs. Raises what the library raises for what is no JPEG."""
    # The first half of a marker would make another one of what follows.
    begun = content.rstrip(b"\xff")
    restart = _following_restart(begun)
    ends = (guess + restart + guess + END_OF_IMAGE for guess in _GUESSES)
    return _has_every_scan(content) and len({_digest(begun + end) for end in ends}) == 1


def _following_restart(content: bytes) -> bytes:
    """The marker that is next in the row of eight; where one has to come, nothing else counts until it is there."""
    last = max(content.rfind(bytes([0xFF, marker])) for marker in _RESTARTS)
    return bytes([0xFF, _RESTARTS[(content[last + 1] + 1) % 8] if last >= 0 else _RESTARTS[0]])


def _digest(content: bytes) -> int:
    """Of the decoded pixels, some rows at a time: a copy of all of them would take as much memory again."""
    digest = 0
    with opened(content, "image/jpeg") as image:
        image.load()
        for top in range(0, image.height, _ROWS_AT_A_TIME):
            rows = image.crop((0, top, image.width, min(image.height, top + _ROWS_AT_A_TIME)))
            digest = crc32(rows.tobytes(), digest)
    return digest


def _has_every_scan(content: bytes) -> bool:
    given: dict[int, set[int]] = {}
    is_progressive = False
    for marker, segment in _segments(content):
        if marker in {0xC0, 0xC1, _PROGRESSIVE}:
            is_progressive = marker == _PROGRESSIVE
            given = {segment[8 + 3 * number]: set() for number in range(segment[7])}
        elif marker == 0xDA:
            scan = _scan(segment, is_progressive=is_progressive)
            for component in scan.components & given.keys() if scan.is_final else ():
                given[component] |= set(range(scan.first, scan.last + 1))
    return bool(given) and all(len(coefficients) == _COEFFICIENTS for coefficients in given.values())


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments, each with its length, wherever they are; what lies between them is passed over."""
    position = 2
    while 0 <= (position := content.find(b"\xff", position)) < len(content) - 4:
        marker = content[position + 1]
        if marker == END_OF_IMAGE[1]:
            return
        if marker in {0x00, 0xFF} or marker in _WITHOUT_LENGTH:
            position += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(content[position + 2 : position + 4])
        segment = content[position + 2 : position + 2 + length]
        if len(segment) < length or length < 2:
            return
        yield marker, segment
        position += 2 + length


def _scan(segment: bytes, *, is_progressive: bool) -> _Scan:
    """A scan header: how many components, each in two bytes, then which coefficients and which of their bits."""
    count = segment[2]
    components = frozenset(segment[3 + 2 * number] for number in range(count))
    if not is_progressive:
        return _Scan(components, 0, _COEFFICIENTS - 1, is_final=True)
    first, last, bits = segment[3 + 2 * count : 6 + 2 * count]
    return _Scan(components, first, min(last, _COEFFICIENTS - 1), is_final=bits & 15 == 0)
