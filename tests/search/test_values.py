"""Values as words: every notation of a value finds every other, and its prefix keeps its case.

Rule: docs/domain.md#values-in-a-search.
"""

import pytest

from domain.rules.search import document_of, unit_by_name
from domain.rules.search.values import values_in
from tests.search.matcher import details, finds

RESISTANCES = [
    "4k7",
    "4K7",
    "4.7k",
    "4,7k",
    "4.7 kΩ",
    "4.7kΩ",
    "4.7 k Ω",
    "4.7K",
    "4700 ohm",
    "4700 Ω",
    "4700",
    "4.7 kOhm",
]
CAPACITANCES = ["100n", "100nF", "100 nF", "0.1u", "0.1 µF", "0,1μF", "0.1uF", "100 nanofarad", "100NF"]
POWERS = ["1/4W", "1/4 W", "¼W", "0.25 W", "0.25W", "250mW", "250 mW"]


def _pairs(notations: list[str]) -> list[tuple[str, str]]:
    return [(first, second) for first in notations for second in notations]


@pytest.mark.parametrize(
    ("query", "written", "name"),
    [
        *((query, written, "Resistance") for query, written in _pairs(RESISTANCES)),
        *((query, written, "Capacitance") for query, written in _pairs(CAPACITANCES)),
        *((query, written, "Power") for query, written in _pairs(POWERS)),
    ],
)
def test_a_parameter_is_found_in_every_notation(query: str, written: str, name: str) -> None:
    assert finds(query, details(parameters={name: written}))


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("2R2", "Resistor 2.2 Ω"),
        ("R47", "Shunt 0.47Ω"),
        ("0R1", "Shunt 100 mΩ"),
        ("3V3", "Regulator 3.3V"),
        ("3.3 V", "Regulator, 3V3"),
        ("3v3", "Regulator, 3.3 V"),
        ("4r7 resistor", "Resistor 4R7"),
        ("100r", "Resistor 100 Ω"),
        ("4G", "4G modem"),
        ("4g", "4G modem"),
        ("5v", "Regulator 5V, 5V1"),
        ("1M0", "Resistor 1M 5%"),
        ("10uF", "capacitor (10 µF)"),
        ("50V", "100nF/50V ceramic"),
        ("16mhz", "Crystal 16 MHz"),
        ("16 MHz", "Crystal 16MHz,"),
        ("5%", "Resistor 1k 5 %"),
        ("12V 2A", "Supply 12V/2A"),
        ("12V/2A", "Supply 12 V, 2 A"),
        ("20mA", "Loop 4-20mA"),
        ("4-20mA", "Loop 4-20 mA"),
        ("1 000 Ω", "Resistor 1k"),
        ("1k", "Resistor 1 000 Ω"),
        ("1 000 000 Ω", "Resistor 1M"),
        ("4.7 k", "Resistor 4k7"),
        ("10 k resistor", "Resistor 10 kΩ"),
        ("1 meg", "Resistor 1M"),
        ("5mm led", "LED Ø5 mm"),
        ("Ø5 mm", "LED 5mm"),
        ("1e3 Ω", "Resistor 1k"),
        ("1k", "Resistor 1E3 Ω"),
        ("2.2e-6 F", "Capacitor 2.2 µF"),
        ("1⁄4 W", "Resistor 1k, 0.25W"),
        ("0.25 W", "Resistor 1k 1⁄4 W"),
        ("10 ㏀", "Resistor 10k"),
        ("15V", "Supply ±15V"),
        ("3.3V", "Regulator 3.3V/5V"),
        ("10k", "Network 8x10k"),
        ("85 °C", "up to 85°C"),
        ("10 mm", "Spacer 5 × 10 × 3 mm"),
        ("5mm", "Spacer 5x10x3 mm"),
        ("-40 °C", "from -40 °C to 85 °C"),
        ("2 m", "Cable 2m"),
        ("7-35 V", "Supply 7–35V"),
        ("35 V", "Supply 7–35 V"),
        ("-40..85 °C", "from -40…85 °C"),
        ("resistor 4k7 1%", "Resistor 4.7k ±1%"),
        ("4.7 kΩ resistor", "resistor 4k7"),
        ("0805", "Resistor 0805"),
    ],
)
def test_a_value_among_other_words_is_found_in_every_notation(query: str, written: str) -> None:
    assert finds(query, details(written))


