"""Draws the previews of an image. Runs in a child process: a hostile image costs that process, never the server."""

import warnings
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image

from domain.entities.file_facts import PixelSize
from domain.entities.file_reading import Rendering, Unreadable
from domain.rules.previews import scaled, sizes_of
from server.rendering import thumbhash
from server.rendering.colours import in_srgb
from server.rendering.image_formats import opened, orientation_of, size_as_shown
from server.rendering.mended_images import with_an_end
from server.rendering.straight_pixels import straight

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


def drawn_image(path: Path, media_type: str) -> Rendering | Unreadable:
    """The previews of an image file of this media type; Unreadable when it cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture, largest = drawn_frame(path.read_bytes(), media_type)
    except MemoryError:
        raise
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


def drawn_frame(content: bytes, media_type: str) -> tuple[PixelSize, Image.Image]:
    """The size of the first frame as it is shown, and the frame as large as the largest preview, in RGB or RGBA.

    Raises what the library raises.
    """
    content = with_an_end(content, media_type)
    with opened(content, media_type) as image:
        stored = PixelSize(*image.size)
        target = scaled(stored, sizes_of(stored)[-1])
        # A JPEG is decoded at a fraction of its size where that is enough.
        image.draft("RGB", (target.width * 2, target.height * 2))
        plain = straight(image, partial(opened, content, media_type))
        small = plain.resize((target.width, target.height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        shown = in_srgb(small, image, content)
        orientation = orientation_of(image, media_type)
        turned = shown.transpose(_TURNS[orientation]) if orientation in _TURNS else shown
        return size_as_shown((stored.width, stored.height), orientation), turned


def _as_webp(image: Image.Image) -> bytes:
    """Without what the file tells of its camera, its place and its time."""
    written = BytesIO()
    image.save(written, "WEBP", quality=_QUALITY, method=_FAST)
    return written.getvalue()


def _placeholder(picture: PixelSize, smallest: Image.Image) -> bytes:
    size = scaled(picture, thumbhash.MAX_SIDE)
    tiny = smallest.resize((size.width, size.height), Image.Resampling.BOX).convert("RGBA")
    return thumbhash.thumbhash(size.width, size.height, tiny.tobytes())
