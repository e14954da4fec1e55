"""A pick list on paper: by box and location, with tick boxes, large part keys, a code to scan and numbered pages.

Everything is laid out before anything is drawn, because the fonts are to hold what is written. Measures are in
millimetres.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from persistence.readers.pick_list import PrintedLine
from server.printing.paper import MARGIN, POINT, Paper
from server.printing.pick_list_sheet import PickListSheet
from server.printing.qr_code import draw_code
from server.printing.text_lines import Column, Line, TextLines
from server.printing.typefaces import open_typefaces

_WIDTH = 210.0 - 2 * MARGIN
_TICK, _PLACE, _KEY, _PIECES, _GAP = 9.0, 22.0, 28.0, 24.0, 3.0
_TEXT_LEFT = MARGIN + _TICK + _PLACE + _KEY + _PIECES + _GAP
_TEXT_WIDTH = MARGIN + _WIDTH - _TEXT_LEFT
_ROW = 9.0
_TEXT_SIZE, _TEXT_LINE = 9.0, 4.6
_HEAD_SIZE, _HEAD_LINE = 11.0, 5.6
_BOX_LEFT, _BOX_ROW = 28.0, 7.0
_CODE = 24.0
_MOST_CHARACTERS, _MOST_LINES = 300, 12
_FIXED = "".join(map(chr, range(0x20, 0x7F))) + "·×"


class _Row(NamedTuple):
    line: PrintedLine
    text: Sequence[Line]

    @property
    def height(self) -> float:
        return max(_ROW, len(self.text) * _TEXT_LINE + 3.0)


class _Box(NamedTuple):
    number: int
    description: Sequence[Line]
    rows: Sequence[_Row]


def pick_list_pdf(sheet: PickListSheet) -> bytes:
    """The bytes of the PDF. Takes milliseconds for each line: call it off the event loop."""
    faces = open_typefaces()
    texts = TextLines(faces)
    texts.uses(faces.text, _FIXED)
    texts.uses(faces.bold, _FIXED)
    pick_list = sheet.printed.pick_list
    told = f"{pick_list.units:,} units · {pick_list.state.lower()} · made {sheet.made} by {pick_list.actor}"
    head_width = _WIDTH - _CODE - 2 * _GAP
    name = texts.lines(sheet.printed.project_name, _column(head_width, _HEAD_SIZE))
    facts = texts.lines(told, _column(head_width, _TEXT_SIZE))
    boxes = [_box(texts, number, list(own)) for number, own in groupby(sheet.printed.lines, attrgetter("box_number"))]

    paper = Paper(f"Pick list {pick_list.id}", texts.used)
    paper.add_page()
    draw_code(paper, sheet.code, MARGIN + _WIDTH - _CODE, MARGIN, _CODE)
    paper.set_font("bold", size=18)
    paper.cell(head_width, 9, f"Pick list {pick_list.id}", new_x="LMARGIN", new_y="NEXT")
    paper.write_lines(name, MARGIN + 1, head_width, _HEAD_SIZE, _HEAD_LINE)
    paper.write_lines(facts, MARGIN + 1, head_width, _TEXT_SIZE, _TEXT_LINE)
    paper.set_y(max(paper.get_y(), MARGIN + _CODE))
    for box in boxes:
        _draw_box(paper, box)
    return bytes(paper.output())


def _box(texts: TextLines, number: int, lines: Sequence[PrintedLine]) -> _Box:
    described = next((line.box_description for line in lines if line.box_description), "")
    column = _column(_WIDTH - _BOX_LEFT, _TEXT_SIZE)
    return _Box(number, texts.lines(described, column), [_row(texts, line) for line in lines])


def _row(texts: TextLines, line: PrintedLine) -> _Row:
    return _Row(line, list(_texts(texts, line, _column(_TEXT_WIDTH, _TEXT_SIZE))))


def _texts(texts: TextLines, line: PrintedLine, column: Column) -> Iterator[Line]:
    """What the part is, what it stands in for, where it goes, and what was picked before."""
    yield from texts.lines(line.description, column)
    if line.required_key != line.part_key:
        yield from texts.lines(f"in place of {line.required_key}", column)
    if line.designators:
        yield from texts.listed(line.designators, column)
    if line.picked_quantity:
        yield from texts.lines(f"{line.picked_quantity:,} of {line.planned_quantity:,} picked", column)


def _column(width: float, size: float) -> Column:
    """Millimetres in ems of this size. Two such texts on top of each other are never higher than a page."""
    return Column(width / (size * POINT), _MOST_CHARACTERS, _MOST_LINES)


def _draw_box(paper: Paper, box: _Box) -> None:
    """The lines of one box; the heading never stands alone at the end of a page."""
    height = max(_BOX_ROW, len(box.description) * _TEXT_LINE + 2)
    if paper.will_page_break(3 + height + box.rows[0].height):
        paper.add_page()
    paper.ln(3)
    top = paper.get_y()
    paper.write_fitting("bold", f"Box {box.number}", _BOX_LEFT, _BOX_ROW, 13)
    paper.set_xy(MARGIN, top + 1.4)
    paper.write_lines(box.description, MARGIN + _BOX_LEFT, _WIDTH - _BOX_LEFT, _TEXT_SIZE, _TEXT_LINE)
    paper.line(MARGIN, top + height, MARGIN + _WIDTH, top + height)
    paper.set_xy(MARGIN, top + height)
    for row in box.rows:
        _draw_row(paper, row)


def _draw_row(paper: Paper, row: _Row) -> None:
    line = row.line
    if paper.will_page_break(row.height):
        paper.add_page()
    top = paper.get_y()
    paper.rect(MARGIN + 1, top + 2, 5, 5)
    if line.open_quantity == 0:
        paper.line(MARGIN + 1, top + 2, MARGIN + 6, top + 7)
        paper.line(MARGIN + 6, top + 2, MARGIN + 1, top + 7)
    paper.set_xy(MARGIN + _TICK, top)
    paper.write_fitting("bold", f"{line.box_number}-{line.location_number}", _PLACE, _ROW, 12)
    paper.write_fitting("bold", line.part_key, _KEY, _ROW, 18)
    paper.write_fitting("bold", f"{line.open_quantity or line.planned_quantity:,} ×", _PIECES, _ROW, 12, align="R")
    paper.set_xy(MARGIN, top + 2)
    paper.write_lines(row.text, _TEXT_LEFT, _TEXT_WIDTH, _TEXT_SIZE, _TEXT_LINE)
    paper.set_xy(MARGIN, top + row.height)
