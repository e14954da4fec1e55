"""Texts on paper are broken into lines that fit and lose nothing, and are ordered as they are read
(docs/domain.md#printed-lists)."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.printing.characters import cleaned, clusters
from server.printing.text_lines import Column, Line, TextLines
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
    return TextLines(open_typefaces()).lines(text, Column(width, 100_000, 100_000))


def _written(lines: list[Line]) -> list[str]:
    return ["".join(run.text for run in line.runs).strip() for line in lines]


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
    assert _written(_lines(*given)) == lines


# A text, so many characters and lines of four ems, and what is left.
CUT = {
    ("one two", 7, 9): ["one two"],
    ("one two", 6, 9): ["one t…"],
    ("one two three four", 99, 2): ["one two", "three f…"],
    ("\ufdfd" * 300, 300, 3): ["\ufdfd", "\ufdfd", "…"],
    ("e\u0323\u0330" * 4, 7, 9): ["ẹ\u0330" * 3 + "…"],
    ("abc", 0, 0): ["…"],
}


@pytest.mark.parametrize(("given", "lines"), CUT.items())
def test_what_is_cut_has_no_more_lines_or_characters_than_it_may(given: tuple[str, int, int], lines: list[str]) -> None:
    text, *most = given
    # The ligature alone is wider than the column.
    assert _written(TextLines(open_typefaces()).lines(text, Column(4.7, *most))) == lines


_FAMILY = "\u200d".join(each + "\U0001f3fd" for each in "👨👩👧👦")
# A cluster, and what is left of it.
BOUNDED = {
    "e" + "\u0301\u0323\u0330\u034a\u0360" * 20: "e\u0301\u0323\u0330\u034a",
    "ก" + "\u0e48" * 1_999: "ก" + "\u0e48" * 4,
    "ก" + "\u0e31" * 1_999: "ก" + "\u0e31" * 4,
    "👩" + "\u200d👩" * 120: "👩" + "\u200d👩" * 5,
    "क" + "\u093f" * 200: "क" + "\u093f" * 10,
    _FAMILY: _FAMILY,
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": "\U0001f3f4\U000e0067\U000e0062"
    "\U000e0065\U000e006e\U000e0067\U000e007f",
    "ᾧ\u0323": "ᾧ\u0323",
}


@pytest.mark.parametrize(("given", "left"), BOUNDED.items())
def test_a_cluster_has_no_more_marks_and_parts_than_people_write(given: str, left: str) -> None:
    assert clusters(given) == [left]


def test_designators_are_cut_between_two_of_them_and_the_rest_is_counted() -> None:
    names = [f"R{number}" for number in range(1, 101)]
    for column in (Column(31, 300, 12), Column(31, 9_999, 2)):
        lines = TextLines(open_typefaces()).listed(names, column)
        told = " ".join(_written(lines))
        shown, _, more = told.partition(" … and ")
        whole = shown.split(", ")
        assert whole == names[: len(whole)]
        assert len(lines) <= column.most_lines
        assert more == f"{len(names) - len(whole)} more"
        assert len(whole) > 15
    assert " ".join(_written(TextLines(open_typefaces()).listed(names[:3], column))) == "R1, R2, R3"


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
    kept = "".join(clusters(cleaned(text)))
    wanted = [each for each in kept.replace("\ue000", FRAME) if is_seen(each) and each != " "]
    printed = [each for line in lines for run in line.runs for each in run.text if is_seen(each) and each != " "]
    assert Counter(printed) == Counter(wanted)
    for line in lines:
        assert line.width <= width or len(clusters("".join(run.text for run in line.runs))) == 1
