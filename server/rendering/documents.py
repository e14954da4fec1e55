"""Draws the first page of a PDF and reads its text. Runs in a child process that can be ended.

PDFium guards itself against most loops of pages and forms; what it does not guard against ends with the child.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from pypdfium2 import PdfDocument, PdfiumError

from domain.entities.file_facts import PixelSize
from domain.entities.file_reading import PAGE_BREAK, DocumentText, Rendering, Unreadable
from domain.rules.previews import SIZES
from server.rendering.document_limits import MAX_CHARACTERS, MAX_PAGE_CHARACTERS, MAX_PAGES
from server.rendering.packed_words import words_of
from server.rendering.pictures import rendering_of

# PDFium says a hyphen between letters at the end of a line by U+0002, where it leaves out the line's end. The other
# hyphen of Unicode, which it leaves where it is, divides words as well.
_AT_A_LINE_END = re.compile(r"(?<=[^\W\d_])(?:\x02|\u2010\r?\n)(?=(\w))")
# PDFium's sign for letters that mean nothing. Controls are no text either.
_MEANS_NOTHING = 0xFFFE
_LINE_ENDS_AND_TABS = frozenset(map(ord, "\t\n\r"))
_LEFT_OUT = {*range(0x20), *range(0x7F, 0xA0), _MEANS_NOTHING} - _LINE_ENDS_AND_TABS
_AS_IT_IS_KEPT = {
    **dict.fromkeys(_LEFT_OUT, ""),
    # PDFium leaves them out today; a row that cannot be written would be a poor way to learn that it does no more.
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}


@dataclass(frozen=True, slots=True)
class PackedText:
    """A DocumentText whose words are packed."""

    text: str
    page_count: int
    pages_read: int
    words: str


def drawn_page(path: Path) -> Rendering | Unreadable:
    """The previews of the first page, on white; Unreadable when it cannot be drawn."""
    try:
        with PdfDocument(path) as document:
            if len(document) == 0:
                return Unreadable("The PDF has no pages.")
            # What people filled into a form is drawn with it; the library has no scripts.
            document.init_forms()
            page = document[0]
            width, height = page.get_size()
            if not all(math.isfinite(points) and points > 0 for points in (width, height)):
                return Unreadable(f"The first page measures {width:g} × {height:g} points.")
            scale = SIZES[-1] / max(width, height)
            picture = PixelSize(max(1, round(width * scale)), max(1, round(height * scale)))
            return rendering_of(picture, page.render(scale=scale).to_pil().convert("RGB"))
    except PdfiumError as error:
        return Unreadable(_told(error))


def read_text(path: Path) -> DocumentText | Unreadable:
    """The text of the pages, in order, with a break between them; at most 2,000 pages, 5 million characters in all and
    100,000 of a page."""
    try:
        with PdfDocument(path) as document:
            page_count = len(document)
            if page_count == 0:
                return Unreadable("The PDF has no pages.")
            return _text_of(document, page_count)
    except PdfiumError as error:
        return Unreadable(_told(error))


def read_text_and_words(path: Path) -> PackedText | Unreadable:
    """The text of the pages, and the words that search finds it by, as they are said to the server."""
    read = read_text(path)
    if isinstance(read, Unreadable):
        return read
    return PackedText(read.text, read.page_count, read.pages_read, words_of(read.text))


def _text_of(document: PdfDocument, page_count: int) -> DocumentText:
    texts: list[str] = []
    unreadable: PdfiumError | None = None
    left = MAX_CHARACTERS
    pages_read = 0
    for number in range(min(page_count, MAX_PAGES)):
        if left <= 0:
            break
        try:
            text = _page_text(document, number)[: min(left, MAX_PAGE_CHARACTERS)]
        except PdfiumError as error:
            unreadable = error
            texts.append("")
            continue
        left -= len(text)
        pages_read += 1
        texts.append(text)
    if unreadable is not None and not pages_read:
        raise unreadable
    return DocumentText(PAGE_BREAK.join(texts).rstrip(PAGE_BREAK), page_count, pages_read)


def _page_text(document: PdfDocument, number: int) -> str:
    """The text of a page as it is kept: with line feeds and tabs and no other controls, no lone surrogates, no blank
    edges."""
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            text = _AT_A_LINE_END.sub(_joined, str(text_page.get_text_bounded())).translate(_AS_IT_IS_KEPT)
            return text.replace("\r\n", "\n").replace("\r", "\n").strip()
        finally:
            text_page.close()
    finally:
        page.close()


def _joined(hyphen: re.Match[str]) -> str:
    """What is left of a hyphen at a line's end. Nobody divides a word before a capital or a digit: there it is part of
    a name, as in LM-317 and I/O-Pins."""
    is_in_a_name = hyphen[1].isupper() or hyphen[1].isdecimal()
    return "-" if is_in_a_name else ""


def _told(error: PdfiumError) -> str:
    needs_password = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
    return "The PDF needs a password." if needs_password else "The PDF cannot be read; its structure is broken."
