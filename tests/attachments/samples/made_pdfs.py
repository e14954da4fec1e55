"""PDFs with bytes before and after them, tables that do not fit, odd pages and odd texts."""

import io
import zipfile
import zlib
from collections.abc import Sequence

_HTTP_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"
_XFA = (
    b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template xmlns="http://www.xfa.org/schema/xfa-template/3.3/">'
    b'<subform name="f"/></template></xdp:xdp>'
)
_MARK = b"%\xe2\xe3\xcf\xd3\n"
_FIELD = (
    b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Filled in) /Rect [20 10 180 30] /DA (/F1 12 Tf 0 g) "
    b"/P 3 0 R >>"
)
_FORM = "/AcroForm << /Fields [6 0 R] /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 5 0 R >> >> /NeedAppearances true >>"


def pdfs() -> dict[str, bytes]:
    """All of them by their names."""
    return _whole() | _around() | _tables() | _cut_off() | _pages() | _texts() | _no_pdfs()


def pdf(
    text: str = "LM358 datasheet",
    *,
    version: str = "1.4",
    box: str = "[0 0 200 100]",
    page: str = "",
    before: bytes = b"",
    counted_from_start: bool = False,
    content: bytes | None = None,
    extra: Sequence[bytes] = (),
    root: str = "",
    kids: int = 1,
) -> bytes:
    """A sound PDF of one page. Its offsets count from the header, or from the first of the bytes before it."""
    drawn = content if content is not None else f"BT /F1 12 Tf 20 50 Td ({text}) Tj ET".encode()
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode(),
        f"<< /Type /Pages /Kids [{'3 0 R ' * kids}] /Count {kids} >>".encode(),
        f"<< /Type /Page /Parent 2 0 R /MediaBox {box} {page} /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >>  >> >>".encode(),
        _stream(drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *extra,
    ]
    shift = len(before) if counted_from_start else 0
    written, places = f"%PDF-{version}\n".encode() + _MARK, []
    for number, body in enumerate(objects, 1):
        places.append(len(written) + shift)
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = "".join(f"{place:010} 00000 n \n" for place in places).encode()
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R  >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written) + shift)
    return before + written + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (size, table, end)


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)


def _lines(*rows: str) -> bytes:
    return ("BT /F1 12 Tf 14 TL 10 80 Td " + " T* ".join(f"({row}) Tj" for row in rows) + " ET").encode("latin-1")


