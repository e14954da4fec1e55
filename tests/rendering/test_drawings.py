"""An SVG is drawn as large as it says, with nothing in it but itself.

Rules: docs/domain.md#previews-and-texts.
"""

import base64
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from domain.entities.file_facts import PixelSize
from domain.entities.file_reading import Rendering, Unreadable
from domain.rules.file_formats.svg import is_svg
from server.rendering.drawings import drawn_drawing

_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
RED, WHITE = (255, 0, 0), (255, 255, 255)


def drawing(inside: str = "", root: str = 'width="64" height="64"', before: str = "") -> bytes:
    return f"{before}<svg {_NAMESPACE} {root}>{inside}</svg>".encode()


def made_of(tmp_path: Path, content: bytes) -> Rendering | Unreadable:
    path = tmp_path / "file"
    path.write_bytes(content)
    return drawn_drawing(path)


def middle(made: Rendering | Unreadable) -> tuple[int, ...]:
    """The colour in the middle of the smallest preview, on white."""
    assert isinstance(made, Rendering)
    shown = Image.open(BytesIO(made.previews[64])).convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
    found = flat.getpixel((flat.width // 2, flat.height // 2))
    assert isinstance(found, tuple)
    return tuple(255 if part > 240 else 0 if part < 15 else part for part in found)


def a_red_picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (64, 64), RED).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('width="64" height="48"', (64, 48)),
        ('width="64px" height="48.4"', (64, 48)),
        ('viewBox="0 0 200 100"', (200, 100)),
        ('width="50%" viewBox="0,0,200,100"', (200, 100)),
        ('width="50" viewBox="0 0 200 100"', (50, 25)),
        ('width="50.8mm" height="25.4mm"', (192, 96)),
        ('width="1in" height="72pt"', (96, 96)),
        ("", (300, 150)),
        ('viewBox="0 0 10e e"', (300, 150)),
        ('width="100000" height="50000"', (100_000, 50_000)),
        ('width="0.1" height="0.1"', (1, 1)),
    ],
)
def test_a_drawing_is_as_large_as_it_says(tmp_path: Path, root: str, size: tuple[int, int]) -> None:
    made = made_of(tmp_path, drawing('<rect width="9" height="9"/>', root))
    assert isinstance(made, Rendering)
    assert made.picture == PixelSize(*size)


@pytest.mark.parametrize("attribute", ["href", "xlink:href"])
def test_no_file_and_no_other_place_comes_into_a_drawing(tmp_path: Path, attribute: str) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(a_red_picture())
    inside = base64.b64encode(a_red_picture()).decode()
    for address, colour in (
        (str(secret), WHITE),
        ("secret.png", WHITE),
        (secret.as_uri(), WHITE),
        (f" {secret}", WHITE),
        (f"data:image/png;base64,{inside}", RED),
    ):
        image = f'<image width="64" height="64" {attribute}="{address}"/>'
        assert middle(made_of(tmp_path, drawing(image))) == colour, address
    # As far as a drawing in a drawing, which has references of its own.
    nested = drawing(f'<image width="64" height="64" href="{secret}"/>')
    address = f"data:image/svg+xml;base64,{base64.b64encode(nested).decode()}"
    outer = f'<image width="64" height="64" {attribute}="{address}"/>'
    assert middle(made_of(tmp_path, drawing(outer))) == WHITE


@pytest.mark.parametrize(
    "content",
    [
        drawing("&e;", before=f'<!DOCTYPE svg [<!ENTITY e SYSTEM "{Path(__file__).as_uri()}">]>'),
        drawing("<g>" * 100_000 + "</g>" * 100_000),
        drawing(root='width="1e300" height="1"'),
        drawing(root='width="0" height="0"'),
        drawing('<use id="a" href="#a"/><g id="b"><use href="#b"/></g>')[:-3],
    ],
    ids=["entity from outside", "nested deeply", "endless", "no size", "cut off"],
)
def test_what_cannot_be_drawn_is_told_as_unreadable(tmp_path: Path, content: bytes) -> None:
    assert isinstance(made_of(tmp_path, content), Unreadable)


def test_text_is_written_with_the_fonts_that_are_there(tmp_path: Path) -> None:
    letters = '<text x="-20" y="90" font-size="160" font-family="Arial" fill="#f00">█</text>'
    assert middle(made_of(tmp_path, drawing(letters))) == RED


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (drawing(), True),
        (drawing(before='<?xml version="1.0"?>\n<!-- > -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD" "">\n'), True),
        (drawing(before='<!DOCTYPE svg [<!ENTITY a "b">]>'), True),
        (b"\xef\xbb\xbf" + drawing(), True),
        (drawing().decode().encode("utf-16"), True),
        (b'<!DOCTYPE svg [<!ENTITY n "http://www.w3.org/2000/svg">]><svg xmlns="&n;"/>', True),
        (b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>', True),
        (b"<svg/>", False),
        (b"<html>" + drawing() + b"</html>", False),
        (b"<!-- " + drawing() + b" -->", False),
        (b"A text about " + drawing(), False),
        (b"<svgs xmlns='http://www.w3.org/2000/svg'/>", False),
    ],
)  # fmt: skip
def test_a_drawing_is_known_by_its_root(content: bytes, is_one: bool) -> None:
    assert is_svg(content) == is_one
