"""Readings: the numbers that a parameter's value names."""

from decimal import Decimal
from enum import Enum

import strawberry


@strawberry.enum(description="What a number of a value says.")
class ReadingSign(Enum):
    """The domain's signs with their descriptions."""

    EQUAL = strawberry.enum_value("EQUAL", description="It is this: 4.7 kΩ.")
    PLUS_MINUS = strawberry.enum_value("PLUS_MINUS", description="It may be off by so much either way: ±5 %.")
    PLUS = strawberry.enum_value("PLUS", description="It may be more by so much: the 80 of +80/-20 %.")
    MINUS = strawberry.enum_value("MINUS", description="It may be less by so much: the 20 of +80/-20 %.")
    AT_LEAST = strawberry.enum_value("AT_LEAST", description="A lower limit: the 10 of 10 to 20 V, min. 10 V, ≥ 10 V.")
    AT_MOST = strawberry.enum_value("AT_MOST", description="An upper limit: the 20 of 10 to 20 V, max. 20 V, < 20 V.")
    ABOUT = strawberry.enum_value("ABOUT", description="A value that is typical or rounded: ~5 V, typ. 5 V.")


@strawberry.type(description="A number that a parameter's value names.")
class Reading:
    """Declares ReadingView."""

    number: Decimal = strawberry.field(
        description="The exact number in the unit below: 0.0000001 for 100nF; a length in inches is told in metres."
    )
    unit: str | None = strawberry.field(
        description="The base unit, such as Ω, F, V, m, °C, %, ppm/°C or bit/s; null where none is written (4k7)."
    )
    sign: ReadingSign = strawberry.field(description="What the number says.")