def _whole() -> dict[str, bytes]:
    old = pdf("First version")
    update = _update(old, b"BT /F1 12 Tf 20 50 Td (Second version) Tj ET")
    return {
        "plain.pdf": pdf(),
        "version_1.0.pdf": pdf(version="1.0"),
        "version_2.0.pdf": pdf(version="2.0"),
        "incremental.pdf": old + update,
        "incremental_update_cut.pdf": old + update[: len(update) // 3],
        "streams_only.pdf": _streams_only(),
    }


def _update(old: bytes, content: bytes) -> bytes:
    """What puts another content in the place of the old one."""
    changed = b"4 0 obj\n%b\nendobj\n" % _stream(content)
    earlier = int(old.rsplit(b"startxref\n", 1)[1].split()[0])
    table = b"xref\n4 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % (len(old), earlier)
    return changed + table + b"startxref\n%d\n%%%%EOF\n" % (len(old) + len(changed))


def _streams_only() -> bytes:
    """All objects in one stream, and a stream of references instead of a table."""
    resources = b"/Resources << /Font << /F1 4 0 R >> >> >>"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 6 0 R " + resources,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    head, body = b"", b""
    for number, each in enumerate(bodies, 1):
        head += b"%d %d " % (number, len(body))
        body += each + b" "
    packed = zlib.compress(head + body)
    text = b"BT /F1 12 Tf 20 50 Td (Object streams) Tj ET"
    written, places = b"%PDF-1.5\n" + _MARK, []
    about = b"/Type /ObjStm /N 4 /First %d /Filter /FlateDecode " % len(head)
    for number, facts, content in ((5, about, packed), (6, b"", text)):
        places.append(len(written))
        size = len(content)
        written += b"%d 0 obj\n<< %b/Length %d >>\nstream\n%b\nendstream\nendobj\n" % (number, facts, size, content)
    places.append(len(written))

    def entry(kind: int, place: int, index: int) -> bytes:
        return bytes([kind]) + place.to_bytes(3) + bytes([index])

    in_stream = b"".join(entry(2, 5, index) for index in range(4))
    references = zlib.compress(entry(0, 0, 0) + in_stream + b"".join(entry(1, place, 0) for place in places))
    about = b"/Type /XRef /Size 8 /W [1 3 1] /Root 1 0 R /Filter /FlateDecode /Length %d" % len(references)
    written += b"7 0 obj\n<< %b >>\nstream\n%b\nendstream\nendobj\n" % (about, references)
    return written + b"startxref\n%d\n%%%%EOF\n" % places[-1]


def _around() -> dict[str, bytes]:
    plain = pdf()
    before = {f"before_{size}.pdf": pdf(before=b"x" * (size - 1) + b"\n") for size in (500, 1_019, 1_500)}
    return before | {
        "bom_before.pdf": pdf(before=b"\xef\xbb\xbf"),
        "http_head_before.pdf": pdf(before=_HTTP_HEAD),
        "http_head_before_shifted.pdf": pdf(before=_HTTP_HEAD, counted_from_start=True),
        "html_2000_after.pdf": plain + b"<html>" + b"x" * 2_000,
        "after_10000.pdf": plain + b"x" * 10_000,
        "nuls_80508_after.pdf": plain + b"\0" * 80_508,
        "two_ends.pdf": plain + b"%%EOF\n",
        "two_pdfs.pdf": pdf("Former file") + pdf("Latter file"),
    }


def _tables() -> dict[str, bytes]:
    plain = pdf()
    until_end = plain[: plain.rindex(b"startxref")]
    return {
        "no_eof.pdf": plain[: plain.rindex(b"%%EOF")],
        "startxref_only.pdf": until_end + b"startxref\n",
        "no_startxref.pdf": until_end + b"%%EOF\n",
        "startxref_beyond.pdf": until_end + b"startxref\n999999\n%%EOF\n",
        "xref_off_by_7.pdf": plain.replace(b"%PDF-1.4\n", b"%PDF-1.4\n%12345\n", 1),
        "line_ends_changed.pdf": plain.replace(b"\n", b"\r\n"),
        "missing_endobj.pdf": plain.replace(b"endobj\n", b""),
    }


def _cut_off() -> dict[str, bytes]:
    plain = pdf()
    long = pdf(content=_lines(*(f"Line {number} of the datasheet" for number in range(400))))
    return {
        "cut_before_xref.pdf": plain[: plain.rindex(b"xref\n0 6")],
        "half.pdf": long[: len(long) // 2],
        "header_only.pdf": b"%PDF-1.4\n",
        "streams_only_cut.pdf": _streams_only()[:-60],
    }


def _pages() -> dict[str, bytes]:
    xfa = {"root": "/AcroForm << /Fields [] /XFA 6 0 R >>", "extra": (_stream(_XFA),)}
    return {
        "no_pages.pdf": pdf(kids=0),
        "rotated_90.pdf": pdf(page="/Rotate 90"),
        "crop_box.pdf": pdf(page="/CropBox [10 20 110 80]"),
        "huge_page.pdf": pdf(box="[0 0 14400 14400]"),
        "page_beyond_limits.pdf": pdf(box="[0 0 1000000 500000]"),
        "tiny_page.pdf": pdf(box="[0 0 3 2]", content=b"BT /F1 1 Tf 0.2 0.5 Td (Tiny) Tj ET"),
        "form_field.pdf": pdf("Order form", root=_FORM, page="/Annots [6 0 R]", extra=(_FIELD,)),
        "xfa.pdf": pdf("Please wait...", **xfa),  # type: ignore[arg-type]
        "broken_content.pdf": pdf(content=b"BT /F1 12 Tf 20 50 Td (Before) Tj ET ]]>> (( 12 Tf Q Q Q"),
        "page_tree_loop.pdf": pdf().replace(b"/Kids [3 0 R ]", b"/Kids [2 0 R ]"),
    }


def _texts() -> dict[str, bytes]:
    return {
        "hyphens.pdf": pdf(content=_lines("The out-", "put volt-", "age is 5 V")),
        "hyphen_hard.pdf": pdf(content=_lines("Type LM358-", "N or LM358-", "2 in SO-8")),
        "soft_hyphens.pdf": pdf(content=_lines("Regu\\255", "lator")),
        "hyphens_of_names.pdf": pdf(content=_lines("RoHS-", "Compliant LM-", "317T at the I/O-", "Pins")),
        "other_hyphens.pdf": letters_that_mean("~", "\u2010", "The out~", "put of the LM~", "317T"),
        "controls_only.pdf": letters_that_mean("ABC", "\1\2\3"),
        "null_text.pdf": letters_that_mean("AAA", "\0\0\0"),
    }


def letters_that_mean(letters: str, meaning: str, *lines: str) -> bytes:
    """A page with these letters, or these lines, whose font says the letters to be others."""
    pairs = dict(zip(letters, meaning, strict=True))
    table = b" ".join(b"<%02X> <%04X>" % (ord(letter), ord(meant)) for letter, meant in pairs.items())
    unicode = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> "
        b"<FF> endcodespacerange %d beginbfchar %b endbfchar endcmap end end"
    ) % (len(pairs), table)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R >>"
    drawn = _lines(*(lines or (letters,))).replace(b"/F1", b"/F2")
    made = pdf(content=drawn, extra=(font, _stream(unicode)))
    return made.replace(b"/Font << /F1 5 0 R >>", b"/Font << /F2 6 0 R >>")


def _no_pdfs() -> dict[str, bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("datasheet.pdf", (2026, 1, 1, 0, 0, 0)), pdf())
    return {
        "stored.zip": packed.getvalue(),
        "text.pdf": b"This text is no PDF although its name says so.\n" * 30,
        "text_about_pdf.pdf": b"Every PDF begins with %PDF-1.7 and ends with %%EOF, says this text.\n",
        "html.pdf": b"<!DOCTYPE html><html><body><h1>Login required</h1></body></html>\n",
    }
