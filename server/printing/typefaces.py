"""Fonts that are open: what each can write, how wide that is, and the part of one that goes into a paper.

HarfBuzz does all of it, in a thousandth of the time that reading such a font whole takes. Widths are in ems.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

import uharfbuzz

from server.printing.font_files import BOLD, EMOJI, TEXT, FontFile, further_fonts

FRAME = "□"
"""What is printed in place of a character that no font has."""

_JOINER, _EMOJI_FORM = "\u200d", "\ufe0f"
_MOST_SHAPES_KEPT = 20_000


class Shape(NamedTuple):
    """What letters that depend on each other become together: its width, and the glyphs by their numbers."""

    width: float
    glyphs: frozenset[int]


@dataclass(slots=True)
class Use:
    """What a paper uses of a font."""

    characters: set[str] = field(default_factory=set)
    glyphs: set[int] = field(default_factory=set)


class Typeface:
    """One font. Compared by identity: there is one of each in a process."""

    def __init__(self, file: FontFile) -> None:
        self.name, self.is_shaped = file.name, file.shaped
        self._face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file.path)), 0)
        self._font = uharfbuzz.Font(self._face)
        self._characters = self._face.unicodes
        self._advances: dict[str, float] = {}
        self.is_script = file.shaped and file.name != EMOJI and self.has(" ")

    def has(self, character: str) -> bool:
        """Whether it has a glyph of its own for this."""
        return ord(character) in self._characters

    def width(self, text: str) -> float:
        """How wide a text is whose glyphs stand one after the other."""
        return sum(map(self._advance, text))

    def shape(self, text: str, direction: str) -> Shape:
        """A text whose glyphs depend on each other; direction is ltr or rtl."""
        return _shaped(self, text, direction)

    def part(self, use: Use) -> bytes:
        """A font with nothing but this, of one weight."""
        wanted = uharfbuzz.SubsetInput()
        wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set({ord(each) for each in use.characters})
        # There are glyphs of marks among them that stand for no character of the text: Thai letters are taken apart.
        wanted.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).set(use.glyphs)
        wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
        wanted.pin_all_axes_to_default(self._face)
        return bytes(uharfbuzz.subset(self._face, wanted).blob.data)

    def _shape(self, text: str, direction: str) -> Shape:
        buffer = glyphs_of(self._font, text, direction)
        width = sum(each.x_advance for each in buffer.glyph_positions)
        return Shape(self._in_ems(width), frozenset(each.codepoint for each in buffer.glyph_infos))

    def _advance(self, character: str) -> float:
        known = self._advances.get(character)
        if known is None:
            glyph = self._font.get_nominal_glyph(ord(character)) or 0
            known = self._advances[character] = self._in_ems(self._font.get_glyph_h_advance(glyph))
        return known

    def _in_ems(self, units: int) -> float:
        return units / float(self._face.upem)


def glyphs_of(font: "uharfbuzz.Font", text: str, direction: str) -> "uharfbuzz.Buffer":
    """The glyphs of a text from left to right, which say of which letters they are."""
    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = direction
    uharfbuzz.shape(font, buffer)
    return buffer


@lru_cache(_MOST_SHAPES_KEPT)
def _shaped(face: Typeface, text: str, direction: str) -> Shape:
    return face._shape(text, direction)


class Typefaces:
    """All fonts that are there."""

    def __init__(self, text: Typeface, bold: Typeface, further: Sequence[Typeface]) -> None:
        self.text, self.bold = text, bold
        self._further = tuple(further)
        self._emoji = [each for each in further if each.name == EMOJI]

    def chosen(self, cluster: str, has_arabic: bool) -> list[tuple[str, Typeface]]:
        """The fonts of what a reader takes for one character: of one font if any has all of it, else a frame for each
        character that none has."""
        seen = [each for each in cluster if is_seen(each)]
        for face in self._asked_for(cluster, has_arabic):
            if all(map(face.has, seen)):
                return [(cluster, face)]
        return [self._of_one(each, has_arabic) for each in seen]

    def has_arabic_of(self, text: str) -> bool:
        """Whether the font of other texts has all Arabic letters of this one. Its letters are one glyph each, dots
        included, so they are searched as they are written; another font is to take all of them or none."""
        return all(map(self.text.has, filter(_is_arabic, text)))

    def _of_one(self, character: str, has_arabic: bool) -> tuple[str, Typeface]:
        for face in self._asked_for(character, has_arabic):
            if face.has(character):
                return character, face
        return FRAME, self.text

    def _asked_for(self, cluster: str, has_arabic: bool) -> list[Typeface]:
        """The fonts in the order for this: that of a script knows it better than one that has some of its letters."""
        if has_arabic and _is_arabic(cluster[0]):
            return [self.text]
        first = ord(cluster[0])
        if _EMOJI_FORM in cluster or (_JOINER in cluster and first >= 0x2000):
            return [*self._emoji, self.text, *self._further]
        if first < 0x530 or 0x1D00 <= first < 0x2C00 or 0xFB00 <= first <= 0xFB06:
            return [self.text, *self._further]
        return [*self._further, self.text]


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff" or "\u0750" <= character <= "\u077f" or "\u08a0" <= character <= "\u08ff"


def is_seen(character: str) -> bool:
    """Whether a character is to be drawn at all; the others join, choose a form or order what is around them."""
    number = ord(character)
    if number < 0x300:
        return number != 0xAD
    if 0xFE00 <= number <= 0xFE0F or 0xE0000 <= number <= 0xE0FFF or character in "\u034f\u115f\u1160\u3164\uffa0":
        return False
    # Signs of Arabic and Syriac that stand below a number or end a verse are formats that are seen.
    return unicodedata.category(character) != "Cf" or (0x600 <= number <= 0x8FF and character != "\u061c")


@cache
def open_typefaces() -> Typefaces:
    """The fonts whose files are there, opened once in a process."""
    text, bold = Typeface(TEXT), Typeface(BOLD)
    return Typefaces(text, bold, [Typeface(file) for file in further_fonts() if file.path.is_file()])
