"""A list that is made and printed, and its paper as a reader and as an eye has it."""

from collections.abc import Sequence
from typing import NamedTuple

import httpx
import pypdfium2
from PIL import Image, ImageOps

from tests.factories import Workshop
from tests.graphql_client import Json
from tests.picking.lists import line, opened, project

SCALE = 6
"""Pixels for each point (1/72 inch) of a page that is looked at."""

_MILLIMETRE = 72 / 25.4 * SCALE
_TEXT_LEFT, _TEXT_RIGHT = 97, 199


async def printed(
    workshop: Workshop,
    client: httpx.AsyncClient,
    descriptions: Sequence[str],
    *,
    project_name: str = "Lamp",
    box: str = "Resistors",
) -> tuple[Json, bytes]:
    """A list whose lines are parts with these descriptions, in box 1 from its first location on, and its PDF."""
    await workshop.box(capacity=len(descriptions), description=box)
    keys = [await workshop.stocked(9, f"1-{number}", description=each) for number, each in enumerate(descriptions, 1)]
    lamp = await project(workshop, project_name, 5, *(line(key) for key in keys))
    made = await opened(workshop, lamp, 5)
    query = "query($id: ID!) { pickList(id: $id) { id number createdAt printUrl lines { part { key } } } }"
    pick_list: Json = (await workshop.graphql(query, {"id": made["id"]}))["pickList"]
    return pick_list, (await client.get(pick_list["printUrl"])).content


class Paper:
    """The first page of a printed list."""

    def __init__(self, content: bytes) -> None:
        document = pypdfium2.PdfDocument(content)
        try:
            page = document[0]
            self.text: str = page.get_textpage().get_text_range().replace("\r\n", "\n")
            self.picture: Image.Image = page.render(scale=SCALE, grayscale=True).to_pil()
            self._rows = sorted(_tick_boxes(page), reverse=True)
            self._height = page.get_height()
        finally:
            document.close()

    def line_with(self, word: str) -> str:
        """The line of text that has this word."""
        (found,) = [each for each in self.text.split("\n") if word in each]
        return found

    def seen(self, row: int) -> Image.Image:
        """What is drawn as the first line of text of a row, black on white, without what is white around it."""
        top = (self._height - self._rows[row]) * SCALE
        area = (_TEXT_LEFT * _MILLIMETRE, top - _MILLIMETRE, _TEXT_RIGHT * _MILLIMETRE, top + 5.6 * _MILLIMETRE)
        return ink(self.picture.crop(tuple(map(round, area))))


class Sheet(NamedTuple):
    """A page of a printed list: its measures in points, its text, and the pieces of it with where they stand."""

    width: float
    height: float
    text: str
    pieces: list[tuple[str, tuple[float, float, float, float]]]
    """Left, bottom, right, top."""


def sheets_of(content: bytes) -> list[Sheet]:
    """All pages of a printed list."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [_sheet(page) for page in document]
    finally:
        document.close()


def _sheet(page: pypdfium2.PdfPage) -> Sheet:
    words = page.get_textpage()
    bounds = [each.get_bounds() for each in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_TEXT])]
    pieces = [(words.get_text_bounded(*each).strip(), each) for each in bounds]
    width, height = page.get_size()
    return Sheet(width, height, words.get_text_range(), pieces)


def ink(picture: Image.Image) -> Image.Image:
    """A picture in shades of grey without what is white around it."""
    return picture.crop(ImageOps.invert(picture).getbbox())


def shapes(picture: Image.Image) -> int:
    """How many pieces of ink there are that do not touch each other: a letter without its dot has one less."""
    width = picture.width + 1
    # A white column at the left keeps the right edge of a row from the next one.
    framed = Image.new("L", (width, picture.height), 255)
    framed.paste(picture, (1, 0))
    dark = {place for place, shade in enumerate(framed.tobytes()) if shade < 120}
    found = 0
    while dark:
        found += 1
        touching = [dark.pop()]
        while touching:
            place = touching.pop()
            around = {place + down + right for down in (-width, 0, width) for right in (-1, 0, 1)} & dark
            dark -= around
            touching += around
    return found


def _tick_boxes(page: pypdfium2.PdfPage) -> list[float]:
    """The upper edges of the squares of five millimetres, in points from below."""
    edges = []
    for each in page.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_PATH]):
        left, bottom, right, top = each.get_bounds()
        if round((right - left) / 72 * 25.4) == round((top - bottom) / 72 * 25.4) == 5:
            edges.append(top)
    return edges
