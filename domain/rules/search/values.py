"""Values as words: "=4700" for the number, "=4700 Ω" with its unit, "=4700 ?" where a document names none.

A parameter's value is read as a whole (`component_values`). Elsewhere values are found among words: what is a number
with a unit or a prefix. What the rules of values read in no way because of its case, and people type nevertheless, is
read here: 16mhz.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
_BORDER = re.compile(r"[;:=()\[\]|*@+_]|(?<!\d)[/,]|[/,](?!\d)|(?<=\d)[xX×](?=\d)")
_OPENING, _CLOSING = "=([{'\"‘“„<Øø⌀", ")]}'’“.,;:!?>"
_NUMBER_ALONE = re.compile(r"[-+−]?[\d.,']*\d")
_NUMBER = r"[-+−±~≤≥<>]{0,2}(?:[\d.,/⁄']*\d(?:[eE][-+−]?\d{1,2}|[kKMGTmunpµμ])?|[½¼¾⅓⅔⅛⅜⅝⅞]|\d+[RVkKMGTmunpµμ]\d+)"
_NUMBER_AHEAD = re.compile(rf"{_NUMBER}(?:(?:[-‐‑‒–—−~…]|\.{{2,3}}){_NUMBER})?")
_UNIT_BEHIND = re.compile(r"[^\W\d_]{1,12}|[㍱-㏟]|[%°\"Ω]|[°µμ][^\W\d_]{1,8}|[^\W\d_]{1,4}/[^\W\d_]{1,4}")
_BETWEEN = re.compile(r"|[kKMGnpuµμm]|\d{3}(?:\d{3})?")
"""Nothing, or what 4.7 k Ω, 1 000 Ω and 1 000 000 Ω go on with."""
_PREFIX_ALONE = re.compile(r"[kKMGnpuµμ]|[Mm]eg")
_TO = re.compile(r"to|bis|[-‐‑‒–—−~…]|\.{2,3}")
_REST_OF_RANGE = re.compile(rf"{_NUMBER}\s*(?:{_UNIT_BEHIND.pattern})")
_MILLI_OR_METRES = re.compile(r"(\d+)m")
_SIDE = re.compile(r"\d+(?:[.,]\d+)?")
_SIDES = re.compile(
    rf"(?<![^\W_])(?P<sides>{_SIDE.pattern}(?:\s?[x×*]\s?{_SIDE.pattern}){{1,3}})\s?(?P<unit>[a-zA-Z]{{1,4}}|[\"″])(?![^\W_])"
)
_MEGAHERTZ = re.compile(r"(?<=[\d ])m(?=hz$)", re.IGNORECASE)
# A parameter's value says nothing so; who types it in small letters means what the letters say.
_MILLIOHM = re.compile(r"(?<=\dm)\s?ohms?$|(?<=\d m)ohms?$")
_LOWER_CODE = re.compile(r"(?<=\d)[rv](?=\d|$)|^r(?=\d)")
_CASE_COUNTS = re.compile(r"(?<=\d)m(?!in$|ils?$|eg|et|ill|ic)[^\W\d_]{0,3}\d*$", re.IGNORECASE)
_WITH_PREFIX = re.compile(r"(?<=\d)(?:[rv]\d|[pnuµμk](?:\d|[^\W\d_]{0,2}$))|^r\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ValueSpan:
    """What stands for values in a text, from `start` to `end`; `metres` where a milli may be meant as metres: 10m."""

    start: int
    end: int
    readings: Sequence[Reading]
    metres: Reading | None = None


def values_in(text: str, *, with_numbers: bool = False) -> list[ValueSpan]:
    """The values among the words of a text, in their order; numbers without unit and prefix where asked for."""
    if not any(map(str.isnumeric, text)):
        return []
    chunks = [(found.group(), found.start()) for found in _CHUNK.finditer(text)]
    spans = [span for found in _SIDES.finditer(text) for span in _sides(found)]
    at = 0
    while at < len(chunks):
        taken, found = _values_at(text, chunks, at, with_numbers=with_numbers)
        spans += found
        at += taken
    return spans


def whole_value(value: str) -> ValueSpan | None:
    """A parameter's value where it is read as a whole; the text counts, not what was read of it when it was stored."""
    return _span(value, 0, len(value), with_numbers=True)


def _sides(found: re.Match[str]) -> Iterator[ValueSpan]:
    """58 × 31 × 15 mm: the unit is that of all sides."""
    for side in _SIDE.finditer(found["sides"]):
        readings = _read(f"{side.group()} {found['unit']}")
        if len(readings) == 1 and readings[0].unit == "m":
            yield ValueSpan(found.start() + side.start(), found.start() + side.end(), readings)


