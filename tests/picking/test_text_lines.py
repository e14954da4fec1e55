"""Texts on paper are broken into lines that fit and lose nothing, and are ordered as they are read
(docs/domain.md#printed-lists)."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.printing.characters import cleaned, clusters
from server.printing.text_lines import Line, TextLines
from server.printing.typefaces import FRAME, is_seen, open_typefaces
from tests.property_sizes import examples

# The words from left to right on paper.
VISUAL = {
    "LM358 µΩ": ["LM358", "µΩ"],
    "נגד שטח": ["שטח", "נגד"],
    "Box 5: שטח נגד end": ["Box", "5:", "נגד", "שטח", "end"],
    "מתח 12V ישן": ["ישן", "12V", "מתח"],
    "שטח 贴片": ["贴片", "שטח"],
    "مقاومة ١٢٣ ب": ["ب", "١٢٣", "مقاومة"],
    "R1 שטח 12 נגד": ["R1", "נגד", "12", "שטח"],
    "ہے R1": ["R1", "ہے"],
}


def _lines(text: str, width: float = 1000) -> list[Line]:
    return TextLines(open_typefaces()).lines(text, width, 100_000)


@pytest.mark.parametrize(("text", "words"), VISUAL.items())
def test_what_is_read_from_the_right_stands_in_that_order(text: str, words: list[str]) -> None:
    (line,) = _lines(text)
    seen = "".join(run.text[::-1] if run.is_reversed else run.text for run in line.runs).split()
    assert [word[::-1] if unicodedata.bidirectional(word[0]) in {"R", "AL"} else word for word in seen] == words
    assert line.is_reversed == (unicodedata.bidirectional(text[0]) in {"R", "AL"})


# Words, widths in ems, and the lines: ideographs end a line anywhere but before what closes and behind what opens.
BROKEN = {
    ("one two three", 6): ["one two", "three"],
    ("aaaaaaaa", 2): ["aaa", "aaa", "aa"],
    ("贴片电阻,精度", 4): ["贴片电", "阻,精度"],
    ("電阻「精度」", 3): ["電阻", "「精", "度」"],
    ("한글 저항", 3): ["한글", "저항"],
    ("น้ำน้ำ", 1): ["น้ำ", "น้ำ"],
    ("👩‍🔧👩‍🔧", 2): ["👩‍🔧", "👩‍🔧"],
    ("🇩🇪🇫🇷", 2): ["🇩🇪", "🇫🇷"],
}


@pytest.mark.parametrize(("given", "lines"), BROKEN.items())
def test_lines_end_where_a_reader_of_the_script_expects_it(given: tuple[str, float], lines: list[str]) -> None:
    assert ["".join(run.text for run in line.runs).strip() for line in _lines(*given)] == lines


# What is left of texts with what nobody sees in them, and what stands for what no font has.
CLEANED = {
    "a\u200bb\ufeff\u00adc\u2060": "abc",
    "a \t\n\u00a0\u3000 b\u2028": "a b",
    "\u202eabc\u202c \u2067d\u2069": "abc d",
    "e\u0301 A\u030a": "é Å",
    "\ue000x\U00020000": f"{FRAME}x{FRAME}",
    "\x00\x1b": "",
}


@pytest.mark.parametrize(("text", "written"), CLEANED.items())
def test_what_is_not_seen_is_not_printed_and_what_no_font_has_is_a_frame(text: str, written: str) -> None:
    assert "".join(run.text for line in _lines(text) for run in line.runs) == written


_PIECES = st.sampled_from(
    [
        *"aZ5 .-(«,贴プ저อน้ำمقاשט🔋क",
        "e\u0301",
        "\u200d",
        "\ufe0f",
        "🇩🇪",
        "👍🏽",
        "\u0300",
        "\ue000",
        "\u200f",
        "\n",
        "、「",
    ]
)


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join), st.floats(2.5, 40))
def test_no_letter_is_lost_and_no_line_is_wider_than_its_column(text: str, width: float) -> None:
    lines = _lines(text, width)
    wanted = [each for each in cleaned(text).replace("\ue000", FRAME) if is_seen(each) and each != " "]
    printed = [each for line in lines for run in line.runs for each in run.text if is_seen(each) and each != " "]
    assert Counter(printed) == Counter(wanted)
    for line in lines:
        assert line.width <= width or len(clusters("".join(run.text for run in line.runs))) == 1
