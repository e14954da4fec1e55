"""The words of the text inside a PDF, with their places.

Rule: docs/domain.md#words-of-a-search.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.entities.file_reading import PAGE_BREAK
from domain.entities.search import TextWord
from domain.rules.search import text_words
from domain.rules.search.text_words import MAX_TEXT_WORD_LENGTH, MAX_TEXT_WORDS
from tests.property_sizes import examples


def _words(text: str) -> list[str]:
    return [found.word for found in text_words(text)]


def test_each_word_is_told_once_with_where_it_stands_first() -> None:
    text = PAGE_BREAK.join(["Ripple of the LM2596S", "", "Ŕipple voltage"])
    assert text_words(text) == [
        TextWord("lm2596s", 14, 1),
        TextWord("ripple", 0, 1),
        TextWord("voltage", text.index("voltage"), 3),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100nF 4.7 kΩ 50V", ["100nf", "4.7", "50v", "kohm"]),
        ("a 1 the of", []),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b 1234567890123 0xdeadbeef", ["0xdeadbeef"]),
        ("x" * (MAX_TEXT_WORD_LENGTH + 1) + " y" * 3, []),
        ("regu-\nlator vol\u00adtage", ["lator", "regu", "regulator", "voltage"]),
        ("贴片电阻", ["片电阻", "电阻", "贴片电阻"]),
        ("", []),
    ],
)
def test_a_text_has_these_words(text: str, words: list[str]) -> None:
    assert _words(text) == words


def test_a_text_has_at_most_so_many_words_and_those_that_stand_first() -> None:
    found = _words(" ".join(f"word{number:06}" for number in range(MAX_TEXT_WORDS + 1_000)))
    assert (len(found), found[-1]) == (MAX_TEXT_WORDS, f"word{MAX_TEXT_WORDS - 1:06}")


@pytest.mark.parametrize(
    "piece", ["a", "a\u0301", "\u0301", "1.", "1,", "电", "a-\n", "é1", "\u00ad", "a1 ", "\f", "½", "x\u200d"]
)
def test_long_hostile_text_is_read_to_its_end(piece: str) -> None:
    # Were it looked at again for each of its characters, this would take hours.
    assert len(text_words(piece * (500_000 // len(piece)))) <= 7


@settings(max_examples=examples(200), deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("aAé1.,- \n\f\u0301电ß½")), max_size=60))
def test_words_of_any_text_ascend_and_stand_where_they_are_told_to(text: str) -> None:
    found = text_words(text)
    assert [each.word for each in found] == sorted({each.word for each in found})
    for each in found:
        assert 0 <= each.offset < len(text)
        assert each.page == text.count(PAGE_BREAK, 0, each.offset) + 1
        assert each.word.encode()
