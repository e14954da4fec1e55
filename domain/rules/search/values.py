"""Values as words: "=4700" for the number, "=4700 Ω" with its unit, "=4700 ?" where a document names none.

A parameter's value is read as a whole (`component_values`). Elsewhere values are found among words: what is a number
with a unit or a prefix. What the rules of values read in no way because of its case, and people type nevertheless, is
read here: 16mhz.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from domain.entities.reading import Reading, ReadingSign
from domain.rules.component_values import readings_of
from domain.rules.search.folding import MAX_WORD_LENGTH

VALUE = "="
"""Every value begins with this; no word holds it."""

NO_UNIT = "?"
_SHARES = {"%", "ppm"}
_TOLERANCES = {ReadingSign.PLUS_MINUS, ReadingSign.PLUS, ReadingSign.MINUS}

_CHUNK = re.compile(r"\S+")
_PIECE = re.compile(r"[^\s/;,:=()\[\]|×xX*@+_]+(?:[,/]\d[^\s/;,:=()\[\]|×*@+_]*)*")
_OPENING, _CLOSING = "([{'\"‘“„<", ")]}'’“.,;:!?>"
_NUMBER_ALONE = re.compile(r"[-+−]?[\d.,']*\d")
_NUMBER_AHEAD = re.compile(r"[-+−±~≤≥<>]{0,2}(?:[\d.,/']*\d[kKMGTmunpµμ]?|[½¼¾⅓⅔⅛⅜⅝⅞]|\d+[RVkKMGTmunpµμ]\d+)")
_UNIT_BEHIND = re.compile(r"[^\W\d_]{1,12}|[%°\"Ω]|[°µμ][^\W\d_]{1,8}|[^\W\d_]{1,4}/[^\W\d_]{1,4}")
_PREFIX_BEHIND = re.compile(r"[kKMGnpuµμm]")
_MILLI_OR_METRES = re.compile(r"(\d+)m")
_MEGAHERTZ = re.compile(r"(?<=[\d ])m(?=hz$)", re.IGNORECASE)
_CASE_COUNTS = re.compile(r"(?<=\d)m(?!in$|ils?$|eg|et|ill|ic)[^\W\d_]{0,3}\d*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ValueSpan:
    """What stands for values in a text, from `start` to `end`."""

    start: int
    end: int
    readings: Sequence[Reading]


def values_in(text: str, *, with_numbers: bool = False) -> list[ValueSpan]:
    """The values among the words of a text, in their order; numbers without unit and prefix where asked for."""
    if not any(map(str.isnumeric, text)):
        return []
    chunks = [(found.group(), found.start()) for found in _CHUNK.finditer(text)]
    spans: list[ValueSpan] = []
    at = 0
    while at < len(chunks):
        taken, found = _values_at(text, chunks, at, with_numbers=with_numbers)
        spans += found
        at += taken
    return spans


def _values_at(
    text: str, chunks: Sequence[tuple[str, int]], at: int, *, with_numbers: bool
) -> tuple[int, list[ValueSpan]]:
    """How many chunks were looked at, at least one, and the values in them."""
    chunk, offset = chunks[at]
    if not any(map(str.isnumeric, chunk)):
        return 1, []
    start, end = _trimmed(chunk, offset)
    if _NUMBER_AHEAD.fullmatch(text[start : offset + len(chunk)]):
        for more in (2, 1):
            span = _of_several(text, chunks[at + 1 : at + 1 + more], start) if at + more < len(chunks) else None
            if span:
                return 1 + more, [span]
    whole = _span(text, start, end, with_numbers=with_numbers)
    if whole:
        return 1, [whole]
    pieces = _PIECE.finditer(text, start, end)
    spans = (_span(text, *_trimmed(piece.group(), piece.start()), with_numbers=with_numbers) for piece in pieces)
    return 1, [span for span in spans if span]


def _of_several(text: str, behind: Sequence[tuple[str, int]], start: int) -> ValueSpan | None:
    """A value whose unit stands behind a blank; with two chunks behind it, the first is a prefix: 4.7 k Ω."""
    *between, (last, offset) = behind
    if between and not _PREFIX_BEHIND.fullmatch(between[0][0]):
        return None
    _, end = _trimmed(last, offset)
    if not _UNIT_BEHIND.fullmatch(text[offset:end]):
        return None
    readings = _read(text[start:end])
    if not readings or any(reading.unit is None for reading in readings):
        return None
    return ValueSpan(start, end, readings)


def _span(text: str, start: int, end: int, *, with_numbers: bool) -> ValueSpan | None:
    written = text[start:end]
    if not any(map(str.isnumeric, written)) or (not with_numbers and _NUMBER_ALONE.fullmatch(written)):
        return None
    readings = _read(written)
    return ValueSpan(start, end, readings) if readings else None


def _trimmed(chunk: str, offset: int) -> tuple[int, int]:
    """Where a chunk begins and ends without brackets, quotes and full stops around it."""
    bare = chunk.lstrip(_OPENING)
    start = offset + len(chunk) - len(bare)
    return start, start + len(bare.rstrip(_CLOSING))


@lru_cache(maxsize=8192)
def _read(written: str) -> Sequence[Reading]:
    readings = readings_of(written) or readings_of(_MEGAHERTZ.sub("M", written))
    metres = _MILLI_OR_METRES.fullmatch(written)
    return (*readings, Reading(Decimal(metres[1]), "m")) if metres else readings


def readings_of_value(value: str) -> Sequence[Reading]:
    """What a parameter's value reads as; the text counts, not what was read of it when it was stored."""
    return _read(value)


def number_of(reading: Reading) -> str | None:
    """The number without needless noughts, None where it has too many digits for a word."""
    written = format(reading.number, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written if len(written) <= MAX_WORD_LENGTH // 2 else None


def words_of_document(readings: Sequence[Reading], unit: str | None = None) -> Iterator[str]:
    """The words by which a document has these values; `unit` is what a number without one is in."""
    for reading in readings:
        number, in_unit = number_of(reading), reading.unit or unit
        if number is None:
            continue
        if reading.sign in _TOLERANCES:
            if in_unit in _SHARES:
                yield f"{VALUE}{number} {in_unit}"
            continue
        yield f"{VALUE}{number}"
        yield f"{VALUE}{number} {in_unit or NO_UNIT}"


def words_of_query(readings: Sequence[Reading]) -> Iterator[str]:
    """The words by which any of these values is found."""
    for reading in readings:
        number = number_of(reading)
        if number is None:
            continue
        if reading.unit is None:
            yield f"{VALUE}{number}"
        else:
            yield f"{VALUE}{number} {reading.unit}"
            if len(readings) == 1:
                yield f"{VALUE}{number} {NO_UNIT}"


def is_meant(needle: str, readings: Sequence[Reading]) -> bool:
    """Whether a needle of a value stands for one of the readings, whatever unit the name of a parameter tells."""
    number, _, unit = needle.removeprefix(VALUE).partition(" ")
    return any(
        number_of(reading) == number and (not unit or reading.unit is None or reading.unit == unit)
        for reading in readings
    )


def case_counts(written: str) -> bool:
    """Whether a value holds a prefix that is another one in other letters: 10m, 10 MHz."""
    return _CASE_COUNTS.search(written.replace(" ", "")) is not None
