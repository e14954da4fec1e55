"""What of a text is marked: what the words and values of the query match, in code points of the text as it is written.

Rules: docs/domain.md#words-of-a-search, #values-in-a-search.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.entities.search import SearchField, SearchQuery
from domain.rules.search import document_of, marks, matched_terms, query_of
from tests.property_sizes import examples
from tests.search.matcher import details, is_found


def _marked(text: str, field: SearchField, query: str) -> str:
    """The text with brackets around what is marked."""
    shown, at = "", 0
    for start, length in marks(text, field, query_of(query)):
        shown += f"{text[at:start]}[{text[start : start + length]}]"
        at = start + length
    return shown + text[at:]


@pytest.mark.parametrize(
    ("query", "field", "marked"),
    [
        ("resistor", SearchField.DESCRIPTION, "Metal film [resistor] 4k7"),
        ("resi film", SearchField.DESCRIPTION, "Metal [film] [resi]stor 4k7"),
        ("rezistor", SearchField.DESCRIPTION, "Metal film [resistor]"),
        ("resistor", SearchField.DESCRIPTION, "[resistor], not a [resistor]y"),
        ("lamp", SearchField.DESCRIPTION, "Metal film resistor"),
        ("4700 ohm", SearchField.DESCRIPTION, "Resistor [4.7 kΩ] 5 %"),
        ("4k7", SearchField.PARAMETER, "[4.7k Ω]"),
        ("4.7 kΩ", SearchField.PARAMETER, "[4700]"),
        ("4.7 kΩ", SearchField.PARAMETER, "4700 pF"),
        ("50V", SearchField.PARAMETER, "[100nF 50V]"),
        ("10m", SearchField.DESCRIPTION, "10M and [10m]"),
        ("opamp", SearchField.DESCRIPTION, "Dual [op amp]"),
        ("opam", SearchField.DESCRIPTION, "Dual [op am]p"),
        ("stm32f1", SearchField.MANUFACTURER_CODE, "[STM32-F1]03C8"),
        ("f103", SearchField.MANUFACTURER_CODE, "STM32-[F103]C8"),
        ("stm32f103c8t", SearchField.MANUFACTURER_CODE, "[STM32F103C8T]6"),
        ("dswa", SearchField.KEY, "[DSWA]"),
        ("ds", SearchField.KEY, "[DS]WA"),
        ("muller", SearchField.MANUFACTURER, "[Müller] & Co"),
        ("mueller", SearchField.MANUFACTURER, "[Mu\u0308ller] & Co"),
        ("mul", SearchField.MANUFACTURER, "[Mu\u0308l]ler & Co"),
        ("strasse", SearchField.DESCRIPTION, "lange [Straße]"),
        ("strass", SearchField.DESCRIPTION, "lange [Straß]e"),
        ("7-3", SearchField.LOCATION, "[7-3]"),
        ("7-3", SearchField.LOCATION, "17-3"),
        ("sot23", SearchField.PACKAGE, "[SOT-23]-5"),
        ("ripple", SearchField.DOCUMENT, "the [ripple] voltage"),
        ("", SearchField.DESCRIPTION, "anything"),
        ("电阻", SearchField.DESCRIPTION, "贴片[电阻]"),
    ],
)
def test_what_matches_is_marked(query: str, field: SearchField, marked: str) -> None:
    text = marked.replace("[", "").replace("]", "")
    assert _marked(text, field, query) == marked


def test_a_text_tells_which_words_of_the_query_it_has() -> None:
    query = query_of("resistor kestrel 4k7")
    assert matched_terms("Resistor 4.7k", SearchField.DESCRIPTION, query) == {0, 2}
    assert matched_terms("Kestrel", SearchField.MANUFACTURER, query) == {1}
    assert matched_terms("LM358-N", SearchField.MANUFACTURER_CODE, query_of("lm358 n")) == {0, 1}


letters = st.one_of(st.characters(), st.sampled_from("aAbBmMkµΩß019½ .,-/×ü\u0308\u200d电"))


@settings(max_examples=examples(300), deadline=None)
@given(st.text(letters, max_size=40), st.text(letters, max_size=12), st.sampled_from(SearchField))
def test_marks_lie_within_the_text_one_after_the_other(text: str, query: str, field: SearchField) -> None:
    asked = query_of(query)
    found = marks(text, field, asked)
    ends = [0]
    for start, length in found:
        assert length > 0
        assert (start > ends[-1]) or (start == ends[-1] == 0)
        ends.append(start + length)
    assert ends[-1] <= len(text)
    assert bool(found) == bool(matched_terms(text, field, asked))


@settings(max_examples=examples(300), deadline=None)
@given(st.text(letters, min_size=1, max_size=30), st.text(letters, max_size=8), st.integers(0, 30))
def test_a_description_is_marked_where_the_part_is_found_by_it(text: str, more: str, start: int) -> None:
    for query in (query_of(text[start : start + 6]), query_of(text[start : start + 3] + more)):
        words = document_of(details(text))
        assert matched_terms(text, SearchField.DESCRIPTION, query) == {
            number for number, term in enumerate(query.terms) if is_found(words, SearchQuery((term,)))
        }
