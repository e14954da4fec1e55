"""Values of parameters: kept as written, and as an exact number in the base unit where they read as one.

Rules: docs/domain.md#component-values.
"""

from decimal import Decimal

import pytest

from tests.factories import Workshop

NUMBERS = {
    "4k7": "4700",
    "4.7k": "4700",
    "4.7 kΩ": "4700",
    "4700": "4700",
    "2R2": "2.2",
    "10uF": "0.00001",
    "10µF": "0.00001",
    "10μF": "0.00001",
    "0.1µF": "0.0000001",
    "100n": "0.0000001",
    "0.1u": "0.0000001",
    "4n7": "0.0000000047",
    "3.3V": "3.3",
    "3V3": "3.3",
    "10m": "0.01",
    "10M": "10000000",
    "-12V": "-12",
    "100 mA": "0.1",
    "1.5 GHz": "1500000000",
}
UNITS = {"10uF": "F", "3.3V": "V", "3V3": "V", "100 mA": "A", "1.5 GHz": "Hz", "10m": None, "4700": None}


async def _kept(workshop: Workshop, value: str) -> tuple[str, str | None, str | None]:
    part = (await workshop.done("createPart", description="x", parameters=[{"name": "Value", "value": value}]))["part"]
    (parameter,) = part["parameters"]
    return parameter["value"], parameter["number"], parameter["unit"]


@pytest.mark.parametrize(("written", "number"), NUMBERS.items())
async def test_a_value_is_kept_as_written_and_as_an_exact_number(workshop: Workshop, written: str, number: str) -> None:
    value, found, _ = await _kept(workshop, written)
    assert value == written
    assert found is not None
    assert Decimal(found) == Decimal(number)
    assert await workshop.connection.fetchval("SELECT number FROM part_parameters") == Decimal(number)


@pytest.mark.parametrize(("written", "unit"), UNITS.items())
async def test_a_number_is_in_the_base_unit_that_was_written(
    workshop: Workshop, written: str, unit: str | None
) -> None:
    assert (await _kept(workshop, written))[2] == unit


async def test_ohms_are_the_same_unit_however_they_are_written(workshop: Workshop) -> None:
    units = {(await _kept(workshop, written))[2] for written in ("4.7 kΩ", "4.7 k\u2126", "4.7 kOhm", "4R7")}
    assert len(units) == 1


@pytest.mark.parametrize("written", ["loose", "X7R", "black", "10 to 20 V", "4k7 or so", "NaN", "inf", "0805 metric"])
async def test_a_value_that_is_no_quantity_has_no_number(workshop: Workshop, written: str) -> None:
    assert await _kept(workshop, written) == (written, None, None)
