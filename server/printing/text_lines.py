"""Texts in lines: each character in a font that has it, lines no longer than their column, and in each line what is
read from right to left in that order (Unicode's bidirectional algorithm, UAX #9).

A line is a row of runs from left to right; within a run there is one font and one direction. Widths are in ems.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby, islice
from typing import NamedTuple

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from server.printing.characters import BLANK, cleaned, clusters, may_end_before
from server.printing.typefaces import Typeface, Typefaces, Use, is_seen

_FROM_THE_RIGHT = frozenset({"R", "AL", "AN"})
_CUT = "…"


class Run(NamedTuple):
    """Characters of one font and one direction, in the order in which they are read."""

    text: str
    face: Typeface
    is_reversed: bool
    is_shaped: bool
    """Whether its glyphs depend on each other, and are to be asked of the font together."""
    width: float
    glyphs: frozenset[int] = frozenset()
    """Of a shaped one."""

    @property
    def direction(self) -> str:
        """As fonts are told it."""
        return "rtl" if self.is_reversed else "ltr"


class Line(NamedTuple):
    """Runs from left to right."""

    runs: tuple[Run, ...]
    width: float
    is_reversed: bool
    """Whether its paragraph is read from right to left, and so begins at the right."""


class _Placed(NamedTuple):
    """A cluster with its font and its level: even ones are read from left to right."""

    text: str
    face: Typeface
    level: int


class Column(NamedTuple):
    """Where a paragraph stands: what is beyond so many characters or lines of it is cut."""

    width: float
    most_characters: int
    most_lines: int


@dataclass(slots=True)
class TextLines:
    """Makes lines, and remembers what they use of which font."""

    faces: Typefaces
    used: dict[Typeface, Use] = field(default_factory=dict)

    def lines(self, text: str, column: Column) -> list[Line]:
        """The lines of one paragraph; one that is cut has an ellipsis at its end."""
        written = clusters(cleaned(text))
        if not self._fits(written, column):
            # Characters before lines, for they are counted sooner.
            most = bisect_left(list(accumulate(map(len, written))), column.most_characters)
            most = bisect_left(range(1, most + 1), True, key=lambda end: not self._fits(written[:end], column, _CUT))
            written = [*written[:most], _CUT]
        placed, is_reversed = _levelled(self._in_fonts(written))
        return [self._line(row, is_reversed) for row in _rows(placed, column.width)]

    def listed(self, items: Sequence[str], column: Column) -> list[Line]:
        """The lines of some words with commas between them: as many whole words as fit, and how many more there are."""

        def told(shown: int) -> str:
            more = f" {_CUT} and {len(items) - shown:,} more" if shown < len(items) else ""
            return ", ".join(items[:shown]) + more

        def is_cut(shown: int) -> bool:
            return not self._fits(clusters(cleaned(told(shown))), column)

        shown = len(items)
        if is_cut(shown):
            shown = bisect_left(range(1, len(items)), True, key=is_cut)
        return self.lines(told(max(shown, 1)), column)

    def uses(self, face: Typeface, text: str) -> None:
        """Remember what is written without lines."""
        self.used.setdefault(face, Use()).characters.update(text)

    def _fits(self, written: Sequence[str], column: Column, end: str = "") -> bool:
        if sum(map(len, written)) + len(end) > column.most_characters:
            return False
        placed, _ = _levelled(self._in_fonts([*written, *end]))
        return len(list(islice(_rows(placed, column.width), column.most_lines + 1))) <= column.most_lines

    def _in_fonts(self, written: Sequence[str]) -> list[tuple[str, Typeface]]:
        """A blank between words of a script is of its font, so that they are one run."""
        found: list[tuple[str, Typeface]] = []
        has_arabic = self.faces.has_arabic_of("".join(written))
        for cluster in written:
            before = found[-1][1] if found else self.faces.text
            if cluster == BLANK and before.is_script:
                found.append((BLANK, before))
            else:
                found += self.faces.chosen(cluster, has_arabic)
        return found

    def _line(self, row: Sequence[_Placed], is_reversed: bool) -> Line:
        runs = tuple(_in_visual_order(row))
        for run in runs:
            self.uses(run.face, run.text)
            self.used[run.face].glyphs.update(run.glyphs)
        return Line(runs, sum(run.width for run in runs), is_reversed)


def _levelled(written: Sequence[tuple[str, Typeface]]) -> tuple[list[_Placed], bool]:
    """The clusters with their levels, and whether the paragraph is read from right to left."""
    whole = "".join(text for text, _ in written)
    if not any(unicodedata.bidirectional(each) in _FROM_THE_RIGHT for each in whole):
        return [_Placed(text, face, 0) for text, face in written], False
    paragraph = BidiParagraph(whole, preserve_bn_chars=True)
    levels = [each.embedding_level for each in paragraph.get_characters()]
    placed, at = [], 0
    for text, face in written:
        placed.append(_Placed(text, face, levels[at]))
        at += len(text)
    return placed, paragraph.base_direction == TextDirection.RTL


def _rows(placed: Sequence[_Placed], width: float) -> Iterator[list[_Placed]]:
    """As much in each row as it holds; what is longer than a row is broken between two clusters."""
    row: list[_Placed] = []
    taken = 0.0
    for word in _words(placed):
        without_blank = _without_blanks(word)
        if row and taken + _width(without_blank) > width:
            yield _without_blanks(row)
            row, taken = [], 0.0
        if _width(without_blank) > width:
            *full, rest = _broken(without_blank, width)
            yield from full
            row, taken = rest, _width(rest)
            word = word[len(without_blank) :]
        row += word
        taken += _width(word)
    if last := _without_blanks(row):
        yield last


def _words(placed: Sequence[_Placed]) -> Iterator[list[_Placed]]:
    """What stays together on a line, each with the blank behind it."""
    word: list[_Placed] = []
    for each in placed:
        if word and may_end_before(word[-1].text, each.text):
            yield word
            word = []
        word.append(each)
    if word:
        yield word


def _broken(word: Sequence[_Placed], width: float) -> Iterator[list[_Placed]]:
    row: list[_Placed] = []
    taken = 0.0
    for each in word:
        own = _width([each])
        if row and taken + own > width:
            yield row
            row, taken = [], 0.0
        row.append(each)
        taken += own
    yield row


def _without_blanks(row: Sequence[_Placed]) -> list[_Placed]:
    """Without those at its end."""
    end = len(row)
    while end and row[end - 1].text == BLANK:
        end -= 1
    return list(row[:end])


def _width(placed: Sequence[_Placed]) -> float:
    return sum(run.width for run, _ in _runs(placed))


def _runs(row: Sequence[_Placed]) -> Iterator[tuple[Run, int]]:
    """The runs with their levels, in the order in which they are read."""
    for (face, level), of_one in groupby(row, key=lambda each: (each.face, each.level)):
        yield _run("".join(each.text for each in of_one), face, level), level


def _run(text: str, face: Typeface, level: int) -> Run:
    is_reversed = level % 2 == 1
    is_shaped = is_reversed or face.is_shaped or any(unicodedata.combining(each) for each in text)
    if not is_shaped:
        text = "".join(each for each in text if is_seen(each))
        return Run(text, face, is_reversed, is_shaped, face.width(text))
    shape = face.shape(text, "rtl" if is_reversed else "ltr")
    return Run(text, face, is_reversed, is_shaped, shape.width, shape.glyphs)


def _in_visual_order(row: Sequence[_Placed]) -> list[Run]:
    """From left to right (UAX #9, L2): from the highest level down, what is at least at it is turned."""
    runs = list(_runs(row))
    for turned in range(max((level for _, level in runs), default=0), 0, -1):
        ordered: list[tuple[Run, int]] = []
        for is_turned, some in groupby(runs, key=lambda each: each[1] >= turned):
            ordered += list(some)[:: -1 if is_turned else 1]
        runs = ordered
    return [run for run, _ in runs]
