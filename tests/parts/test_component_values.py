"""Values as people write them, and the exact numbers they stand for.

Rules: docs/domain.md#component-values.
"""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.entities.reading import Reading, ReadingSign
from domain.rules.component_values import MAX_LENGTH, MAX_READINGS, readings_of
from tests.parts import printing_values
from tests.parts.notations import NOTATIONS
from tests.parts.printing_values import Printed
from tests.property_sizes import examples


def test_every_notation_of_the_table_reads_as_it_says() -> None:
    read = {each.text: readings_of(each.text) for each in NOTATIONS}
    wrong = [f"{each.text!r}: {read[each.text]}" for each in NOTATIONS if read[each.text] != each.readings]
    assert wrong == []
    assert len(NOTATIONS) > 500


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("½", "0.5", None),
        ('10 1/2"', "0.2667", "m"),
        ("1Meg", "1000000", None),
        ("-5V2", "-5.2", "V"),
        ("µ47", "0.00000047", None),
        ("1A2", "1.2", "A"),
        ("1 Mohm", "1000000", "Ω"),
        ("3 cm", "0.03", "m"),
        ("1200 mAh", "1.2", "Ah"),
        ("0.000", "0", None),
        ("(5 V)", "5", "V"),
        ("300 mK", "0.3", "K"),
        ("X7R, 100nF", "0.0000001", "F"),
        ("5 kelvin", "5", "K"),
        ("25 ºC", "25", "°C"),
    ],
)
def test_a_single_quantity_is_read_exactly(text: str, number: str, unit: str | None) -> None:
    assert readings_of(text) == (Reading(Decimal(number), unit),)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "V", "5.", "5 V.", "10k,", ", 5 V", "5 V at", "5 V ≤", "to 5 V", "up 5 V", "± 5 ± V"),
        *("2R2V", "47J", "100nK", "10N", "10m2", "5㎡", "100 1/4W", "10k ±5", "min 10 V max", "10 V max 20 V"),
        *("ca. 3 to 5 V", "3950 K", "10 G", "10 pa", "10 mf", "10 mohm", "٣ V", "1e999", "NaN", "Infinity", "2/4 W"),
        *(
            "10 kΩ -5%",
            "+15V -15V",
            "5 V +1 A",
            "1 kΩ/2.2 kΩ/5 V",
            "1" * (MAX_LENGTH + 1),
            ", ".join(["5 V"] * (MAX_READINGS + 1)),
        ),
    ],
)
def test_what_is_not_understood_as_a_whole_has_no_readings(text: str) -> None:
    assert readings_of(text) == ()


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("-20%, +80%", ("MINUS", "PLUS")),
        ("-12 V +5 %", ("EQUAL", "PLUS")),
        ("-12 +5 %", ("EQUAL", "PLUS")),
        ("5 V (min) 6 V (max.)", ("AT_LEAST", "AT_MOST")),
        ("-12 V +10/-5 %", ("EQUAL", "PLUS", "MINUS")),
        ("12 mm +0.1 -0.05 mm", ("EQUAL", "PLUS", "MINUS")),
        ("9 V DC - 36 V DC", ("AT_LEAST", "AT_MOST")),
        ("50 ppm -40 to +85 °C", ("EQUAL", "AT_LEAST", "AT_MOST")),
        ("200–450", ("AT_LEAST", "AT_MOST")),
        ("max. 5 V ±10 %", ("AT_MOST", "PLUS_MINUS")),
        ("; ".join(["5 V"] * MAX_READINGS), ("EQUAL",) * MAX_READINGS),
    ],
)
def test_each_of_several_values_has_its_sign(text: str, signs: Sequence[str]) -> None:
    assert tuple(reading.sign for reading in readings_of(text)) == tuple(map(ReadingSign, signs))


def test_a_unit_goes_back_over_a_tolerance_but_a_percentage_does_not() -> None:
    for text, unit, own in (("25 ±2 °C", "°C", "°C"), ("25 ±2 %", None, "%"), ("25 ±2 ppm", None, "ppm")):
        tolerance = Reading(Decimal(2), own, ReadingSign.PLUS_MINUS)
        assert readings_of(text) == (Reading(Decimal(25), unit), tolerance)


@settings(max_examples=examples(1000))
@given(printing_values.ANY)
def test_a_value_printed_in_any_notation_reads_as_itself(printed: Printed) -> None:
    text, reading = printed
    assert readings_of(text) == (reading,)


@settings(max_examples=examples(1000))
@given(printing_values.with_something_said() | printing_values.ranges() | printing_values.several())
def test_values_printed_together_read_as_themselves(printed: tuple[str, Sequence[Reading]]) -> None:
    text, readings = printed
    assert readings_of(text) == tuple(readings)


@given(st.integers(-(10**30), 10**30).filter(bool), st.integers(0, 30))
def test_a_number_written_in_full_is_itself(digits: int, places: int) -> None:
    number = printing_values.exactly(str(digits), -places)
    whole, _, fraction = f"{number:f}".partition(".")
    if len(fraction) != 3:
        assert readings_of(f"{whole},{fraction or '0'}") == (Reading(number, None),)
    assert readings_of(f"{number:f}") == (Reading(number, None),)


_PIECES = st.sampled_from(
    [*"0123456789.,'/-–+±~()µ½kmMΩV%°√ eE", "max", "to", "X7R", "0603", "Ω", "ohm", "...", "≥", "\u200b", "\ufdfa", "²"]
)


@settings(max_examples=examples(1000))
@given(st.text(max_size=MAX_LENGTH) | st.lists(_PIECES, max_size=MAX_LENGTH).map("".join))
@example("1" * MAX_LENGTH)
@example("1e99" + "0" * 251)
def test_any_text_has_finite_readings_or_none(text: str) -> None:
    readings = readings_of(text)
    assert len(readings) <= MAX_READINGS
    assert all(reading.number.is_finite() for reading in readings)


@given(printing_values.ANY, st.sampled_from([" ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2060"]))
def test_what_does_not_show_changes_nothing_around_a_value(printed: Printed, unseen: str) -> None:
    assert readings_of(f"{unseen}{printed[0]}{unseen}") == (printed[1],)
