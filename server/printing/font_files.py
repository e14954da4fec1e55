"""The files of the fonts that papers are written in, in the order in which they are asked for a character.

DejaVu Sans lies beside this file: it has Latin with all accents, Greek, Cyrillic and the signs of the trade. The others
come as packages that hold nothing else (docs/decisions/fonts-come-as-packages.md): Noto, a font for each script, and
WenQuanYi Micro Hei for Chinese, Japanese and Korean. Where a file is missing, papers are printed without it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_OWN = Path(__file__).parent / "fonts"
_NOTO, _EAST_ASIAN = "manimgx_fonts", "paperang_p2_fonts_cjk"
_SCRIPTS = (
    *("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew"),
    *("Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai"),
)


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font. The shape of a glyph in a `shaped` one depends on its neighbours, as in Arabic, or in joined emoji."""

    name: str
    path: Path
    shaped: bool = False


TEXT = FontFile("text", _OWN / "DejaVuSans.ttf")
EMOJI = "emoji"
BOLD = FontFile("bold", _OWN / "DejaVuSans-Bold.ttf")


@cache
def further_fonts() -> tuple[FontFile, ...]:
    """The fonts besides the two that lie here, whether their files are there or not."""
    noto, east_asian = _folder(_NOTO), _folder(_EAST_ASIAN)
    return (
        *(FontFile(name.lower(), noto / f"NotoSans{name}[wght].ttf", shaped=True) for name in _SCRIPTS),
        FontFile("hei", east_asian / "fonts" / "wqy-microhei.ttc"),
        FontFile(EMOJI, noto / "NotoEmoji[wght].ttf", shaped=True),
        FontFile("symbols", noto / "NotoSansSymbols[wght].ttf"),
    )


def missing_fonts() -> list[str]:
    """The names of the files that are not there: what they alone have is printed as frames."""
    return sorted(font.path.name for font in _all() if not font.path.is_file())


def _all() -> Iterator[FontFile]:
    yield from (TEXT, BOLD, *further_fonts())


def _folder(package: str) -> Path:
    """Where a package of fonts lies; a folder that does not exist where it is not installed."""
    found = find_spec(package)
    places = (found.submodule_search_locations or ()) if found else ()
    return Path(next(iter(places), _OWN / package))
