"""The pixels of an image in eight bits a channel, and what is transparent in it as an alpha channel.

Pillow takes the high byte of 16 bits, and so do browsers; but what a PNG declares as transparent (tRNS) it compares
with that byte, or with pixels that it has scaled before. Here it is compared with the pixels as they are stored: PNG
(third edition, W3C), clause 11.3.2.1.
"""

from collections.abc import Callable, Mapping, Sequence

from PIL import Image, ImageChops, ImageFile

_SIXTEEN_BITS_TO_EIGHT = 1 / 256
_STEP_OF: Mapping[str, int] = {"L;2": 85, "L;4": 17, "1": 255}
"""By the raw mode of a grey PNG, by how much Pillow multiplies its values."""

_AS_THEY_ARE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})


def straight(image: ImageFile.ImageFile, again: Callable[[], ImageFile.ImageFile]) -> Image.Image:
    """Decode an image that was opened: L, LA, RGB, RGBA or CMYK. `again` opens it once more."""
    transparent = image.info.get("transparency") if image.format == "PNG" else None
    raw_mode = image.tile[0].args if image.tile else None
    if transparent is not None and raw_mode == "RGB;16B":
        return _without_colour(image, again(), transparent)
    if image.mode.startswith("I;16"):
        return _high_bytes(image, transparent)
    if isinstance(transparent, int) and image.mode in {"1", "L"}:
        grey = image.convert("L")
        return Image.merge("LA", (grey, _all_but(grey, transparent * _STEP_OF.get(str(raw_mode), 1))))
    return _in_eight_bits(image)


def _without_colour(image: Image.Image, low: ImageFile.ImageFile, transparent: Sequence[int]) -> Image.Image:
    """RGBA of 16 bits a channel: clear where both bytes of all three are those of the transparent colour."""
    # The same decoder gives the low bytes when it is told that they come first.
    low.tile = [low.tile[0]._replace(args="RGB;16L")]
    image.load()
    low.load()
    alpha: Image.Image | None = None
    for high_band, low_band, value in zip(image.split(), low.split(), transparent, strict=True):
        for band, byte in ((high_band, value >> 8), (low_band, value & 255)):
            differs = _all_but(band, byte)
            alpha = differs if alpha is None else ImageChops.lighter(alpha, differs)
    assert alpha is not None
    made = image.convert("RGB") if image.mode != "RGB" else image.copy()
    made.info.pop("transparency", None)
    made.putalpha(alpha)
    return made


def _high_bytes(image: Image.Image, transparent: int | None) -> Image.Image:
    """L or LA of 16 bits; the mode says which byte is first."""
    image.load()
    stored, first = image.tobytes(), image.mode == "I;16B"
    high = Image.frombytes("L", image.size, stored[0 if first else 1 :: 2])
    if transparent is None:
        return high
    low = Image.frombytes("L", image.size, stored[1 if first else 0 :: 2])
    alpha = ImageChops.lighter(_all_but(high, transparent >> 8), _all_but(low, transparent & 255))
    return Image.merge("LA", (high, alpha))


def _all_but(band: Image.Image, value: int) -> Image.Image:
    """255 where a band has another value than this, else 0."""
    return band.point([0 if each == value else 255 for each in range(256)])


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode == "I":
        return image.point(lambda value: value * _SIXTEEN_BITS_TO_EIGHT).convert("L")
    if image.mode in _AS_THEY_ARE and "transparency" not in image.info:
        image.load()
        return image
    if image.mode in {"1", "F"}:
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
