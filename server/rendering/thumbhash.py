"""ThumbHash: about 25 bytes from which a front end draws a blurred likeness before it has loaded anything.

Source: Evan Wallace, ThumbHash (https://evanw.github.io/thumbhash/); decoders exist for most languages.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from math import cos, floor, pi
from operator import add
from typing import NamedTuple

MAX_SIDE = 32
"""Pixels on the longest side of what is hashed; the format allows 100, more than 32 changes nothing that is seen."""


class _Channel(NamedTuple):
    """The mean, the waves from 0 to 1 around 0.5, and what they were divided by."""

    mean: float
    waves: Sequence[float]
    scale: float


def thumbhash(width: int, height: int, rgba: bytes) -> bytes:
    """The hash of an image of at most 100 × 100 pixels, its rows from the top, four bytes a pixel."""
    pixels = list(zip(*(iter(rgba),) * 4, strict=True))
    has_alpha = any(pixel[3] < 255 for pixel in pixels)
    light, yellow_blue, red_green, alpha = _channels(pixels)
    limit = 5 if has_alpha else 7
    longest = max(width, height)
    across = max(1, _rounded(limit * width / longest))
    down = max(1, _rounded(limit * height / longest))
    coded = [
        _encoded(light, width, height, max(3, across), max(3, down)),
        _encoded(yellow_blue, width, height, 3, 3),
        _encoded(red_green, width, height, 3, 3),
    ]
    is_landscape = width > height
    head = _header(coded, has_alpha=has_alpha, is_landscape=is_landscape, shorter=down if is_landscape else across)
    if has_alpha:
        coded.append(_encoded(alpha, width, height, 5, 5))
        head += bytes([_rounded(15 * coded[3].mean) | _rounded(15 * coded[3].scale) << 4])
    return head + _nibbles([wave for channel in coded for wave in channel.waves])


def _channels(pixels: Sequence[tuple[int, ...]]) -> tuple[list[float], list[float], list[float], list[float]]:
    """Light, yellow against blue, red against green, opacity; what shines through takes the mean colour."""
    opacity = [pixel[3] / 255 for pixel in pixels]
    total = _sum(opacity)
    mean = [
        _sum(part / 255 * pixel[index] for pixel, part in zip(pixels, opacity, strict=True)) / (total or 1)
        for index in range(3)
    ]
    light, yellow_blue, red_green = [], [], []
    for pixel, part in zip(pixels, opacity, strict=True):
        red, green, blue = (mean[index] * (1 - part) + part / 255 * pixel[index] for index in range(3))
        light.append((red + green + blue) / 3)
        yellow_blue.append((red + green) / 2 - blue)
        red_green.append(red - green)
    return light, yellow_blue, red_green, opacity


def _encoded(channel: Sequence[float], width: int, height: int, across: int, down: int) -> _Channel:
    """The lowest frequencies of a channel, those of a triangle `across` by `down`."""
    rows = [channel[start : start + width] for start in range(0, width * height, width)]
    sums = []
    for wave in range(across):
        factors = [cos(pi / width * wave * (x + 0.5)) for x in range(width)]
        sums.append([_sum(map(float.__mul__, row, factors)) for row in rows])
    waves = []
    for vertical in range(down):
        factors = [cos(pi / height * vertical * (y + 0.5)) for y in range(height)]
        for horizontal in range(across):
            if horizontal * down >= across * (down - vertical):
                break
            waves.append(_sum(map(float.__mul__, sums[horizontal], factors)) / (width * height))
    mean, *others = waves
    scale = max(map(abs, others))
    return _Channel(mean, [0.5 + 0.5 / scale * wave for wave in others] if scale else others, scale)


def _header(coded: Sequence[_Channel], *, has_alpha: bool, is_landscape: bool, shorter: int) -> bytes:
    light, yellow_blue, red_green = coded
    first = (
        _rounded(63 * light.mean)
        | _rounded(31.5 + 31.5 * yellow_blue.mean) << 6
        | _rounded(31.5 + 31.5 * red_green.mean) << 12
        | _rounded(31 * light.scale) << 18
        | has_alpha << 23
    )
    second = shorter | _rounded(63 * yellow_blue.scale) << 3 | _rounded(63 * red_green.scale) << 9 | is_landscape << 15
    return first.to_bytes(3, "little") + second.to_bytes(2, "little")


def _nibbles(waves: Sequence[float]) -> bytes:
    """Two waves a byte, the first in the lower half."""
    halves = [_rounded(15 * wave) for wave in waves] + [0]
    return bytes(low | high << 4 for low, high in zip(halves[::2], halves[1::2], strict=False))


def _sum(numbers: Iterable[float]) -> float:
    """One after the other, as the reference adds: `sum` makes up for what was rounded since Python 3.12.

    What is lost that way decides where a wave is even, since half of fifteen lies between two whole numbers.
    """
    return reduce(add, numbers, 0.0)


def _rounded(number: float) -> int:
    """To the nearest whole number, halves upwards, as the reference rounds."""
    return floor(number + 0.5)
