"""How what somebody types is taken apart: terms, their needles, the whole, and what is said to the database.

Rules: docs/domain.md#words-of-a-search, #values-in-a-search.
"""

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.entities.box import MAX_CAPACITY
from domain.entities.search import Needle, PlaceNeedle, SearchField, SearchQuery
from domain.rules.search import MAX_QUERY_LENGTH, MAX_TERMS, completing, document_of, query_json, query_of
from domain.rules.search.stop_words import STOP_WORDS
from domain.rules.search.tokens import tokens_of
from domain.rules.search.weights import EXACT, MISSPELT, PREFIX, TIERS, WEIGHT_BY_FIELD, WEIGHTS
from tests.documents import DOMAIN
from tests.property_sizes import examples
from tests.search.matcher import details, is_found

HOSTILE = [
    "",
    " \t\n\u3000",
    "... !? -- '' \"\"",
    "'; DROP TABLE parts; --",
    "a & b | !c <-> d:*",
    "^(a+)+$ .* [z-a] \\",
    "%_%",
    "the of and",
    "x" * 10_000,
    "a " * 10_000,
    "1" * 10_000,
    "1.1" * 3_000,
    "1 000 " * 2_000,
    "é" * 10_000,
    "a" + "\u0301" * 10_000,
    "\u0301" * 100,
    "\x00\x01\ud800 \udfff",
    "🙂" * 1_000,
    "שלום עולם \u202e abc",
    "1/" * 5_000,
    "m3 x " * 2_000,
    "-" * 10_000,
    "0x" * 3_000,
    "½" * 1_000,
    "电" * 1_000,
]


def shown(needle: Needle | PlaceNeedle) -> str:
    if isinstance(needle, PlaceNeedle):
        return f"@{needle.box_number}-{needle.location_number}"
    return needle.word.replace(" ", "_") + "*" * needle.prefix + "~" * needle.edits


@pytest.mark.parametrize(
    ("text", "whole", "terms"),
    [
        ("lamp", "lamp", ["lamp*~"]),
        ("Red  LAMP", "redlamp", ["red* redlamp*", "lamp*~ redlamp*"]),
        ("c", "c", ["c"]),
        ("the lamp for a desk", "thelampforadesk", ["lamp*~", "desk*~"]),
        ("for the", "forthe", ["for*", "the*"]),
        ("to 220", "to220", ["to* to220*", "220* to220* =220"]),
        ("STM32-F103", "stm32f103", ["stm32* stm32f103*", "f103* stm32f103*"]),
        ("Müller", "muller", ["muller*~ mueller*~"]),
        ("4k7", "4k7", ["4k7* =4700"]),
        ("4.7 kΩ", "47kohm", ["4.7* 4.7kohm* =4700_Ω =4700_?", "kohm* 4.7kohm* =4700_Ω =4700_?"]),
        ("10m", "10m", ["10m =0.01 =10_m"]),
        ("10M", "10m", ["10m =10000000"]),
        ("4-20mA", "420ma", ["4 420ma* =0.004_A =0.004_?", "20ma 420ma* =0.02_A =0.02_?"]),
        ("7-3", "73", ["7 @7-3", "3 @7-3"]),
        ("10-12", "1012", ["10* @10-12", "12* @10-12"]),
        ("07-3", "073", ["07*", "3"]),
        (f"1-{MAX_CAPACITY + 1}", f"1{MAX_CAPACITY + 1}", ["1", f"{MAX_CAPACITY + 1}*"]),
        ("10 x 5", "10x5", ["10* 10x* 10x5* =10", "5 x5* 10x5* =5"]),
        ("电", "电", ["电*"]),
    ],
)
def test_a_text_is_taken_apart(text: str, whole: str, terms: list[str]) -> None:
    query = query_of(text)
    assert (query.whole, [" ".join(map(shown, term.needles)) for term in query.terms]) == (whole, terms)


@pytest.mark.parametrize("text", ["", "  ", "!?", "🙂", "\u0301", "— …", "\x00"])
def test_a_text_without_letters_and_digits_asks_for_nothing(text: str) -> None:
    assert query_of(text) == SearchQuery()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_is_taken_apart_within_bounds(text: str) -> None:
    _assert_bounded(text)


@settings(max_examples=examples(200), deadline=None)
@given(st.text(st.one_of(st.characters(), st.sampled_from("aAmMkµΩ019½ .,-/×x+±%'\u0301\u200d电\n")), max_size=60))
@example("0 m m")
def test_any_text_is_taken_apart_within_bounds(text: str) -> None:
    _assert_bounded(text)
    completing(text)


