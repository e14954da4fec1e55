"""A pick list on paper: by box and location, with tick boxes, large part keys and numbered pages.

The fonts (DejaVu Sans, beside this file) have Latin with all accents, Greek and Cyrillic; of what they lack, such as
Chinese, an empty frame is printed in place of each character. Measures are in millimetres.
"""

import logging
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from persistence.readers.pick_list import PrintedLine, PrintedPickList

_FONTS = Path(__file__).parent / "fonts"
_MARGIN, _TICK, _PLACE, _KEY, _PIECES = 12.0, 9.0, 22.0, 28.0, 24.0
_ROW = 9.0
_TEXT_LINE = 4.2
_LONGEST_TEXT = 300

# Each character without a glyph would be a warning in the log of the server.
logging.getLogger("fpdf").setLevel(logging.ERROR)


class _Paper(FPDF):
    """A4 with the number of the list and of the page at the foot."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self._title_at_foot = title
        self.add_font("text", "", _FONTS / "DejaVuSans.ttf")
        self.add_font("text", "B", _FONTS / "DejaVuSans-Bold.ttf")
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=16)
        self.set_title(title)
        self.alias_nb_pages()

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.set_y(-12)
        self.set_font("text", "", 8)
        self.cell(0, 6, f"{self._title_at_foot} · page {self.page_no()} of {{nb}}", align="C")


def pick_list_pdf(printed: PrintedPickList) -> bytes:
    """The bytes of the PDF. Takes milliseconds for each line: call it off the event loop."""
    pick_list = printed.pick_list
    paper = _Paper(f"Pick list {pick_list.id}")
    paper.add_page()
    paper.set_font("text", "B", 18)
    paper.cell(0, 9, f"Pick list {pick_list.id}", new_x="LMARGIN", new_y="NEXT")
    paper.set_font("text", "", 11)
    paper.multi_cell(0, 5.5, _printable(printed.project_name), new_x="LMARGIN", new_y="NEXT")
    made = pick_list.created_at.strftime("%Y-%m-%d %H:%M UTC")
    told = f"{pick_list.units:,} units · {pick_list.state.lower()} · made {made} by {_printable(pick_list.actor)}"
    paper.set_font("text", "", 9)
    paper.cell(0, 6, told, new_x="LMARGIN", new_y="NEXT")
    for box_number, lines in groupby(printed.lines, key=attrgetter("box_number")):
        _box(paper, box_number, list(lines))
    return bytes(paper.output())


def _box(paper: _Paper, number: int, lines: list[PrintedLine]) -> None:
    """The lines of one box; the heading never stands alone at the end of a page."""
    if paper.will_page_break(10 + _height(paper, lines[0])):
        paper.add_page()
    paper.ln(3)
    paper.set_font("text", "B", 13)
    paper.cell(0, 7, f"Box {number}", border="B", new_x="LMARGIN", new_y="NEXT")
    for line in lines:
        _line(paper, line)


def _line(paper: _Paper, line: PrintedLine) -> None:
    height = _height(paper, line)
    if paper.will_page_break(height):
        paper.add_page()
    top = paper.get_y()
    paper.rect(_MARGIN + 1, top + 2, 5, 5)
    if line.open_quantity == 0:
        paper.line(_MARGIN + 1, top + 2, _MARGIN + 6, top + 7)
        paper.line(_MARGIN + 6, top + 2, _MARGIN + 1, top + 7)
    paper.set_xy(_MARGIN + _TICK, top)
    paper.set_font("text", "B", 12)
    paper.cell(_PLACE, _ROW, f"{line.box_number}-{line.location_number}")
    paper.set_font("text", "B", 18)
    paper.cell(_KEY, _ROW, line.part_key)
    paper.set_font("text", "B", 12)
    paper.cell(_PIECES, _ROW, f"{line.open_quantity or line.planned_quantity:,} ×", align="R")
    paper.set_font("text", "", 9)
    paper.set_xy(_text_left() + 3, top + 2)
    paper.multi_cell(0, _TEXT_LINE, _text(line), align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_xy(_MARGIN, top + height)


def _height(paper: _Paper, line: PrintedLine) -> float:
    paper.set_font("text", "", 9)
    width = paper.w - _MARGIN - _text_left() - 3
    written = paper.multi_cell(width, _TEXT_LINE, _text(line), align="L", dry_run=True, output=MethodReturnValue.HEIGHT)
    return max(_ROW, float(written) + 3.0)  # type: ignore[arg-type]  # what HEIGHT asks for is a number


def _text_left() -> float:
    return _MARGIN + _TICK + _PLACE + _KEY + _PIECES


def _text(line: PrintedLine) -> str:
    """What the part is, what it stands in for, where it goes, and what was picked before."""
    told = [_printable(line.description)]
    if line.required_key != line.part_key:
        told.append(f"in place of {line.required_key}")
    if line.designators:
        told.append(_printable(", ".join(line.designators)))
    if line.picked_quantity:
        told.append(f"{line.picked_quantity:,} of {line.planned_quantity:,} picked")
    return "\n".join(told)


def _printable(text: str) -> str:
    """At most some lines of text, without line ends and control characters."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= _LONGEST_TEXT else f"{plain[: _LONGEST_TEXT - 1]}…"
