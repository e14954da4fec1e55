"""What words a part, a type and an attachment are found by, and by what somebody finds them.

Rule: docs/domain.md#words-of-a-search.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.entities.ids import PartTypeId
from domain.entities.search import SearchField
from domain.rules.search import attachment_words, document_of, name_words
from domain.rules.search.documents import MAX_DOCUMENT_WORDS
from domain.rules.search.folding import MAX_WORD_LENGTH, folded
from domain.rules.search.likeness import edits_between, edits_of
from domain.rules.search.tokens import tokens_of
from tests.property_sizes import examples
from tests.search.matcher import details, finds


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Resistor 4k7, metal film", "resistor 4k7 metal film"),
        ("RESISTOR", "resistor"),
        ("Ｒｅｓｉｓｔｏｒ", "resistor"),
        ("Würth Straße Łódź Ørsted Åse", "wurth strasse lodz orsted ase"),
        ("cafe\u0301 re\u00adsistor", "cafe resistor"),
        ("Ρύθμιση Кабе́ль Чёрный Αντίστασης", "ρυθμιση кабель черныи αντιστασησ"),
        ("מַגְבֵּר مُكَبِّر", "מגבר مكبر"),
        (
            "10 \N{MICRO SIGN}F 10 \N{GREEK SMALL LETTER MU}F \N{OHM SIGN} Ω kΩ 4.7kΩ",
            "10 uf 10 uf ohm ohm kohm 4.7kohm",
        ),
        ("μικρό", "μικρο"),
        ("㏀ ㎜", "kohm mm"),
        ("2.54 2,54 M2,5 v1.2.3 0603,0805 1,2,3", "2.54 2.54 m2.5 v1 2 3 0603 0805 1 2 3"),
        ("LM2596S-5.0/NOPB", "lm2596s 5.0 nopb"),
        ("snake_case foo.bar a@b", "snake case foo bar a b"),
        ("½ x²", "1 2 x2"),
        ("🙂 ☕\ufe0f Arduino™ 👩\u200d🔧", "arduino"),
        ("贴片10k电阻", "贴片 10k 电阻"),
        ("हिन्दी ガイド", "हिन्दी ガイド"),
        ("\u202a\u200f — … !?", ""),
        ("", ""),
    ],
)
def test_a_text_has_these_words(written: str, words: str) -> None:
    assert [token.word for token in tokens_of(written)] == words.split()


def test_each_word_is_told_with_the_place_where_it_stands() -> None:
    text = "a  Kü\u0301che½ €ﬁn"
    assert [text[token.start : token.end] for token in tokens_of(text)] == ["a", "Kü\u0301che½", "Kü\u0301che½", "ﬁn"]


def test_a_long_word_is_cut() -> None:
    assert [len(folded(letter * 1_000)) for letter in ("x", "ß", "é", "e\u0301")] == [MAX_WORD_LENGTH] * 4


PART = details(
    "Operational amplifier, 4.7 kΩ load, TO-220 op amp for the 10mA loop",
    manufacturer="Müller & Söhne",
    manufacturer_code="STM32-F103C8T6",
    package="SOT-23-5",
    series="KX 7",
    tags=("through-hole",),
    mounting_type="SMD",
    pin_pitch="2.54 mm",
    pin_count=14,
    product_page="https://www.example.com/product/lm358.html",
    low_stock_threshold=777,
    type_id=PartTypeId(12),
    parameters={"Supply voltage": "5"},
)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (SearchField.MANUFACTURER_CODE, {"stm32f103c8t6"}),
        (SearchField.MANUFACTURER_CODE_PART, {"stm32", "f103c8t6", "103c8t6", "c8t6", "8t6"}),
        (SearchField.VALUE, {"=4700", "=4700 Ω", "=0.01", "=0.01 A", "=0.00254", "=0.00254 m", "=5", "=5 V"}),
        (SearchField.TYPE, {":type:12"}),
        (SearchField.DESCRIPTION, {"operational", "amplifier", "4.7", "kohm", "load", "220", "op", "amp", "loop"}),
        (SearchField.PACKAGE, {"sot", "23", "sot235"}),
        (SearchField.SERIES, {"kx", "7", "kx7"}),
        (SearchField.MANUFACTURER, {"muller", "mueller", "sohne", "soehne"}),
        (SearchField.TAG, {"through", "hole", "throughhole"}),
        (SearchField.PARAMETER, {"supply", "voltage"}),
        (SearchField.TECHNICAL, {"smd", "2.54", "14", "example", "product", "lm358"}),
        (SearchField.JOINED, {"to220", "opamp", "sot23", "14pins", "220op"}),
    ],
)
def test_a_part_has_these_words_in_a_field(field: SearchField, words: set[str]) -> None:
    found = {word for word, its in document_of(PART).items() if its is field}
    assert found >= words - {"5"} if field is SearchField.JOINED else found - {"5"} == words - {"5"}


def test_a_word_has_the_best_of_its_fields() -> None:
    document = document_of(details("LM358 amplifier", manufacturer_code="LM358", tags=("amplifier",)))
    assert (document["lm358"], document["amplifier"]) == (SearchField.MANUFACTURER_CODE, SearchField.DESCRIPTION)


def test_the_words_of_a_part_are_few_and_the_best_fields_come_first() -> None:
    words = " ".join(f"w{number}x" for number in range(400))
    document = document_of(details(words, manufacturer_code="LM358", tags=tuple(f"tag{n}" for n in range(400))))
    assert len(document) == MAX_DOCUMENT_WORDS
    assert list(document.values()) == sorted(document.values())
    assert "lm358" in document


def test_a_usual_part_has_few_words() -> None:
    assert len(document_of(PART)) < 70


def test_no_word_of_a_part_can_be_taken_for_a_value_or_a_reference() -> None:
    document = document_of(details("type:9 =4700 a=b", manufacturer_code="type:9", tags=("=5 V",)))
    assert [word for word in document if ":" in word] == []
    assert {word for word, field in document.items() if word.startswith("=")} == {"=5", "=5 V"}


def test_a_type_and_an_attachment_have_the_words_of_their_names_ascending() -> None:
    assert name_words("Op amp, 5 V") == ["5", "5v", "amp", "op", "opamp", "v"]
    assert attachment_words("Datasheet", "TPS-54331_v2.pdf") == sorted(
        {"datasheet", "tps", "54331", "v2", "pdf", "tps54331", "54331v2", "v2pdf", "tps54331v2", "54331v2pdf"}
    )
    assert attachment_words("Photo", None) == ["photo"]


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("mueller", details(manufacturer="Müller")),
        ("müller", details(manufacturer="Mueller")),
        ("muller", details(manufacturer="Müller")),
        ("STRASSE", details("Straße")),
        ("op-amp", details("opamp")),
        ("opamp", details("op amp")),
        ("op amp", details("opamp")),
        ("stm32-f103", details(manufacturer_code="STM32F103C8T6")),
        ("stm32f103", details(manufacturer_code="STM32-F103-C8T6")),
        ("f103", details(manufacturer_code="STM32F103C8T6")),
        ("lm 358", details(manufacturer_code="LM358N")),
        ("bc547b", details(manufacturer_code="BC 547 B")),
        ("bc547", details("Transistor BC 547")),
        ("sot23", details(package="SOT-23")),
        ("SOT 23", details(package="sot23")),
        ("to 220", details("Regulator TO-220")),
        ("to220", details("Regulator TO 220")),
        ("heatsink", details("Heat sink")),
        ("heat sink", details("Heatsink")),
        ("throughhole", details(tags=("through-hole",))),
        ("M3x10", details("Screw M3 × 10")),
        ("m3 x 10", details("Screw M3x10")),
        ("M3 10", details("Screw M3 × 10, brass")),
        ("screw for the M3", details("M3 screw")),
        ("14 pin", details(pin_count=14)),
        ("14-pin", details(pin_count=14)),
        ("usb c", details("USB-C socket")),
        ("电阻", details("贴片电阻")),
        ("片电阻", details("贴片电阻")),
        ("resi", details("Resistor")),
        ("rezistor", details("Resistor")),
        ("resistors", details("Resistor")),
        ("doide", details("Diode")),
        ("electrolitic capasitor", details("Electrolytic capacitor")),
        ("C", details("Type C")),
        ("the", details(tags=("the",))),
    ],
)
def test_a_part_is_found_however_it_was_written(query: str, part: object) -> None:
    assert finds(query, part)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("LM358", details(manufacturer_code="LM385")),
        ("NE555", details("Timer NE556")),
        ("pni", details("pin")),
        ("dxxde", details("diode")),
        ("resistor lamp", details("Resistor")),
        ("", details()),
        ("... !?", details()),
        ("C", details("Capacitor")),
    ],
)
def test_a_part_is_not_found_by_something_else(query: str, part: object) -> None:
    assert not finds(query, part)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "edits"),
    [
        ("", 0),
        ("abc", 0),
        ("abcd", 1),
        ("abcdefg", 1),
        ("abcdefgh", 2),
        ("abcdefghijk", 2),
        ("a" * 12, 3),
        ("ab12cd", 0),
    ],
)
def test_longer_words_may_have_more_wrong_letters_and_those_with_digits_none(word: str, edits: int) -> None:
    assert edits_of(word) == edits


@pytest.mark.parametrize(
    ("first", "second", "most", "edits"),
    [
        ("kitten", "sitting", 3, 3),
        ("kitten", "sitting", 2, None),
        ("diode", "doide", 1, 1),
        ("diode", "diod", 1, 1),
        ("diode", "diodes", 0, None),
        ("same", "same", 0, 0),
    ],
)
def test_letters_put_in_left_out_changed_and_swapped_are_counted(
    first: str, second: str, most: int, edits: int | None
) -> None:
    assert edits_between(first, second, most) == edits


def _edits(word: str, other: str) -> int:
    """Counted as it is said, without any shortcut."""
    if not word or not other:
        return len(word) + len(other)
    changed = _edits(word[1:], other[1:]) + (word[0] != other[0])
    return min(changed, 1 + _edits(word[1:], other), 1 + _edits(word, other[1:]))


_few_letters = st.text("abc", max_size=6)


@settings(max_examples=examples(200), deadline=None)
@given(_few_letters, _few_letters, st.integers(0, 3))
def test_wrong_letters_are_counted_as_if_every_way_were_tried(word: str, other: str, most: int) -> None:
    turned = any(word[:at] + word[at + 1] + word[at] + word[at + 2 :] == other for at in range(len(word) - 1))
    edits = min(_edits(word, other), 1 if turned else len(word) + len(other))
    assert edits_between(word, other, most) == (edits if edits <= most else None)
