"""Pictures with profiles, gammas and transparency of every kind, turned by their Exif data, and with odd ends."""

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping

from PIL import Image

WIDTH, HEIGHT = 64, 48
_COLOURS = ((200, 30, 30), (30, 180, 40), (40, 60, 200), (190, 190, 190))
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"'
_DRAWING = (
    _SVG + b' width="64" height="48"><rect width="32" height="24" fill="#c81e1e"/>'
    b'<rect x="32" y="24" width="32" height="24" fill="#bebebe"/></svg>'
)
_HOSTILE = (
    _SVG + b' xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="48" onload="alert(1)">'
    b'<script>fetch("http://127.0.0.1:9/")</script><rect width="64" height="48" fill="#0a0"/>'
    b'<image href="/etc/hostname" width="9" height="9"/>'
    b'<image xlink:href="http://127.0.0.1:9/x.png" width="9" height="9"/>'
    b'<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml">'
    b'<img src="http://127.0.0.1:9/y.png"/></body></foreignObject></svg>'
)
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def pictures() -> dict[str, bytes]:
    """All of them by their names."""
    return _jpegs() | _pngs() | _transparent_pngs() | _gifs() | _others() | _drawings()


def quarters(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Red, green, blue and grey: turned in whichever way, it looks different."""
    image = Image.new("RGB", (width, height))
    for number, colour in enumerate(_COLOURS):
        across, down = number % 2, number // 2
        left, top = across * width // 2, down * height // 2
        image.paste(colour, (left, top, (across + 1) * width // 2, (down + 1) * height // 2))
    return image


def _noise(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """It does not compress to nothing, so that a cut goes through its data."""
    chance = random.Random(7)
    return Image.frombytes("RGB", (width, height), bytes(chance.randrange(256) for _ in range(width * height * 3)))


def _inks() -> Image.Image:
    image = Image.new("CMYK", (WIDTH, HEIGHT))
    for number, ink in enumerate(((255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 128))):
        left, top = number % 2 * 32, number // 2 * 24
        image.paste(ink, (left, top, left + 32, top + 24))
    return image


def encoded(image: Image.Image, format_name: str, **options: object) -> bytes:
    """An image as a file."""
    written = io.BytesIO()
    image.save(written, format_name, **options)
    return written.getvalue()


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def exif(orientation: int) -> bytes:
    """Exif data that say nothing else."""
    data = Image.Exif()
    data[0x112] = orientation
    return data.tobytes()


def _fixed(number: float) -> bytes:
    return struct.pack(">i", round(number * 65_536))


def _xyz(*numbers: float) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, numbers))


def _profile(name: bytes, tags: Mapping[bytes, bytes], kind: bytes, space: bytes, connected_by: bytes) -> bytes:
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" + b"\0" * 78
    named = {b"desc": described, b"cprt": b"text\0\0\0\0none\0", b"wtpt": _xyz(0.9642, 1, 0.8249)}
    whole = named | dict(tags)
    table, data, start = struct.pack(">I", len(whole)), b"", 128 + 4 + 12 * len(whole)
    for tag, content in whole.items():
        table += tag + struct.pack(">II", start + len(data), len(content))
        data += content + b"\0" * (-len(content) % 4)
    head = b"\0" * 8 + struct.pack(">I", 0x02400000) + kind + space + connected_by
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += _fixed(0.9642) + _fixed(1) + _fixed(0.8249)
    written = head.ljust(128, b"\0") + table + data
    return struct.pack(">I", len(written)) + written[4:]


def exchanged() -> bytes:
    """A profile in which the primaries of red and green are exchanged: (255, 0, 0) is green."""
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    primaries = {
        b"rXYZ": _xyz(0.3851, 0.7169, 0.0971),
        b"gXYZ": _xyz(0.4361, 0.2225, 0.0139),
        b"bXYZ": _xyz(0.1431, 0.0606, 0.7141),
    }
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return _profile(b"Red and green exchanged", primaries | curves, b"mntr", b"RGB ", b"XYZ ")


def _odd_inks() -> bytes:
    """A profile of inks by a table of two points each: cyan is drawn red, magenta green, yellow blue."""
    of_ink = {(0, 0, 0): (100, 0, 0), (1, 0, 0): (50, 70, 50), (0, 1, 0): (70, -60, 50), (0, 0, 1): (35, 40, -90)}

    def lab(light: float, a: float, b: float) -> bytes:
        return struct.pack(">3H", min(65_535, round(light * 652.8)), round((a + 128) * 256), round((b + 128) * 256))

    both = (0, 1)
    points = b"".join(
        lab(0, 0, 0) if black else lab(*of_ink.get((cyan, magenta, yellow), (30, 0, 0)))
        for cyan in both
        for magenta in both
        for yellow in both
        for black in both
    )
    ramp = struct.pack(">2H", 0, 65_535)
    matrix = b"".join(map(_fixed, (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    table = b"mft2\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + struct.pack(">2H", 2, 2) + ramp * 4 + points + ramp * 3
    return _profile(b"Odd inks", {b"A2B0": table, b"A2B1": table}, b"prtr", b"CMYK", b"Lab ")


def _jpegs() -> dict[str, bytes]:
    image, noise = quarters(), encoded(_noise(), "JPEG", quality=90)
    plain = encoded(image, "JPEG", quality=92, subsampling=0)
    restarted = encoded(_noise(), "JPEG", restart_marker_rows=1)
    turned = {
        f"orientation_{number}.jpg": encoded(image, "JPEG", quality=92, subsampling=0, exif=exif(number))
        for number in range(2, 9)
    }
    return turned | {
        "progressive.jpg": encoded(image, "JPEG", quality=92, progressive=True, subsampling=0),
        "swapped_icc.jpg": encoded(image, "JPEG", quality=95, subsampling=0, icc_profile=exchanged()),
        "cmyk_icc.jpg": encoded(_inks(), "JPEG", quality=95, icc_profile=_odd_inks()),
        "no_eoi.jpg": plain[:-2],
        "bytes_after.jpg": plain + b"\0" * 1_000 + b"A" * 2_000,
        "crlf_before.jpg": b"\r\n" + plain,
        "half.jpg": _half(noise),
        "cut_in_last_block.jpg": encoded(_noise(40, 24), "JPEG")[:-20],
        "cut_at_restart.jpg": restarted[: restarted.rindex(b"\xff\xd1")],
        "no_eoi_restarts.jpg": restarted[:-2],
    }


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(bits: int, colour: int, rows: Iterable[bytes], extra: bytes = b"", size: tuple[int, int] = (64, 48)) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, 0))
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def _interlaced(image: Image.Image) -> bytes:
    rows = b""
    for left, top, across, down in _PASSES:
        for y in range(top, image.height, down):
            rows += b"\0" + b"".join(bytes(image.getpixel((x, y))) for x in range(left, image.width, across))  # type: ignore[arg-type]
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *image.size, 8, 2, 0, 0, 1))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _pngs() -> dict[str, bytes]:
    image = quarters()
    plain, stored = encoded(image, "PNG"), image.tobytes()
    rows = [stored[start : start + 3 * WIDTH] for start in range(0, len(stored), 3 * WIDTH)]
    ramp = [bytes(x * 4 for x in range(WIDTH) for _ in range(3))] * HEIGHT
    places = (0.3127, 0.3290, 0.30, 0.60, 0.64, 0.33, 0.15, 0.06)
    exchanged_places = chunk(b"cHRM", struct.pack(">8I", *(round(place * 100_000) for place in places)))
    clear = quarters().convert("RGBA")
    clear.putalpha(128)
    return {
        "icc_swapped.png": encoded(image, "PNG", icc_profile=exchanged()),
        "icc_swapped_alpha.png": encoded(clear, "PNG", icc_profile=exchanged()),
        "gama_linear.png": _png(8, 2, ramp, chunk(b"gAMA", struct.pack(">I", 100_000))),
        "gama_chrm_swapped.png": _png(8, 2, rows, exchanged_places + chunk(b"gAMA", struct.pack(">I", 45_455))),
        "cicp_p3.png": _png(8, 2, rows, chunk(b"cICP", bytes([12, 13, 0, 1]))),
        "icc_no_space.png": encoded(image, "PNG", icc_profile=exchanged().replace(b"RGB ", b"R\xffB ", 1)),
        "gama_short.png": _png(8, 2, rows, chunk(b"gAMA", b"\0\0")),
        "gama_beyond.png": _png(8, 2, rows, exchanged_places + chunk(b"gAMA", struct.pack(">I", 1))),
        "chrm_of_nothing.png": _png(8, 2, rows, chunk(b"cHRM", bytes(32)) + chunk(b"gAMA", struct.pack(">I", 100_000))),
        "interlaced.png": _interlaced(image),
        "orientation_6.png": encoded(image, "PNG", exif=exif(6)),
        "no_iend.png": plain[:-12],
        "bytes_after.png": plain + b"A" * 300,
        "half.png": _half(encoded(_noise(), "PNG")),
        "too_many_pixels_rows.png": _png(1, 0, [bytes(1_251)] * 5_300, size=(10_001, 5_300)),
    }


def _transparent_pngs() -> dict[str, bytes]:
    def sixteen(*values: int) -> bytes:
        return struct.pack(f">{len(values)}H", *values)

    def row(pixel: Callable[[int], bytes]) -> bytes:
        return b"".join(pixel(x) for x in range(WIDTH))

    stripes = ((0x1234, 0x5678, 0x9ABC), (0x1235, 0x5678, 0x9ABC), (0x1200, 0x5600, 0x9A00), (60_000, 30_000, 1_000))
    greys = (0x1234, 0x1235, 0x1200, 50_000)
    ramps = [
        row(lambda x, y=y: sixteen(x * 1_024 + 255, 65_535 - x * 1_024, 20_000, min(65_535, y * 1_400)))  # type: ignore[misc]
        for y in range(HEIGHT)
    ]
    palette = chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])) + chunk(b"tRNS", bytes([0, 128, 255]))
    return {
        "rgba16.png": _png(16, 6, ramps),
        "trns16_rgb.png": _png(
            16, 2, [row(lambda x: sixteen(*stripes[x // 16]))] * HEIGHT, chunk(b"tRNS", sixteen(*stripes[0]))
        ),
        "trns16_gray.png": _png(
            16, 0, [row(lambda x: sixteen(greys[x // 16]))] * HEIGHT, chunk(b"tRNS", sixteen(greys[0]))
        ),
        "trns2_gray.png": _png(2, 0, [bytes([0b00011011] * 16)] * HEIGHT, chunk(b"tRNS", sixteen(1))),
        "palette_trns.png": _png(8, 3, [row(lambda x: bytes([x // 16]))] * HEIGHT, palette),
    }


def _gifs() -> dict[str, bytes]:
    image, noise = quarters(), _noise()
    plain = encoded(image.quantize(8), "GIF")
    frames = [noise.quantize(64), image.transpose(Image.Transpose.ROTATE_180).quantize(64)]
    moving = encoded(image.quantize(8), "GIF", save_all=True, append_images=frames, duration=100, loop=0)
    return {
        "animated.gif": moving,
        "no_trailer.gif": plain[:-1],
        "bytes_after.gif": plain + b"A" * 300,
        "half.gif": _half(encoded(noise.quantize(256), "GIF")),
    }


def _others() -> dict[str, bytes]:
    image, noise = quarters(), _noise()
    return {
        "icc.webp": encoded(image, "WEBP", lossless=True, icc_profile=exchanged()),
        "orientation_6.webp": encoded(image, "WEBP", lossless=True, exif=exif(6)),
        "half.webp": _half(encoded(noise, "WEBP", lossless=True)),
        "half.avif": _half(encoded(_noise(128, 96), "AVIF", quality=90)),
        "multipage.tif": encoded(image, "TIFF", save_all=True, append_images=[_noise(30, 20)], compression="tiff_lzw"),
        "cmyk_icc.tif": encoded(_inks(), "TIFF", icc_profile=_odd_inks()),
        "half_plain.tif": _half(encoded(noise, "TIFF")),
        "cut_facts.tif": encoded(noise, "TIFF", compression="tiff_lzw")[:-2],
        "half.bmp": encoded(Image.new("RGB", (16, 12), (200, 0, 0)), "BMP")[:300],
    }


def _drawings() -> dict[str, bytes]:
    entities = b"".join(b'<!ENTITY %c "%s">' % (98 + index, b"&%c;" % (97 + index) * 10) for index in range(8))
    endless = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">' + entities + b"]>"
    return {
        "plain.svg": _DRAWING,
        "hostile.svg": _HOSTILE,
        "entities.svg": endless + _SVG + b' width="64" height="48"><text y="20">&i;</text></svg>',
    }