def _assert_bounded(text: str) -> None:
    query = query_of(text)
    assert query == query_of(text[:MAX_QUERY_LENGTH])
    assert len(query.terms) <= MAX_TERMS
    written = json.dumps(query_json(query), ensure_ascii=False).encode()
    assert b"\\u0000" not in written
    assert len(written) < 60_000
    for term in query.terms:
        assert 0 < len(term.needles) <= 16
        assert 0 <= term.start < term.start + term.length <= min(len(text), MAX_QUERY_LENGTH)
        for needle in term.needles:
            assert isinstance(needle, PlaceNeedle) or 0 < len(needle.word) <= 64


texts = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("aBmMkVµΩ019½ .,-/x%\u0301电ü")), min_size=1, max_size=40
)


@settings(max_examples=examples(300), deadline=None)
@given(texts)
def test_a_part_is_found_by_each_word_of_its_number(text: str) -> None:
    words = document_of(details(manufacturer_code=text))
    for token in tokens_of(text):
        assert is_found(words, query_of(token.written)), token


@settings(max_examples=examples(300), deadline=None)
@given(texts)
@example("10 mA")
@example("4.7 kΩ 0 x 0")
def test_a_part_is_found_by_its_own_description(text: str) -> None:
    query = query_of(text)
    if any(token.word not in STOP_WORDS for token in tokens_of(text)):
        assert is_found(document_of(details(text)), query), query


def test_the_database_is_told_needles_weights_and_qualities() -> None:
    told = query_json(query_of("lamp 7-3"))
    assert told["whole"] == "lamp73"
    assert told["terms"] == [
        {
            "needles": [
                {"word": "lamp", "prefix": True, "edits": 1, "swapped": ["almp", "lmap", "lapm"]},
                {"word": "lamp7", "prefix": True, "edits": 0, "swapped": []},
                {"word": "lamp73", "prefix": True, "edits": 0, "swapped": []},
            ]
        },
        {
            "needles": [
                {"word": "7", "prefix": False, "edits": 0, "swapped": []},
                {"word": "lamp7", "prefix": True, "edits": 0, "swapped": []},
                {"word": "lamp73", "prefix": True, "edits": 0, "swapped": []},
                {"box": 7, "location": 3},
            ]
        },
        {
            "needles": [
                {"word": "3", "prefix": False, "edits": 0, "swapped": []},
                {"word": "lamp73", "prefix": True, "edits": 0, "swapped": []},
                {"box": 7, "location": 3},
            ]
        },
    ]
    assert told["weights"] == list(WEIGHTS)
    assert told["qualities"] == {"exact": 100, "prefix": [60, 90], "misspelt": [11, 8, 5], **TIERS}


def test_every_field_has_a_weight_and_no_sum_reaches_a_tier() -> None:
    assert len(WEIGHTS) == len(SearchField)
    assert max(WEIGHTS) * EXACT * MAX_TERMS < min(TIERS.values()) / 2


def test_the_page_tells_the_weights_and_the_qualities() -> None:
    rules = DOMAIN.read_text(encoding="utf-8").split("### Order of hits")[1].split("###")[0]
    told = {
        SearchField[name]: int(weight)
        for name, weight in re.findall(r"^\| ([A-Z_]+) \| (\d+) \|$", rules, re.MULTILINE)
    }
    assert told == WEIGHT_BY_FIELD
    for claim in (
        f"counts {EXACT},",
        f"begins so {PREFIX[0]} to {PREFIX[1]},",
        f"a misspelt one {MISSPELT[0]}, {MISSPELT[1]} or {MISSPELT[2]},",
    ):
        assert claim in rules


def test_a_misspelt_word_in_the_best_field_counts_less_than_a_beginning_in_the_worst() -> None:
    assert max(WEIGHTS) * MISSPELT[0] < min(WEIGHTS) * PREFIX[0]
    assert sorted(MISSPELT, reverse=True) == list(MISSPELT)


@pytest.mark.parametrize(
    ("text", "word", "start"),
    [
        ("red resi", "resi", 4),
        ("Résis", "resis", 0),
        ("resi ", "", 5),
        ("resi,", "", 5),
        ("", "", 0),
        ("x" * 600 + " la", "la", 601),
        ("lm-35", "35", 3),
    ],
)
def test_the_word_that_is_being_typed_is_told(text: str, word: str, start: int) -> None:
    assert completing(text) == (word, start)
