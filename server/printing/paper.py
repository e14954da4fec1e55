"""Pages in the format of paper, with fonts that hold what is written on them and no more.

The fonts are made by HarfBuzz and handed to fpdf2 from memory, and glyphs that depend on each other are placed here:
fpdf2 would order a text of several directions anew, and leave letters of several glyphs in pieces.
What is used of it beyond what it documents stands in this file alone. Measures are in millimetres, sizes in points.
"""

import logging
import unicodedata
from codecs import BOM_UTF16_BE
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Literal

import uharfbuzz
from fpdf import FPDF
from fpdf.fonts import HarfBuzzFont, TTFFont

from server.printing.text_lines import Line, Run
from server.printing.typefaces import Typeface, Use, glyphs_of

MARGIN = 12.0
POINT = 25.4 / 72

# What they say is for whoever makes fonts.
for _library in ("fpdf", "fontTools"):
    logging.getLogger(_library).setLevel(logging.ERROR)


class _Part(TTFFont):
    """A part of a font, from memory."""

    def __init__(self, paper: FPDF, name: str, content: bytes) -> None:
        # It only opens what it is given; where a file would be opened a second time stands what is set here.
        super().__init__(paper, BytesIO(content), name, "")  # type: ignore[arg-type]
        self._hbfont = HarfBuzzFont(uharfbuzz.Face(content))

    def drawn(self, run: Run, size: float, left: float, up: float) -> str:
        """The operators that draw a run from a point on (in points).

        Glyphs tell the letters that they stand for. Where some stand for none, as the dots of a letter may, the text is
        told beside them (ISO 32000-2, 14.9.4), for whoever searches or copies; not all readers order that as they
        order letters, so only there.
        """
        buffer = glyphs_of(self.hbfont, run.text, run.direction)
        starts = sorted({each.cluster for each in buffer.glyph_infos})
        ends = dict(zip(starts, [*starts[1:], len(run.text)], strict=True))
        unit = size * self.scale / 1000
        shown = []
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            letters = run.text[info.cluster : ends.pop(info.cluster, info.cluster)]
            code = self._code(info.codepoint, letters, run.is_reversed)
            shown.append(f"1 0 0 1 {left + at.x_offset * unit:.2f} {up + at.y_offset * unit:.2f} Tm <{code:04X}> Tj")
            left += at.x_advance * unit
        drawn = " ".join(shown)
        if len(shown) == len(starts) or max(run.text) > "\uffff":
            return drawn
        told = BOM_UTF16_BE + run.text.encode("utf-16-be")
        return f"/Span <</ActualText <{told.hex()}>>> BDC {drawn} EMC"

    def _code(self, glyph: int, letters: str, is_reversed: bool) -> int:
        """The number by which this paper knows a glyph that stands for these letters."""
        name = self.ttfont.getGlyphName(glyph)
        if is_reversed and len(letters) == 1 and unicodedata.mirrored(letters):
            # Readers turn a bracket again that is read from the right: they are told the one that is drawn.
            letters = next((chr(number) for number, own in self.cmap.items() if own == name), letters)
        width = round(self.scale * self.ttfont["hmtx"].metrics[name][0])
        known = self.subset.get_glyph(glyph, tuple(map(ord, letters)), name, width)
        return self.subset.pick_glyph(known) or 0


class Paper(FPDF):
    """A4 with its title and the number of the page at the foot, in these fonts, the first of which writes the foot."""

    def __init__(self, title: str, fonts: Mapping[Typeface, Use]) -> None:
        super().__init__(format="A4")
        self._foot = title
        self._parts: dict[str, _Part] = {}
        for face, use in fonts.items():
            self.fonts[face.name] = self._parts[face.name] = _Part(self, face.name, face.part(use))
        self._font_of_foot = next(iter(fonts)).name
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=16)
        self.set_title(title)
        self.alias_nb_pages()

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.set_y(-12)
        self.set_font(self._font_of_foot, size=8)
        self.cell(0, 6, f"{self._foot} · page {self.page_no()} of {{nb}}", align="C")

    def write_fitting(
        self, font: str, text: str, width: float, height: float, size: float, align: Literal["L", "R"] = "L"
    ) -> None:
        """One line in a cell of this width from here on, in this size, or smaller where it would not fit."""
        self.set_font(font, size=size)
        room = width - 2 * self.c_margin
        if (wanted := self.get_string_width(text)) > room:
            self.set_font(font, size=size * room / wanted)
        self.cell(width, height, text, align=align)

    def write_lines(self, lines: Sequence[Line], left: float, width: float, size: float, pitch: float) -> None:
        """Lines from here downwards, `pitch` apart; those of a paragraph that is read from the right begin there."""
        top = self.get_y()
        for line in lines:
            at = left + (width - line.width * size * POINT if line.is_reversed else 0)
            # Where the library puts the base line of a cell.
            self._write_line(line, at, top + 0.5 * pitch + 0.3 * size * POINT, size)
            top += pitch
        self.set_xy(self.l_margin, top)

    def _write_line(self, line: Line, left: float, base: float, size: float) -> None:
        for run in line.runs:
            self.set_font(run.face.name, size=size)
            if run.is_shaped:
                part = self._parts[run.face.name]
                # The font is one of the page's from then on.
                chosen = self._set_font_for_page(part, size, wrap_in_text_object=False)
                drawn = part.drawn(run, size, left * self.k, (self.h - base) * self.k)
                self._out(f"BT {chosen} {drawn} ET")
            else:
                self.text(left, base, run.text)
            left += run.width * size * POINT
