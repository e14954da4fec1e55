"""What is kept of a text, what is refused, and when two texts are the same, by tables written before the code.

Rules: docs/domain.md#texts, #file-names.
"""

import sys
import unicodedata
from collections.abc import Callable

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.rules.texts import (
    DEFAULT_FILE_NAME,
    MAX_FILE_NAME_LENGTH,
    FaultyText,
    file_name,
    fold,
    one_line,
    several_lines,
    shows_nothing,
)
from domain.rules.unicode_properties import DEFAULT_IGNORABLE, WHITE_SPACE, Ranges
from tests.property_sizes import examples
from tests.texts.tables import rows, text_of

REFUSED, BLANK = "REFUSED", "BLANK"
EVERY_CHARACTER = [chr(number) for number in range(sys.maxunicode + 1)]

# What rules of texts turn on, more often than chance would bring it.
texts = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "aAıİßΣς½ﬁﾞゞ가각가\u0301\u0323\u0345\u0344\u1e9b\u2126\u3000 \t\n\r\x85\u2028\xa0\xad\u200b\u200d\ufeff"
        ),
    ),
    max_size=12,
)


@pytest.mark.parametrize(("rule", "column"), [(one_line, 2), (several_lines, 3)])
def test_each_text_of_the_table_is_kept_as_it_says(rule: Callable[[str], str], column: int) -> None:
    found = {}
    for row in rows("texts"):
        try:
            found[row[0]] = rule(text_of(row[1]))
        except FaultyText:
            found[row[0]] = REFUSED
    expected = {
        row[0]: {REFUSED: REFUSED, BLANK: ""}.get(row[column])
        if row[column] in {REFUSED, BLANK}
        else text_of(row[column])
        for row in rows("texts")
    }
    assert len(expected) > 600
    assert {name: text for name, text in found.items() if text != expected[name]} == {}


def test_each_pair_of_the_table_is_the_same_or_not_as_it_says() -> None:
    pairs = list(rows("same_texts"))
    wrong = [
        (first, second)
        for first, second, told in pairs
        if (fold(text_of(first)) == fold(text_of(second))) is not (told == "SAME")
    ]
    assert (len(pairs) > 100, wrong) == (True, [])


def test_each_file_name_of_the_table_is_kept_as_it_says() -> None:
    names = list(rows("file_names"))
    wrong = [
        name
        for name, told in names
        if file_name(text_of(name)) != (DEFAULT_FILE_NAME if told == "DEFAULT" else text_of(told))
    ]
    assert (len(names) > 150, wrong) == (True, [])


@pytest.mark.parametrize(
    ("known", "name"), [(WHITE_SPACE, "White_Space"), (DEFAULT_IGNORABLE, "Default_Ignorable_Code_Point")]
)
def test_the_ranges_are_those_of_the_property(known: Ranges, name: str) -> None:
    has = regex.compile(rf"\p{{{name}}}")
    expected = {character for character in EVERY_CHARACTER if has.match(character)}
    assert {chr(number) for first, last in known for number in range(first, last + 1)} == expected


def test_every_control_character_that_is_no_white_space_is_refused_and_nothing_else_but_directions_and_halves() -> None:
    refuses = regex.compile(r"[\p{Cc}--\p{White_Space}]|[\u202a-\u202e\u2066-\u2069]|\p{Cs}", regex.VERSION1)
    expected = {character for character in EVERY_CHARACTER if refuses.match(character)}
    others = "".join(each for each in EVERY_CHARACTER if each not in expected)
    assert (_refusal(one_line, others), _refusal(several_lines, others)) == ("", "")
    for each in expected:
        assert _refusal(several_lines, f"a{each}b")
        assert f"U+{ord(each):04X} " in _refusal(one_line, each)


def _refusal(rule: Callable[[str], str], text: str) -> str:
    """What the rule says against a text, nothing when it keeps it."""
    try:
        rule(text)
    except FaultyText as fault:
        return str(fault)
    return ""


def test_a_character_alone_is_blank_when_it_is_white_space_or_shows_nothing_by_its_property() -> None:
    nothing = regex.compile(r"\p{White_Space}|\p{Default_Ignorable_Code_Point}")
    wrong = [each for each in EVERY_CHARACTER if shows_nothing(each) is not (nothing.match(each) is not None)]
    assert wrong == []


@pytest.mark.parametrize("rule", [one_line, several_lines])
@pytest.mark.properties
@settings(max_examples=examples(300), deadline=None)
@given(text=texts)
def test_what_is_kept_is_kept_again_as_it_is(rule: Callable[[str], str], text: str) -> None:
    try:
        kept = rule(text)
    except FaultyText:
        return
    assert rule(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert fold(kept) == fold(text) or not kept


@pytest.mark.properties
@settings(max_examples=examples(100), deadline=None)
@given(
    text=st.text(
        st.sampled_from(
            "x\u0301\u0323\u0308\u0345\u0344\u0f71\u0f73\u0f81\u1e9b가\u1100\u1161\u11a8か\u3099\u09c7\u09be"
        )
    ),
    marks=st.text(st.sampled_from("\u0301\u0323\u0315\u0345\u0344\u0f73\u0338\u3099"), min_size=300, max_size=400),
)
def test_a_long_run_of_marks_has_the_normal_form_that_the_library_gives_it(text: str, marks: str) -> None:
    """It is put in order before the library gets it, which would compare each mark with all before it."""
    long = f"a{text}{marks}{text}b"
    assert several_lines(long) == unicodedata.normalize("NFC", long)
    assert fold(long) == fold(unicodedata.normalize("NFD", long))


@pytest.mark.properties
@settings(max_examples=examples(500), deadline=None)
@given(text=texts)
@example("\u1e9b\u0323\u200b")
@example("\u0391\u0345\u0301")
@example("a\u00a8")
def test_what_is_folded_is_folded_again_to_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.properties
@settings(max_examples=examples(500), deadline=None)
@given(text=st.text(max_size=300) | st.text(st.sampled_from("a. /\\\u0301\u200b\x07é"), max_size=600))
def test_a_file_name_is_short_without_folders_and_cleaned_only_once(text: str) -> None:
    name = file_name(text)
    assert 1 <= len(name) <= MAX_FILE_NAME_LENGTH
    assert not {"/", "\\", "\x07"} & set(name)
    assert file_name(name) == name
    assert one_line(name) == name


def test_no_text_of_a_megabyte_is_looked_at_for_long() -> None:
    """What is too long anyway is left alone; tests/torture/test_slow_texts.py measures the rest."""
    marks = "x" + "\u0301\u0323" * 500_000
    assert one_line(marks, 2_000) is not None
    assert len(one_line(marks, 2_000)) > 2_000
    assert len(several_lines(marks, 2_000)) > 2_000
    assert len(file_name(marks)) == MAX_FILE_NAME_LENGTH
    assert one_line("a" + " \n" * 500_000 + "b", 2_000) == "a b"
    assert several_lines(" \n" * 500_000 + "b", 2_000) == "b"
