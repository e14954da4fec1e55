"""What the child process makes of a file: previews, their sizes, and the likeness that comes before them.

Rules: docs/domain.md#previews-and-texts.
"""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from domain.entities.file_facts import FileFacts, PixelSize
from domain.entities.file_reading import DocumentText, Rendering, Unreadable
from domain.rules.file_formats.file_kinds import looked_at
from domain.rules.previews import SIZES, answering_size, scaled, sizes_of
from server.rendering.documents import drawn_page, read_text
from server.rendering.pictures import drawn_image
from server.rendering.thumbhash import thumbhash
from tests.attachments.samples.made_pdfs import pdfs
from tests.rendering import hostile

RED, BLUE = (254, 0, 0), (0, 0, 254)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    return tmp_path / "file"


def drawn(stored: Path, content: bytes) -> Rendering:
    stored.write_bytes(content)
    look = looked_at(content)
    assert isinstance(look, FileFacts)
    made = drawn_image(stored, look.media_type)
    assert isinstance(made, Rendering)
    return made


def pixels(made: Rendering, size: int) -> Image.Image:
    return Image.open(BytesIO(made.previews[size])).convert("RGBA")


def nearly(colour: object, expected: tuple[int, ...]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) < 12 for one, other in zip(colour, expected, strict=False))


@pytest.mark.parametrize(
    ("picture", "sizes"),
    [
        (PixelSize(1, 1), (64,)),
        (PixelSize(64, 10), (64,)),
        (PixelSize(65, 10), (64, 128)),
        (PixelSize(100, 900), SIZES),
        (PixelSize(10_000, 5_000), SIZES),
    ],
)
def test_a_picture_has_the_previews_below_it_and_one_of_its_own_size(
    picture: PixelSize, sizes: tuple[int, ...]
) -> None:
    assert sizes_of(picture) == sizes
    assert answering_size(1024, picture) == sizes[-1]
    assert answering_size(64, picture) == 64


@pytest.mark.parametrize(
    ("picture", "size", "preview"),
    [
        (PixelSize(4000, 3000), 256, PixelSize(256, 192)),
        (PixelSize(90, 6000), 1024, PixelSize(15, 1024)),
        (PixelSize(1, 6000), 64, PixelSize(1, 64)),
        (PixelSize(30, 20), 1024, PixelSize(30, 20)),
    ],
)
def test_a_preview_keeps_the_shape_and_is_never_larger(picture: PixelSize, size: int, preview: PixelSize) -> None:
    assert scaled(picture, size) == preview


# Where the red quarter of the stored picture is shown, by the Exif orientation.
@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))],
)
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "AVIF", "TIFF"])
def test_a_preview_is_the_right_way_up(
    stored: Path, format_name: str, orientation: int, red_at: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    made = drawn(stored, hostile.picture(format_name, exif=exif))
    assert made.picture == (PixelSize(200, 300) if orientation >= 5 else PixelSize(300, 200))
    shown = pixels(made, 64)
    corners = {(x, y): shown.getpixel((x * (shown.width - 1), y * (shown.height - 1))) for x in (0, 1) for y in (0, 1)}
    assert nearly(corners.pop(red_at), RED)
    assert all(nearly(colour, BLUE) for colour in corners.values())


def test_a_webp_is_not_turned_as_no_browser_turns_it(stored: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = drawn(stored, hostile.picture("WEBP", exif=exif))
    assert made.picture == PixelSize(300, 200)
    assert nearly(pixels(made, 64).getpixel((0, 0)), RED)


def test_previews_keep_transparency_and_tell_nothing_of_the_camera(stored: Path) -> None:
    image = Image.new("RGBA", (100, 100))
    image.paste((255, 0, 0, 255), (0, 0, 50, 100))
    exif = Image.Exif()
    exif[0x010F] = "the maker of the camera"
    written = BytesIO()
    image.save(written, "PNG", exif=exif)
    made = drawn(stored, written.getvalue())
    shown = pixels(made, 64)
    assert shown.getpixel((60, 30))[3] == 0  # type: ignore[index]
    assert shown.getpixel((5, 30))[3] == 255  # type: ignore[index]
    assert all(b"the maker" not in preview for preview in made.previews.values())
    assert made.placeholder[2] & 0x80


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_drawn(stored: Path, mode: str) -> None:
    written = BytesIO()
    Image.new(mode, (70, 70), 0 if mode != "I;16" else 0xFFFF).save(written, "JPEG" if mode == "CMYK" else "PNG")
    made = drawn(stored, written.getvalue())
    assert sorted(made.previews) == [64, 128]
    if mode == "I;16":
        assert nearly(pixels(made, 64).getpixel((9, 9)), (255, 255, 255))


def test_what_cannot_be_decoded_is_told_as_unreadable(stored: Path) -> None:
    stored.write_bytes(hostile.UNDECODABLE_PICTURE)
    made = drawn_image(stored, "image/png")
    assert isinstance(made, Unreadable)
    assert made.reason.startswith("The image cannot be decoded (")


def test_the_first_page_of_a_pdf_is_drawn_on_white(stored: Path) -> None:
    stored.write_bytes(hostile.one_page())
    made = drawn_page(stored)
    assert isinstance(made, Rendering)
    assert made.picture == PixelSize(1024, 512)
    assert sorted(made.previews) == list(SIZES)
    assert pixels(made, 1024).getpixel((1000, 10)) == (255, 255, 255, 255)


def test_what_was_filled_into_a_form_is_drawn_with_it(stored: Path) -> None:
    stored.write_bytes(pdfs()["form_field.pdf"])
    made = drawn_page(stored)
    assert isinstance(made, Rendering)
    # The field reaches from 20 to 180 and from 10 to 30 points above the foot of a page of 200 × 100.
    field = pixels(made, 1024).convert("L").crop((105, 365, 920, 460))
    assert sum(field.histogram()[:64]) > 100


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (hostile.one_page(), DocumentText("Hello", 1, 1)),
        (hostile.TEXT_WITH_NULS, DocumentText("Hello", 1, 1)),
        (hostile.LETTER_THAT_MEANS_NUL, DocumentText("ello", 1, 1)),
        (hostile.NO_TEXT, DocumentText("", 1, 1)),
        (hostile.LOOP_OF_PAGES, Unreadable("The PDF cannot be read; its structure is broken.")),
        (hostile.TWO_BILLION_PAGES, Unreadable("The PDF cannot be read; its structure is broken.")),
    ],
)
def test_the_text_of_a_pdf_is_read(stored: Path, content: bytes, text: DocumentText | Unreadable) -> None:
    stored.write_bytes(content)
    assert read_text(stored) == text


# The answers of the reference implementation (the npm package thumbhash 0.1.1) to the same pixels.
@pytest.mark.parametrize(
    ("width", "height", "is_clear", "expected"),
    [
        (32, 20, False, "59480e1c9a607677718878867886f4990fd788"),
        (11, 32, False, "1368092a1272904878798569af4b45f8c8"),
        (32, 32, True, "e168860d0836c297a088a28837f1b508fdc470777888878888"),
    ],
)
def test_the_likeness_is_the_one_that_the_reference_makes(
    width: int, height: int, is_clear: bool, expected: str
) -> None:
    rgba = b"".join(
        bytes(((x * 8) % 256, (y * 9) % 256, (x * y) % 256, (x * 7) % 256 if is_clear else 255))
        for y in range(height)
        for x in range(width)
    )
    assert thumbhash(width, height, rgba).hex() == expected
