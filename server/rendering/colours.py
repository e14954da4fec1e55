"""The colours of an image as a browser shows them: in sRGB, whatever profile or gamma the file names.

Of a PNG count in this order: cICP, an ICC profile, sRGB (the bytes as they are), gAMA with cHRM, gAMA alone. A profile
that cannot be read, or is of another kind than the pixels, does not count.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms

from server.rendering.colour_profiles import Chromaticities, profile_of_code_points, profile_of_gamma
from server.rendering.plain_png import plain_png

_MODE_OF_SPACE: Mapping[str, str] = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_GAMMA_OF_SRGB = 0.45455
_NEARLY = 0.01
_HUNDRED_THOUSAND = 100_000
_MOST_IN_PROFILE = 2**15
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class _Means:
    """How the colours become those of sRGB: by a profile, or by a table for each channel; by nothing, as they are."""

    profile: ImageCms.ImageCmsProfile | None = None
    mode: str | None = "RGB"
    """Of the pixels that the profile is for."""
    intent: ImageCms.Intent = ImageCms.Intent.PERCEPTUAL
    table: list[int] | None = None


def in_srgb(straight: Image.Image, opened: Image.Image, content: bytes) -> Image.Image:
    """RGB or RGBA, of the straight pixels of an image (server.rendering.straight_pixels), by what its file says."""
    means = _means(opened, content)
    if means.profile is not None:
        return _by_profile(straight, means)
    plain = straight.convert("RGBA" if straight.mode in {"LA", "RGBA"} else "RGB")
    if means.table is None:
        return plain
    return plain.point(means.table * 3 + list(range(256)) * (len(plain.getbands()) - 3))


def _means(opened: Image.Image, content: bytes) -> _Means:
    chunks = plain_png(content).chunks if opened.format == "PNG" else {}
    return _by_code_points(chunks) or _by_icc(opened) or _by_gamma(chunks)


def _by_code_points(chunks: Mapping[bytes, bytes]) -> _Means | None:
    if len(chunk := chunks.get(b"cICP", b"")) < 2:
        return None
    profile = profile_of_code_points(chunk[0], chunk[1])
    return None if profile is None else _Means(profile, intent=ImageCms.Intent.RELATIVE_COLORIMETRIC)


def _by_icc(opened: Image.Image) -> _Means | None:
    written = opened.info.get("icc_profile")
    if not written:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(written))
        space = profile.profile.xcolor_space.strip()
    # The letters of its space may be none.
    except (OSError, UnicodeDecodeError):
        return _Means()
    return _Means(profile, mode=_MODE_OF_SPACE.get(space))


def _by_gamma(chunks: Mapping[bytes, bytes]) -> _Means:
    number = int.from_bytes(chunks.get(b"gAMA", b"")[:4])
    if not number or b"sRGB" in chunks or b"cICP" in chunks:
        return _Means()
    gamma = number / _HUNDRED_THOUSAND
    if len(places := chunks.get(b"cHRM", b"")) >= 32 and 1 / gamma < _MOST_IN_PROFILE:
        try:
            profile = profile_of_gamma(_chromaticities(places), 1 / gamma)
        except (ZeroDivisionError, OSError, struct.error):
            return _Means()
        return _Means(profile, intent=ImageCms.Intent.RELATIVE_COLORIMETRIC)
    if abs(gamma - _GAMMA_OF_SRGB) < _NEARLY:
        return _Means()
    return _Means(table=[round(255 * _encoded((value / 255) ** (1 / gamma))) for value in range(256)])


def _chromaticities(places: bytes) -> Chromaticities:
    numbers = [int.from_bytes(places[at : at + 4]) / _HUNDRED_THOUSAND for at in range(0, 32, 4)]
    white, *primaries = zip(numbers[::2], numbers[1::2], strict=True)
    red, green, blue = primaries
    return Chromaticities(white, (red, green, blue))


def _encoded(light: float) -> float:
    """The curve of sRGB (IEC 61966-2-1)."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _by_profile(straight: Image.Image, means: _Means) -> Image.Image:
    """Grey may have a profile of RGB; other profiles than those of the pixels do not count."""
    assert means.profile is not None
    alpha = straight.getchannel("A") if straight.mode in {"LA", "RGBA"} else None
    colour = straight.convert({"LA": "L", "RGBA": "RGB"}.get(straight.mode, straight.mode))
    if means.mode == "RGB" and colour.mode == "L":
        colour = colour.convert("RGB")
    made = colour.convert("RGB")
    if means.mode == colour.mode:
        try:
            found = ImageCms.profileToProfile(colour, means.profile, _SRGB, means.intent, "RGB")
        except ImageCms.PyCMSError:
            found = None
        made = found or made
    if alpha is not None:
        made.putalpha(alpha)
    return made
