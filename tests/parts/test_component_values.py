"""Values as people write them, and the exact numbers they stand for.

Rules: docs/domain.md#component-values.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rules.component_values import MAX_LENGTH, Quantity, parsed_quantity

POWERS = {"p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12}
UNITS = {"Ω": "Ω", "\u2126": "Ω", "ohm": "Ω", "F": "F", "H": "H", "V": "V", "A": "A", "W": "W", "Hz": "Hz"}
BLANKS = ("", " ", "\u00a0", "\u202f")

wholes = st.integers(0, 10**9)
fractions = st.text("0123456789", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("4k7", "4700", None),
        ("4K7", "4700", None),
        ("4.7k", "4700", None),
        ("4.7 kΩ", "4700", "Ω"),
        ("4,7 kΩ", "4700", "Ω"),
        ("4700", "4700", None),
        ("2R2", "2.2", "Ω"),
        ("R47", "0.47", "Ω"),
        ("0R", "0", "Ω"),
        ("470R", "470", "Ω"),
        ("10 mΩ", "0.01", "Ω"),
        ("1 Mohm", "1000000", "Ω"),
        ("1Meg", "1000000", None),
        ("10uF", "0.00001", "F"),
        ("10 µF", "0.00001", "F"),
        ("10 μF", "0.00001", "F"),
        ("0.1µF", "0.0000001", "F"),
        ("100n", "0.0000001", None),
        ("4n7F", "0.0000000047", "F"),
        ("10m", "0.01", None),
        ("10M", "10000000", None),
        ("3.3V", "3.3", "V"),
        ("3V3", "3.3", "V"),
        ("-5V2", "-5.2", "V"),
        ("12 V DC", "12", "V"),
        ("16 MHz", "16000000", "Hz"),
        ("32k768", "32768", None),
        ("1/4W", "0.25", "W"),
        ("1/8 W", "0.125", "W"),
        ("5 %", "5", "%"),
        ("±1%", "1", "%"),
        ("+/-1%", "1", "%"),
        ("-40 °C", "-40", "°C"),
        ("\u221240\u2103", "-40", "°C"),
        ("25ppm/°C", "25", "ppm/°C"),
        ("1e-6 F", "0.000001", "F"),
        ("2.54 mm", "0.00254", "m"),
        ("3 cm", "0.03", "m"),
        ("10 m", "10", "m"),
        ("1200 mAh", "1.2", "Ah"),
        ("1206", "1206", None),
        ("0,001", "0.001", None),
        (".5 W", "0.5", "W"),
        ("0.000", "0", None),
    ],
)
def test_a_quantity_is_read_exactly(text: str, number: str, unit: str | None) -> None:
    assert parsed_quantity(text) == Quantity(Decimal(number), unit)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "-",
            "V",
            "X7R",
            "NP0",
            "SOT-23",
            "SOIC-8",
            "0603",
            "M3",
            "1N4148",
            "2N2222",
            "74HC595",
            "5.",
            "1.2.3",
        ),
        *(
            "1,000",
            "4E7",
            "4k7F",
            "2R2V",
            "10 to 20 V",
            "-40…85 °C",
            "3.3V/5V",
            "10k 1%",
            "<5 mA",
            "1/3 W",
            "1/4",
            "0x10",
        ),
        *("5.5x2.1mm", "٣ V", "1e999", "NaN", "Infinity", "1" * (MAX_LENGTH + 1)),
    ],
)
def test_what_is_no_single_quantity_has_no_number(text: str) -> None:
    assert parsed_quantity(text) is None


@given(wholes, fractions, st.sampled_from(list(POWERS)), st.sampled_from(list(UNITS)), st.sampled_from(BLANKS))
def test_a_decimal_with_prefix_and_unit_is_exact(whole: int, fraction: str, prefix: str, unit: str, blank: str) -> None:
    quantity = parsed_quantity(f"{whole}.{fraction}{blank}{prefix}{unit}")
    assert quantity == Quantity(Decimal(f"{whole}.{fraction}e{POWERS[prefix]}"), UNITS[unit])


@given(wholes, fractions, st.sampled_from(["p", "n", "u", "m", "k", "M", "G"]))
def test_a_letter_code_is_the_decimal_with_the_same_prefix(whole: int, fraction: str, prefix: str) -> None:
    assert parsed_quantity(f"{whole}{prefix}{fraction}") == parsed_quantity(f"{whole}.{fraction}{prefix}")


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=12))
def test_a_number_written_in_full_is_itself(number: Decimal) -> None:
    assert parsed_quantity(f"{number:f}") == Quantity(number, None)


@given(st.text(max_size=40))
def test_any_text_is_read_or_has_no_number(text: str) -> None:
    quantity = parsed_quantity(text)
    assert quantity is None or quantity.number.is_finite()


@given(wholes, fractions, st.sampled_from(list(POWERS)))
def test_white_space_around_a_value_changes_nothing(whole: int, fraction: str, prefix: str) -> None:
    assert parsed_quantity(f" \t{whole}.{fraction}{prefix}\n") == parsed_quantity(f"{whole}.{fraction}{prefix}")
