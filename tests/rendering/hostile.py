"""Files that are made to harm whoever opens them, and sound ones beside them."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

from PIL import Image

_FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 200 100]/Resources<</XObject<</X 5 0 R>>>>"
HELLO = b"BT /F 20 Tf 10 50 Td (Hello) Tj ET"


def pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of numbered objects, of which the first is its catalogue."""
    written = b"%PDF-1.7\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return b"%bxref\n0 %d\n0000000000 65535 f \n%b%b" % (written, size, table, tail)


def stream(dictionary: bytes, content: bytes) -> bytes:
    """An object with content."""
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (dictionary, len(content), content)


def one_page(content: bytes = HELLO, media_box: bytes = b"[0 0 200 100]", form: bytes = b"") -> bytes:
    """A PDF of one page; its content may draw the form X."""
    resources = _FONT + b"/XObject<</X 5 0 R>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox%b/Contents 4 0 R/Resources<<%b>>>>" % (media_box, resources)
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, page, stream(b"", content), stream(_FORM, form)])


def page_tree(tree: bytes) -> bytes:
    """A PDF whose tree of pages is this object, the second."""
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree])


LOOP_OF_PAGES = page_tree(b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 10>>")
TWO_BILLION_PAGES = page_tree(b"<</Type/Pages/Kids[]/Count 2000000000>>")
FORM_THAT_DRAWS_ITSELF_TWICE = one_page(b"/X Do", form=b"/X Do /X Do")
ENORMOUS_PAGE = one_page(media_box=b"[0 0 1000000000 1000000000]")
ENDLESS_DRAWING = one_page(b"q 1 0 0 1 1 1 cm 0 0 100 100 re f Q " * 300_000)
TEXT_WITH_NULS = one_page(rb"BT /F 20 Tf 10 50 Td (He\000llo \000) Tj ET")
_TO_NUL = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <48> <0000> endbfchar endcmap"
LETTER_THAT_MEANS_NUL = pdf(
    [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(b"", b"BT /F 20 Tf 10 50 Td (HelloH) Tj ET"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        stream(b"", _TO_NUL),
    ]
)
NO_TEXT = one_page(b"0 0 50 50 re f")


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG that says to have so many pixels, whatever follows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


PIXEL_BOMB = png_header(50_000, 50_000, zlib.compress(bytes(10_000_000), 9))
UNDECODABLE_PICTURE = png_header(300, 200, b"no pixels at all")


def picture(format_name: str = "PNG", size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    """A sound image: red in its upper left quarter, the rest blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    written = BytesIO()
    image.save(written, format_name, **options)
    return written.getvalue()