def _values_at(
    text: str, chunks: Sequence[tuple[str, int]], at: int, *, with_numbers: bool
) -> tuple[int, list[ValueSpan]]:
    """How many chunks were looked at, at least one, and the values in them."""
    chunk, offset = chunks[at]
    if not any(map(str.isnumeric, chunk)):
        return 1, []
    start, end = _trimmed(chunk, offset)
    if _NUMBER_AHEAD.fullmatch(text[start : offset + len(chunk)]):
        for more in (3, 2, 1):
            behind = chunks[at + 1 : at + 1 + more]
            span = _of_several(text, behind, start, with_prefixes=with_numbers) if at + more < len(chunks) else None
            if span:
                return 1 + more, [span]
    whole = _span(text, start, end, with_numbers=with_numbers)
    if whole:
        return 1, [whole]
    borders = list(_BORDER.finditer(text, start, end))
    starts, ends = [start, *(each.end() for each in borders)], [*(each.start() for each in borders), end]
    pieces = (_trimmed(text[first:last], first) for first, last in zip(starts, ends, strict=True))
    spans = (_span(text, *piece, with_numbers=with_numbers) for piece in pieces)
    return 1, [span for span in spans if span]


def _of_several(text: str, behind: Sequence[tuple[str, int]], start: int, *, with_prefixes: bool) -> ValueSpan | None:
    """A value whose unit stands behind a blank; what is between goes on with it: 4.7 k Ω, 7 to 35 V.

    A prefix alone does where it is asked for: 4.7 k. Elsewhere it may be a word.
    """
    *between, (last, offset) = behind
    _, end = _trimmed(last, offset)
    rest, begins = _UNIT_BEHIND, offset
    if between and _TO.fullmatch(between[0][0]):
        rest, begins = _REST_OF_RANGE, behind[1][1]
    elif not _BETWEEN.fullmatch("".join(chunk for chunk, _ in between)):
        return None
    if not rest.fullmatch(text, begins, end):
        return None
    readings = _read(text[start:end])
    has_unit = all(reading.unit is not None for reading in readings)
    if not readings or not (has_unit or (with_prefixes and _PREFIX_ALONE.fullmatch(text, offset, end))):
        return None
    return ValueSpan(start, end, readings)


def _span(text: str, start: int, end: int, *, with_numbers: bool) -> ValueSpan | None:
    written = text[start:end]
    if not any(map(str.isnumeric, written)) or (not with_numbers and _NUMBER_ALONE.fullmatch(written)):
        return None
    readings = _read(written)
    metres = _MILLI_OR_METRES.fullmatch(written)
    return ValueSpan(start, end, readings, Reading(Decimal(metres[1]), "m") if metres else None) if readings else None


def _trimmed(chunk: str, offset: int) -> tuple[int, int]:
    """Where a chunk begins and ends without brackets, quotes and full stops around it."""
    bare = chunk.lstrip(_OPENING)
    start = offset + len(chunk) - len(bare)
    return start, start + len(bare.rstrip(_CLOSING))


@lru_cache(maxsize=4096)
def _read(written: str) -> Sequence[Reading]:
    in_usual_letters = _LOWER_CODE.sub(lambda letter: letter[0].upper(), _MEGAHERTZ.sub("M", written))
    return readings_of(written) or readings_of(in_usual_letters) or readings_of(_MILLIOHM.sub("Ω", written))


def number_of(reading: Reading) -> str | None:
    """The number without needless noughts, None where it has too many digits for a word."""
    written = format(reading.number, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written if len(written) <= MAX_WORD_LENGTH // 2 else None


def words_of_document(span: ValueSpan, unit: str | None = None) -> Iterator[str]:
    """The words by which a document has these values; `unit` is what a number without one is in."""
    for reading in span.readings:
        number, in_unit = number_of(reading), reading.unit or unit
        if number is None:
            continue
        if reading.sign in _TOLERANCES:
            if in_unit in _SHARES:
                yield f"{VALUE}{number} {in_unit}"
            continue
        yield f"{VALUE}{number}"
        yield f"{VALUE}{number} {in_unit or NO_UNIT}"
    if span.metres and not unit:
        yield f"{VALUE}{number_of(span.metres)} m"


def words_of_query(span: ValueSpan) -> Iterator[str]:
    """The words by which any of these values is found; one with a unit is found where a document names none, too."""
    for reading in span.readings:
        number = number_of(reading)
        if number is not None and reading.unit is None:
            yield f"{VALUE}{number}"
        elif number is not None:
            yield f"{VALUE}{number} {reading.unit}"
            yield f"{VALUE}{number} {NO_UNIT}"
    if span.metres:
        yield f"{VALUE}{number_of(span.metres)} m"


def parted(span: ValueSpan) -> Sequence[ValueSpan]:
    """The span once for each of its readings."""
    return [replace(span, readings=(reading,)) for reading in span.readings]


def is_meant(needle: str, span: ValueSpan) -> bool:
    """Whether a needle of a value stands for one of a span, whatever unit the name of a parameter tells."""
    number, _, unit = needle.removeprefix(VALUE).partition(" ")
    readings = (*span.readings, *([span.metres] if span.metres and unit == "m" else ()))
    return any(
        number_of(reading) == number and (not unit or reading.unit is None or reading.unit == unit)
        for reading in readings
    )


def case_counts(written: str) -> bool:
    """Whether a value holds a prefix that is another one in other letters: 10m, 10 MHz."""
    return _CASE_COUNTS.search(written.replace(" ", "")) is not None


def is_only_a_value(written: str) -> bool:
    """Whether a value is looked for as nothing else: 4k75 does not begin with 4k7, and 10m is not 10M."""
    return case_counts(written) or _WITH_PREFIX.search(written) is not None
