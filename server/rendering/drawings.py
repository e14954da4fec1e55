"""Draws an SVG inertly: no script runs, and nothing of the network or the disk comes into it. Runs in a child process.

The renderer knows neither scripts nor the network, but it would read files that a drawing names; so references are
taken out that lead anywhere but into the drawing itself, whatever the kernel forbids a child besides. Entities are
bounded by the XML parser, which also refuses those from outside.
"""

import math
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import resvg_py
from PIL import Image

from domain.entities.file_facts import PixelSize
from domain.entities.file_reading import Rendering, Unreadable
from domain.rules.previews import scaled, sizes_of
from server.rendering.pictures import rendering_of

_FONTS = Path(__file__).parents[1] / "printing" / "fonts"
_FAMILY = "DejaVu Sans"
_DOTS_PER_INCH = 96.0
_PIXELS: Mapping[str, float] = {
    "": 1,
    "px": 1,
    "pt": _DOTS_PER_INCH / 72,
    "pc": _DOTS_PER_INCH / 6,
    "in": _DOTS_PER_INCH,
    "cm": _DOTS_PER_INCH / 2.54,
    "mm": _DOTS_PER_INCH / 25.4,
    "q": _DOTS_PER_INCH / 101.6,
    "em": 16,
    "ex": 8,
}
"""CSS Values and Units, level 4, section 6; letters are as large as a browser's where nothing says another size."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
_LENGTH = re.compile(r"\s*\+?(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)\s*([a-z]{0,2})\s*", re.IGNORECASE)
_WITHOUT_ANY = (300.0, 150.0)
"""Across and down, where a drawing says nothing at all of its size (CSS 2.1, section 10.3.2)."""

_LONGEST = 1_000_000


def drawn_drawing(path: Path) -> Rendering | Unreadable:
    """The previews of an SVG; Unreadable when it cannot be drawn."""
    try:
        root = ET.fromstring(path.read_bytes())
        size = _size(root)
        if not all(0 < side <= _LONGEST for side in size):
            return Unreadable(f"The drawing measures {size[0]:g} × {size[1]:g} pixels.")
        return _rendering(_inert(root, size), PixelSize(*(max(1, round(side)) for side in size)))
    except ET.ParseError:
        return Unreadable("The drawing cannot be read; it is no sound XML.")
    except MemoryError:
        raise
    # The renderer has one class for all that it does not draw; and a drawing may be nested too deeply to be written.
    except (ValueError, OSError, RecursionError) as error:
        return Unreadable(f"The drawing cannot be drawn ({type(error).__name__}).")


def _size(root: ET.Element) -> tuple[float, float]:
    """Width and height in pixels: those of the root, with the shape of its view box where one is missing."""
    width, height = _length(root.get("width")), _length(root.get("height"))
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    across, down = box[2:] if len(box) == 4 and min(box[2:]) > 0 else _WITHOUT_ANY
    if width is None and height is None:
        return across, down
    if width is None or height is None:
        return (height * across / down, height) if height is not None else (width or 0, (width or 0) * down / across)
    return width, height


def _length(written: str | None) -> float | None:
    """In pixels; None where it is not said, or as a share of what is not known."""
    found = _LENGTH.fullmatch(written or "")
    if found is None or found[2].lower() not in _PIXELS:
        return None
    length = float(found[1]) * _PIXELS[found[2].lower()]
    return length if math.isfinite(length) else None


def _inert(root: ET.Element, size: tuple[float, float]) -> str:
    """The drawing with this size, and without references to anything outside of it."""
    for element in root.iter():
        for name in [name for name in element.attrib if name.rpartition("}")[2] == "href"]:
            if not element.attrib[name].strip().lower().startswith(("#", "data:")):
                del element.attrib[name]
    for name, side in zip(("width", "height"), size, strict=True):
        root.set(name, f"{side:.4f}")
    return ET.tostring(root, encoding="unicode")


def _rendering(drawing: str, picture: PixelSize) -> Rendering:
    target = scaled(picture, sizes_of(picture)[-1])
    drawn = resvg_py.svg_to_bytes(
        svg_string=drawing,
        # Without them a drawing of any size is drawn as large as it is.
        width=target.width,
        height=target.height,
        dpi=_DOTS_PER_INCH,
        skip_system_fonts=True,
        font_files=[str(font) for font in sorted(_FONTS.glob("*.[ot]tf"))],
        font_family=_FAMILY,
        serif_family=_FAMILY,
        sans_serif_family=_FAMILY,
        cursive_family=_FAMILY,
        fantasy_family=_FAMILY,
        monospace_family=_FAMILY,
    )
    with Image.open(BytesIO(bytes(drawn)), formats=["PNG"]) as image:
        largest = image.convert("RGBA").resize((target.width, target.height), Image.Resampling.LANCZOS)
    return rendering_of(picture, largest)
