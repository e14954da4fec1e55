"""Writes PDFs for the demo workshop and for generated parts: data sheets with real text, the same bytes every time."""

from collections.abc import Sequence

_LINES_A_PAGE = 40
_FONTS = b"<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>"


def data_sheet(title: str, lines: Sequence[str], colour: str = "0.15 0.35 0.55") -> bytes:
    """A PDF of A4 pages with a title on each and forty lines a page."""
    pages = [lines[start : start + _LINES_A_PAGE] for start in range(0, max(len(lines), 1), _LINES_A_PAGE)]
    return pdf_of(title, pages, colour)


def pdf_of(title: str, pages: Sequence[Sequence[str]], colour: str = "0.15 0.35 0.55") -> bytes:
    """A PDF of A4 pages with a title on each; what has no place in Windows-1252 is a question mark."""
    first_page = 3
    kids = b" ".join(b"%d 0 R" % (first_page + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d/MediaBox[0 0 595 842]/Resources<</Font%b>>>>" % (kids, len(pages), _FONTS),
    ]
    for number, page in enumerate(pages):
        content = _content(title, page, colour)
        objects.append(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % (first_page + 2 * number + 1))
        objects.append(b"<</Length %d>>stream\n%b\nendstream" % (len(content), content))
    return _file(objects)


def _content(title: str, lines: Sequence[str], colour: str) -> bytes:
    head = f"{colour} rg 0 770 595 72 re f BT /F 22 Tf 1 g 40 798 Td {_string(title)} Tj ET"
    body = "\n".join(f"{_string(line)} Tj T*" for line in lines)
    return f"{head}\nBT 0 g /F 11 Tf 17 TL 40 735 Td\n{body}\nET".encode("cp1252", "replace")


def _string(text: str) -> str:
    """A literal string of PDF."""
    return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"


def _file(objects: Sequence[bytes]) -> bytes:
    """Header, numbered objects, their table, and the end (PDF 32000-1:2008, section 7.5)."""
    written = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return b"%bxref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        written, size, table, size, len(written),
    )  # fmt: skip
