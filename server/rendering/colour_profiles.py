"""A colour profile made of what a PNG says of its colours: chromaticities of white, red, green and blue, and a curve.

Sources: ICC.1 (version 2.4, matrix profiles; parametric curves of version 4), Bradford's adaptation to D50, and the
code points of ITU-T H.273 that a PNG may name in cICP.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import ImageCms

_Matrix = Sequence[Sequence[float]]
_Point = tuple[float, float]
_D50 = (0.9642, 1.0, 0.8249)
_D65: _Point = (0.3127, 0.3290)
_BRADFORD: _Matrix = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_SRGB_CURVE = (3, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
_PRIMARIES: Mapping[int, tuple[_Point, _Point, _Point]] = {
    1: ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    9: ((0.708, 0.292), (0.17, 0.797), (0.131, 0.046)),
    12: ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)),
}
"""H.273, table 2: BT.709 and sRGB, BT.2020, Display P3."""

_CURVES: Mapping[int, tuple[int, tuple[float, ...]]] = {
    1: _SRGB_CURVE,
    4: (0, (2.2,)),
    5: (0, (2.8,)),
    8: (0, (1.0,)),
    13: _SRGB_CURVE,
}
"""H.273, table 3, as browsers take them; those of high dynamic range are none of these."""


@dataclass(frozen=True, slots=True)
class Chromaticities:
    """Where white and the primaries lie."""

    white: _Point
    primaries: tuple[_Point, _Point, _Point]


def profile_of_code_points(primaries: int, curve: int) -> ImageCms.ImageCmsProfile | None:
    """The profile of a cICP chunk; None for what is not followed."""
    if primaries not in _PRIMARIES or curve not in _CURVES:
        return None
    return _profile(Chromaticities(_D65, _PRIMARIES[primaries]), _CURVES[curve])


def profile_of_gamma(colours: Chromaticities, gamma: float) -> ImageCms.ImageCmsProfile:
    """The profile of the chunks cHRM and gAMA; `gamma` is what values are raised to."""
    return _profile(colours, (0, (gamma,)))


def _profile(colours: Chromaticities, curve: tuple[int, tuple[float, ...]]) -> ImageCms.ImageCmsProfile:
    columns = zip(*_in_d50(colours), strict=True)
    kind, numbers = curve
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 2) + b"x\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"x\0",
        b"wtpt": _xyz(_D50),
        **{name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)},
        **dict.fromkeys(
            (b"rTRC", b"gTRC", b"bTRC"), b"para" + bytes(4) + struct.pack(">HH", kind, 0) + _fixed(numbers)
        ),
    }
    return ImageCms.ImageCmsProfile(BytesIO(_written(tags)))


def _written(tags: Mapping[bytes, bytes]) -> bytes:
    start = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(">I", start + len(data)) + bytes(4) + struct.pack(">I", 0x02400000) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(_D50)
    return head.ljust(128, b"\0") + table + data


def _in_d50(colours: Chromaticities) -> _Matrix:
    """From RGB to XYZ under D50; its columns are the primaries."""
    primaries = _transposed([_to_xyz(point) for point in colours.primaries])
    white = _to_xyz(colours.white)
    strength = _times(_inverse(primaries), _column(white))
    scaled = [[row[at] * strength[at][0] for at in range(3)] for row in primaries]
    here, there = _times(_BRADFORD, _column(white)), _times(_BRADFORD, _column(_D50))
    adapted = [[there[row][0] / here[row][0] if row == at else 0.0 for at in range(3)] for row in range(3)]
    return _times(_times(_inverse(_BRADFORD), _times(adapted, _BRADFORD)), scaled)


def _to_xyz(point: _Point) -> tuple[float, float, float]:
    x, y = point
    return x / y, 1.0, (1 - x - y) / y


def _column(numbers: Sequence[float]) -> _Matrix:
    return [[number] for number in numbers]


def _transposed(matrix: _Matrix) -> _Matrix:
    return list(zip(*matrix, strict=True))


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    return [[sum(a * b for a, b in zip(row, column, strict=True)) for column in _transposed(other)] for row in one]


def _inverse(matrix: _Matrix) -> _Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    adjugate = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    return [[number / whole for number in row] for row in adjugate]


def _xyz(numbers: Sequence[float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(numbers)


def _fixed(numbers: Sequence[float]) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65_536)) for number in numbers)
