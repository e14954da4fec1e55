"""Draws the pictures of the demo workshop: components on a cutting mat, symbols, labels; the same bytes every time."""

from collections.abc import Callable
from io import BytesIO
from random import Random

from PIL import GifImagePlugin, Image, ImageDraw, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

PLUGINS = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Importing them makes these formats known to Pillow without its fifty others."""

_WIDTH, _HEIGHT = 640, 480
_MAT, _LINE = (38, 84, 74), (58, 108, 96)
_STEEL, _DARK, _GOLD = (186, 190, 196), (34, 36, 40), (201, 162, 66)

Canvas = ImageDraw.ImageDraw


def photo(draw: Callable[[Canvas], None], seed: int, format_name: str = "JPEG") -> bytes:
    """A component on the mat, a little out of the middle."""
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _MAT)
    canvas = ImageDraw.Draw(image)
    chance = Random(seed)
    left, top = chance.randrange(40), chance.randrange(40)
    for x in range(left, _WIDTH, 40):
        canvas.line((x, 0, x, _HEIGHT), _LINE)
    for y in range(top, _HEIGHT, 40):
        canvas.line((0, y, _WIDTH, y), _LINE)
    draw(canvas)
    return encoded(image, format_name)


def encoded(image: Image.Image, format_name: str) -> bytes:
    """The bytes of a file."""
    written = BytesIO()
    image.save(written, format_name, quality=82)
    return written.getvalue()


def axial(body: str, bands: tuple[str, ...]) -> Callable[[Canvas], None]:
    """A resistor or diode between two wires, with coloured bands."""

    def draw(canvas: Canvas) -> None:
        canvas.line((40, 240, 600, 240), _STEEL, 8)
        canvas.rounded_rectangle((190, 190, 450, 290), 36, body)
        for place, band in enumerate(bands):
            canvas.rectangle((225 + 50 * place, 190, 247 + 50 * place, 290), band)

    return draw


def can(body: str, stripe: str) -> Callable[[Canvas], None]:
    """An electrolytic capacitor standing on two wires."""

    def draw(canvas: Canvas) -> None:
        canvas.line((280, 340, 280, 470), _STEEL, 8)
        canvas.line((360, 340, 360, 470), _STEEL, 8)
        canvas.rounded_rectangle((210, 60, 430, 350), 20, body)
        canvas.rectangle((380, 70, 420, 350), stripe)
        canvas.ellipse((215, 50, 425, 100), _STEEL)

    return draw


def lens(colour: str) -> Callable[[Canvas], None]:
    """An LED of 5 mm, or anything else under a dome."""

    def draw(canvas: Canvas) -> None:
        canvas.line((290, 330, 290, 470), _STEEL, 8)
        canvas.line((350, 330, 350, 450), _STEEL, 8)
        canvas.pieslice((230, 70, 410, 250), 180, 360, colour)
        canvas.rectangle((230, 160, 410, 310), colour)
        canvas.rectangle((215, 305, 425, 335), colour)
        canvas.ellipse((265, 110, 300, 170), "white")

    return draw


def chip(pins_a_side: int, body: tuple[int, int, int] = _DARK) -> Callable[[Canvas], None]:
    """An integrated circuit from above."""

    def draw(canvas: Canvas) -> None:
        pitch = 460 // pins_a_side
        for pin in range(pins_a_side):
            x = 90 + pitch * pin + pitch // 4
            canvas.rectangle((x, 120, x + pitch // 2, 360), _STEEL)
        canvas.rounded_rectangle((80, 160, 560, 320), 8, body)
        canvas.pieslice((60, 215, 100, 265), 270, 90, _LINE)

    return draw


def tab(body: tuple[int, int, int] = _DARK) -> Callable[[Canvas], None]:
    """A TO-220: metal tab, body, three legs."""

    def draw(canvas: Canvas) -> None:
        canvas.rectangle((220, 30, 420, 160), _STEEL)
        canvas.ellipse((290, 60, 350, 120), _MAT)
        canvas.rectangle((210, 140, 430, 310), body)
        for x in (240, 310, 380):
            canvas.rectangle((x, 310, x + 20, 470), _STEEL)

    return draw


def board(colour: str, parts: int) -> Callable[[Canvas], None]:
    """A module: a board with parts and pads on it."""

    def draw(canvas: Canvas) -> None:
        chance = Random(parts)
        canvas.rounded_rectangle((70, 70, 570, 410), 14, colour)
        for x in range(100, 550, 30):
            canvas.ellipse((x, 380, x + 16, 396), _GOLD)
        for _ in range(parts):
            x, y = chance.randrange(90, 480), chance.randrange(90, 320)
            canvas.rectangle((x, y, x + chance.randrange(20, 80), y + chance.randrange(14, 50)), _DARK)

    return draw


def ring(outer: tuple[int, int, int], sides: int) -> Callable[[Canvas], None]:
    """A nut, a screw's head, a reel: a polygon with a hole."""

    def draw(canvas: Canvas) -> None:
        canvas.regular_polygon((320, 240, 180), sides, fill=outer)
        canvas.ellipse((240, 160, 400, 320), _MAT)
        canvas.ellipse((255, 175, 385, 305), outline=_STEEL, width=4)

    return draw


def grid(columns: int, rows: int, seed: int) -> Callable[[Canvas], None]:
    """A box from above, some of its locations full."""

    def draw(canvas: Canvas) -> None:
        chance = Random(seed)
        width, height = 600 // columns, 440 // rows
        for column in range(columns):
            for row in range(rows):
                x, y = 20 + column * width, 20 + row * height
                canvas.rectangle((x, y, x + width - 6, y + height - 6), chance.choice((_DARK, _STEEL, _GOLD, _MAT)))

    return draw


def symbol(pins: int) -> bytes:
    """A symbol for circuit diagrams: black lines on nothing, a PNG with transparency."""
    image = Image.new("RGBA", (400, 60 + 40 * pins))
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((120, 20, 280, 40 + 40 * pins), outline="black", width=4)
    for pin in range(pins):
        canvas.line((40, 50 + 40 * pin, 120, 50 + 40 * pin), "black", 4)
        canvas.line((280, 50 + 40 * pin, 360, 50 + 40 * pin), "black", 4)
    return encoded(image, "PNG")


def tall_strip() -> bytes:
    """A very tall image: the label tape of a whole cabinet, 90 × 6,000 pixels."""
    image = Image.new("P", (90, 6_000))
    image.putpalette([250, 248, 240, 40, 40, 40, 200, 60, 40])
    canvas = ImageDraw.Draw(image)
    for number, y in enumerate(range(0, 6_000, 100), start=1):
        canvas.rectangle((4, y + 4, 86, y + 94), outline=1, width=2)
        canvas.text((30, y + 40), f"1-{number}", 2 if number % 10 == 0 else 1)
    return encoded(image, "PNG")


def blinking(colour: str) -> bytes:
    """An animated GIF of two frames."""
    frames = [Image.new("P", (160, 120)) for _ in range(2)]
    for frame, lit in zip(frames, (False, True), strict=True):
        frame.putpalette([*_MAT, *_DARK, 255, 60, 50])
        ImageDraw.Draw(frame).ellipse((50, 30, 110, 90), fill=2 if lit else 1)
    written = BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=500, loop=0, comment=colour)
    return written.getvalue()
