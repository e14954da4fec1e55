"""Which bytes of a file a request wants (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

MAX_RANGES = 10
_RANGES = re.compile(r"bytes\s*=\s*(?P<ranges>[\d\-,\s]+)", re.IGNORECASE)
_RANGE = re.compile(r"(?P<first>\d{0,19})-(?P<last>\d{0,19})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes they are, at least 1."""
        return self.last - self.first + 1


def wanted_ranges(header: str | None, size_bytes: int) -> list[ByteRange] | None:
    """The ranges of a Range header in their order, those that overlap or touch made one.

    None when the whole file is to be sent: no header, one that is malformed, or one of more than ten ranges (section
    14.2 lets a server ignore these). An empty list when no range lies within the file (416).
    """
    found = _RANGES.fullmatch(header.strip()) if header is not None else None
    if found is None:
        return None
    written = [item.strip() for item in found["ranges"].split(",") if item.strip()]
    if not 1 <= len(written) <= MAX_RANGES:
        return None
    ranges: list[ByteRange] = []
    for item in written:
        match = _RANGE.fullmatch(item)
        if match is None or not (match["first"] or match["last"]):
            return None
        first, last = match["first"], match["last"]
        if first and last and int(first) > int(last):
            return None
        within = _within(first, last, size_bytes)
        if within is not None:
            ranges.append(within)
    return _coalesced(ranges)


def _within(first: str, last: str, size_bytes: int) -> ByteRange | None:
    """The part of a range that lies within the file; without a first byte it counts from the end."""
    if not first:
        length = min(int(last), size_bytes)
        return ByteRange(size_bytes - length, size_bytes - 1) if length else None
    if int(first) >= size_bytes:
        return None
    return ByteRange(int(first), min(int(last), size_bytes - 1) if last else size_bytes - 1)


def _coalesced(ranges: list[ByteRange]) -> list[ByteRange]:
    """The ranges as they are when no two of them overlap or touch, else joined, in the order of the file."""
    ordered = sorted(ranges, key=lambda each: (each.first, each.last))
    joined: list[ByteRange] = []
    for each in ordered:
        if joined and each.first <= joined[-1].last + 1:
            joined[-1] = ByteRange(joined[-1].first, max(joined[-1].last, each.last))
        else:
            joined.append(each)
    return ranges if len(joined) == len(ranges) else joined
