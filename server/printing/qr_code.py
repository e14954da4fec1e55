"""A square that a scanner reads."""

from itertools import groupby

import segno
from fpdf import FPDF


def draw_code(paper: FPDF, text: str, left: float, top: float, side: float) -> None:
    """A QR code of this size that stays readable when an eighth of it is lost; white has to be left around it."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    module = side / len(rows)
    paper.set_fill_color(0)
    for number, row in enumerate(rows):
        at = 0
        for is_dark, some in groupby(row):
            length = len(list(some))
            if is_dark:
                paper.rect(left + at * module, top + number * module, length * module, module, style="F")
            at += length