@pytest.mark.parametrize(
    "written", ["4.5–12 V", "7-35 V", "-40…+85 °C", "250 V AC", "1.25 to 37 V", "5 - 12V", "4–20 mA", "1-2 k Ω"]
)
def test_what_is_copied_from_a_part_finds_it(written: str) -> None:
    assert finds(written, details(input_voltage=written))
    assert finds(written, details(f"Supply {written}"))
    assert finds(written, details(parameters={"Range": written}))


def test_each_end_of_a_range_must_be_found_and_in_its_unit() -> None:
    assert not finds("7-35 V", details("Supply 7-30 V"))
    assert not finds("7-35 V", details("Supply 7 to 35 A"))


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("10m", "Resistor 10M"),
        ("10M", "Resistor 10m"),
        ("10 M", "Resistor 10m"),
        ("10 mA", "Fuse 10 A"),
        ("5V", "Zener 5V1"),
        ("1M5", "Resistor 1m5"),
        ("10 MHz", "Crystal 10 kHz"),
        ("4k7", "Resistor 47k"),
        ("47k", "Resistor 4k7"),
        ("4k7", "Resistor 4k75"),
        ("2R2", "Resistor 22R"),
        ("100n", "Capacitor 100p"),
        ("4.7 kΩ", "Capacitor 4.7 kF"),
        ("10 V", "Resistor 10 Ω"),
        ("4700", "Resistor 470"),
        ("805", "Resistor 0805"),
    ],
)
def test_a_value_is_not_taken_for_another(query: str, written: str) -> None:
    assert not finds(query, details(written))
    assert not finds(query, details(parameters={"Thing": written.split(" ", 1)[-1]}))


def test_a_part_number_that_looks_like_a_value_is_found_in_any_letters() -> None:
    assert finds("10M", details(manufacturer_code="10m"))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("Resistance", "4k7", {"=4700", "=4700 Ω"}),
        ("Thing", "4k7", {"=4700", "=4700 ?"}),
        ("Resistance", "4k7 ±1 %", {"=4700", "=4700 Ω", "=1 %"}),
        ("Supply voltage", "2.7 to 5.5 V", {"=2.7", "=2.7 V", "=5.5", "=5.5 V"}),
        ("Turns", "25", {"=25", "=25 ?"}),
        ("Current", "10m", {"=0.01", "=0.01 A"}),
        ("Size", "10m", {"=0.01", "=0.01 ?", "=10 m"}),
        ("Voltage", "100nF 50V", {"=0.0000001", "=0.0000001 F", "=50", "=50 V"}),
        ("Colour", "red", set()),
        ("Number", "1e99", set()),
    ],
)
def test_a_parameter_has_these_values(name: str, value: str, words: set[str]) -> None:
    document = document_of(details(parameters={name: value}))
    assert {word for word in document if word.startswith("=")} == words


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Resistor 4.7 kΩ, 1%", ["4.7 kΩ", "1%"]),
        ("100nF/50V (X7R)", ["100nF/50V"]),
        ("4.7 k Ω 10 µF.", ["4.7 k Ω", "10 µF"]),
        ("about 10 pieces, 3 of them", []),
        ("1N4148 2N3904 74HC595 LM358", []),
        ("12.3.2024", []),
        ("5 × 7 mm", ["5", "7", "7 mm"]),
    ],
)
def test_values_stand_where_they_are_told_to(text: str, spans: list[str]) -> None:
    assert [text[span.start : span.end] for span in values_in(text)] == spans


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Resistance", "Ω"),
        ("resistance (typ)", "Ω"),
        ("Widerstand", "Ω"),
        ("Kapazität", "F"),
        ("Induktivitaet", "H"),
        ("Nennspannung", "V"),
        ("Output voltage", "V"),
        ("Voltage (max)", "V"),
        ("Drain current", "A"),
        ("Power", "W"),
        ("Clock frequency", "Hz"),
        ("Länge", "m"),
        ("Operating temperature", "°C"),
        ("TOLERANCE", "%"),
        ("Thermal resistance", None),
        ("Temperature coefficient", None),
        ("Colour", None),
        ("", None),
    ],
)
def test_the_name_of_a_parameter_tells_its_unit(name: str, unit: str | None) -> None:
    assert unit_by_name(name) == unit
