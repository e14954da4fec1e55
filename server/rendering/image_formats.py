"""The libraries' names of the kinds of images, and how an image is opened as one kind and no other."""

from collections.abc import Mapping
from io import BytesIO

import pi_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from domain.entities.file_facts import PixelSize
from domain.rules.file_formats.exif_orientation import UPRIGHT, orientation_in, shown_size
from domain.rules.file_formats.file_kinds import MAX_PIXELS

# Importing these makes them known; Pillow would import all of its fifty when it first misses one.
_FORMATS: Mapping[str, str] = {
    "image/jpeg": JpegImagePlugin.JpegImageFile.format,
    "image/png": PngImagePlugin.PngImageFile.format,
    "image/gif": GifImagePlugin.GifImageFile.format,
    "image/webp": WebPImagePlugin.WebPImageFile.format,
    "image/avif": AvifImagePlugin.AvifImageFile.format,
    "image/tiff": TiffImagePlugin.TiffImageFile.format,
    "image/bmp": BmpImagePlugin.BmpImageFile.format,
    "image/heic": "HEIF",
}
_TURNED_BY_US = frozenset({"image/jpeg", "image/png", "image/avif"})
"""Of these browsers follow the Exif data. HEIC and TIFF are turned by their readers, and WebP is not turned at all."""

pi_heif.register_heif_opener()


def opened(content: bytes, media_type: str) -> ImageFile.ImageFile:
    """The image, not decoded yet. Raises what its library raises where it is none of this kind."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    return Image.open(BytesIO(content), formats=[_FORMATS[media_type]])


def orientation_of(loaded: Image.Image, media_type: str) -> int:
    """How the pixels are still to be turned, once they are decoded: 1 to 8. A PNG may say it behind them.

    Pillow's own reading also follows XMP and comments, as no browser does.
    """
    exif = loaded.info.get("exif")
    if media_type not in _TURNED_BY_US or not isinstance(exif, bytes):
        return UPRIGHT
    return orientation_in(exif.removeprefix(b"Exif\0\0"))


def size_as_shown(stored: tuple[int, int], orientation: int) -> PixelSize:
    """Width and height as the image is shown."""
    return shown_size(PixelSize(*stored), orientation)
