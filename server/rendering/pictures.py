"""Draws the previews of an image. Runs in a child process: a hostile image costs that process, never the server."""

import warnings
from io import BytesIO
from pathlib import Path

from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from domain.entities.file_facts import PixelSize
from domain.entities.file_reading import Rendering, Unreadable
from domain.rules.file_formats.file_kinds import MAX_PIXELS, examined
from domain.rules.previews import scaled, sizes_of
from server.rendering import thumbhash

# Importing these four makes them known; Pillow would import all of its fifty when it first misses one.
_FORMATS = {
    "image/jpeg": JpegImagePlugin.JpegImageFile.format,
    "image/png": PngImagePlugin.PngImageFile.format,
    "image/gif": GifImagePlugin.GifImageFile.format,
    "image/webp": WebPImagePlugin.WebPImageFile.format,
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By Exif's orientation, how a stored picture becomes the one that is shown."""

_QUALITY = 80
_FAST = 2
"""Of 0 to 6: twice as fast as the default for a file that is some percent larger."""

_SIXTEEN_BITS_TO_EIGHT = 1 / 256


def drawn_image(path: Path) -> Rendering | Unreadable:
    """The previews of an image file; Unreadable when it cannot be decoded."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    facts = examined(path.read_bytes())
    orientation = facts.orientation
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=[_FORMATS[facts.media_type]]) as image:
                stored = PixelSize(*image.size)
                picture = PixelSize(stored.height, stored.width) if orientation >= 5 else stored
                largest = _largest(image, stored, orientation)
    # Decoders of broken images raise whatever they come across.
    except Exception as error:  # noqa: BLE001
        return Unreadable(f"The image cannot be decoded ({type(error).__name__}).")
    return rendering_of(picture, largest)


def rendering_of(picture: PixelSize, largest: Image.Image) -> Rendering:
    """All previews, made from the largest of them, each from the one before it."""
    previews: dict[int, bytes] = {}
    smaller = largest
    for size in reversed(sizes_of(picture)):
        target = scaled(picture, size)
        smaller = smaller.resize((target.width, target.height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        previews[size] = _as_webp(smaller)
    return Rendering(picture, _placeholder(picture, smaller), previews)


def _largest(image: Image.Image, stored: PixelSize, orientation: int) -> Image.Image:
    """The first frame, as large as the largest preview and the right way up, in RGB or RGBA."""
    target = scaled(stored, sizes_of(stored)[-1])
    # A JPEG is decoded at a fraction of its size where that is enough.
    image.draft("RGB", (target.width * 2, target.height * 2))
    plain = _in_eight_bits(image)
    small = plain.resize((target.width, target.height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return small.transpose(_TURNS[orientation]) if orientation in _TURNS else small


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * _SIXTEEN_BITS_TO_EIGHT).convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _as_webp(image: Image.Image) -> bytes:
    """Without what the file tells of its camera, its place and its time."""
    written = BytesIO()
    image.save(written, "WEBP", quality=_QUALITY, method=_FAST)
    return written.getvalue()


def _placeholder(picture: PixelSize, smallest: Image.Image) -> bytes:
    size = scaled(picture, thumbhash.MAX_SIDE)
    tiny = smallest.resize((size.width, size.height), Image.Resampling.BOX).convert("RGBA")
    return thumbhash.thumbhash(size.width, size.height, tiny.tobytes())
